import { readFileSync } from 'node:fs';
import { InvalidRun } from '../local/run';
import type { PrincipalOptions } from '../local/s3';

interface Field {
  readonly takes: (value: unknown) => boolean;
  readonly advice: string;
}

/** Unknown fields are refused: an access key whose policies are lost by a typing error may do everything. */
const FIELDS: Record<keyof PrincipalOptions, Field> = {
  accessKeyId: { takes: isText, advice: 'a string' },
  accountId: { takes: (value) => isText(value) && /^\d{12}$/.test(value), advice: 'the 12 digits of an account' },
  arn: {
    takes: (value) => isText(value) && /^arn:[\w-]+:(iam|sts)::\d{12}:./.test(value),
    advice: 'the ARN of a user or role',
  },
  policies: { takes: (value) => Array.isArray(value) && value.every(isPolicy), advice: 'a list of policy documents' },
  secretAccessKey: { takes: isText, advice: 'a string' },
  conditionKeys: {
    takes: (value) => isObject(value) && Object.values(value).every(isTextOrTexts),
    advice: 'an object of strings, or lists of strings',
  },
};

/**
 * Reads the access keys of `--principals`.
 *
 * @throws InvalidRun that lists every problem
 */
export function readPrincipals(file: string): PrincipalOptions[] {
  let principals: unknown;
  try {
    principals = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidRun(`--principals ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!Array.isArray(principals) || !principals.every(isNamed)) {
    throw new InvalidRun(`--principals ${file} must hold a JSON list of objects with an accessKeyId`);
  }
  const problems = principals.flatMap(problemsOf);
  if (problems.length > 0) throw new InvalidRun(`--principals ${file}: ${problems.join('; ')}`);
  return principals;
}

function problemsOf(principal: PrincipalOptions): string[] {
  return Object.entries(principal).flatMap(([name, value]: [string, unknown]) => {
    const field = Object.entries(FIELDS).find(([known]) => known === name)?.[1];
    if (field === undefined) {
      return [
        `${principal.accessKeyId} has an unknown field ${name}; the fields are ${Object.keys(FIELDS).join(', ')}`,
      ];
    }
    const shown = name === 'secretAccessKey' ? '' : `, got ${JSON.stringify(value)}`;
    return field.takes(value) ? [] : [`${name} of ${principal.accessKeyId} must be ${field.advice}${shown}`];
  });
}

function isNamed(item: unknown): item is PrincipalOptions {
  return isObject(item) && isText(item.accessKeyId);
}

function isPolicy(value: unknown): boolean {
  return isText(value) || (isObject(value) && 'Statement' in value);
}

function isTextOrTexts(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
