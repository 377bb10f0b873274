import type { z } from 'zod';
import { InvalidRun } from '../errors';
import { SETUP_SCHEMA, type SourceSetup } from './schema';

/**
 * Parses a setup file.
 *
 * @param name of the file, for messages
 * @throws InvalidRun that lists every problem
 */
export function parseSetup(text: string, name: string): SourceSetup {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidRun(`--source-setup ${name} is not JSON: ${(error as Error).message}`);
  }
  const parsed = SETUP_SCHEMA.safeParse(value);
  const problems = parsed.success
    ? secretProblems(parsed.data)
    : parsed.error.issues.map((issue) => describe(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  throw new InvalidRun(`--source-setup ${name} has ${count}:\n${problems.map((line) => `  ${line}`).join('\n')}`);
}

/** SSE-C keys come from secrets, which must be in the file. */
function secretProblems({ object, existing = [], olderVersions = [], newerVersions = [], secrets = {} }: SourceSetup) {
  const named = [
    ['object', object] as const,
    ...olderVersions.map((version, index) => [`olderVersions.${index}`, version] as const),
    ...newerVersions.map((version, index) => [`newerVersions.${index}`, version] as const),
    ...existing.map((version, index) => [`existing.${index}`, version] as const),
  ];
  return named.flatMap(([path, version]) => {
    const secret = version?.sseCustomerKeySecret;
    if (secret === undefined || secret in secrets) return [];
    return [`${path}.sseCustomerKeySecret: ${show(secret)} is not in secrets; add it there`];
  });
}

function describe(issue: z.core.$ZodIssue, root: unknown): string {
  const path = issue.path.map(String);
  const where = path.length === 0 ? 'the file' : path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const { keys } = issue;
    const unknown = keys.map((key) => [...path, key].join('.')).join(', ');
    return `${unknown}: unknown ${keys.length === 1 ? 'field' : 'fields'}; docs/local.md lists the fields`;
  }
  const value = valueAt(root, issue.path);
  const shown = value === undefined ? 'is missing' : `${show(value)} is not valid`;
  return `${where}: ${shown}; ${adviceOf(issue)}`;
}

const TYPES = new Map<string, string>([
  ['record', 'an object'],
  ['object', 'an object'],
  ['array', 'a list'],
]);

function adviceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_type':
      return `write ${TYPES.get(issue.expected) ?? `a ${issue.expected}`}`;
    case 'invalid_key':
      return 'give every entry a name';
    case 'too_small':
      return `write ${issue.origin === 'array' ? 'a list with at least one entry' : issue.origin === 'string' ? 'a non-empty string' : `a number of at least ${issue.minimum}`}`;
    default:
      return issue.message;
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const parent = (value ?? {}) as Readonly<Record<PropertyKey, unknown>>;
    return Object.hasOwn(parent, key) ? parent[key] : undefined;
  }, root);
}

const SHOWN = 80;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
