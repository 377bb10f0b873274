import { InvalidArgumentError, Option } from 'commander';
import { MAX_OBJECT_SIZE } from '../lib/private/protocol';
import { parseSize } from '../local/run/size';
import { checkExecutionName } from '../local/workflow';

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

/** @returns bytes of an object */
export function objectSizeArgument(text: string): number {
  const size = sizeArgument(text);
  if (size > MAX_OBJECT_SIZE) {
    throw new InvalidArgumentError(`S3 objects have at most ${MAX_OBJECT_SIZE} bytes (48.8TiB).`);
  }
  return size;
}

export function countArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Specify a whole number of at least 1.');
  return Number(text);
}

export function urlArgument(text: string): string {
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: '' };
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new InvalidArgumentError('Specify a URL, such as http://localhost:8083.');
}

/** 0 means any free port. */
export function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Specify a whole number from 0 to 65535.');
  return port;
}

/** New Regions are not known here, so only the form is checked. */
export function regionArgument(text: string): string {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new InvalidArgumentError('Specify the name of a Region, such as us-east-1.');
}

export function accountArgument(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Specify the 12 digits of an AWS account.');
}

/** Name of an execution, as StartExecution accepts it. */
export function executionNameArgument(text: string): string {
  try {
    checkExecutionName(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** For an option that can be repeated. */
export function repeated(text: string, others: readonly string[] = []): readonly string[] {
  return [...others, text];
}
