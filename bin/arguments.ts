import { InvalidArgumentError, Option } from 'commander';
import { parseSize } from '../local/run/size';

/**
 * Parsers of arguments that several commands share. If a parser refuses a value, commander reports the name of the
 * option.
 */

/** Values of `ChildExecutions`. */
export type ChildExecutionsOption = (typeof CHILD_EXECUTIONS)[number];

const CHILD_EXECUTIONS = ['STANDARD', 'EXPRESS', 'AUTO'] as const;

export function childExecutionsOption(): Option {
  return new Option('--child-executions <type>', 'type of the executions that copy parts: childExecutions').choices(
    CHILD_EXECUTIONS,
  );
}

/** @returns bytes */
export function sizeArgument(text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

export function countArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Specify a whole number of at least 1.');
  return Number(text);
}

export function urlArgument(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('Specify a URL, such as http://localhost:8083.');
  return text;
}

/** For an option that can be repeated. */
export function repeated(text: string, others: readonly string[] = []): readonly string[] {
  return [...others, text];
}
