import type * as z from 'zod/mini';
import { ErrorName, type ObjectAddress } from '../../../lib/private/protocol';
import { CopyError } from '../../shared/errors';
import {
  ACCESS_POINT_OBJECT,
  consoleSchema,
  type CopyOptions,
  eventSchema,
  optionsSchema,
  S3_URI,
} from './input-schema';
import { contradictions, withDefaults } from './option-rules';

/** What an execution asks for, whichever form it came in. */
export interface CopyRequest {
  readonly source: ObjectAddress & { readonly versionId?: string };
  /** Absent: the first declared destination, with its prefix in the place of the source's. */
  readonly destination?: { readonly bucket?: string; readonly key?: string };
  readonly options: CopyOptions;
}

type Options = { readonly [name: string]: unknown };

/**
 * Reads an execution input: the console form or a raw EventBridge `Object Created` event, whose key is as it is and not
 * URL-encoded as in S3's own notifications.
 *
 * @param defaults options of executions that name none
 * @throws InvalidInput that names every problem at once
 */
export function parseInput(input: unknown, defaults: Options = {}): CopyRequest {
  if (isEvent(input)) return fromEvent(input, defaults);
  const own = optionsOf(input);
  const merged = own === undefined ? input : { ...(input as object), options: withDefaults(own, defaults) };
  const parsed = consoleSchema.safeParse(merged);
  const problems = [...problemsOf(parsed, merged), ...contradictions(optionsOf(merged) ?? {})];
  if (!parsed.success || problems.length > 0) throw misunderstood(problems);
  const { source, destination, options = {} } = parsed.data;
  return {
    source: toAddress(source),
    destination: destination === undefined ? undefined : toAddress(destination),
    options,
  };
}

interface Event {
  readonly source: unknown;
  readonly 'detail-type': unknown;
}

function isEvent(input: unknown): input is Event {
  return typeof input === 'object' && input !== null && 'detail-type' in input;
}

function fromEvent(event: Event, defaults: Options): CopyRequest {
  if (event.source !== 'aws.s3' || event['detail-type'] !== 'Object Created') {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `the input is an EventBridge event of source ${show(event.source)} and detail-type ${show(event['detail-type'])}; only "Object Created" events of "aws.s3" are copied`,
    );
  }
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) throw misunderstood(problemsOf(parsed, event));
  const { bucket, object } = parsed.data.detail;
  return {
    source: { bucket: bucket.name, key: object.key, versionId: object['version-id'] },
    options: optionsSchema.parse(defaults),
  };
}

/** Undefined where there can be none. */
function optionsOf(input: unknown): Options | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const { options = {} } = input as { options?: unknown };
  return typeof options === 'object' && options !== null && !Array.isArray(options) ? (options as Options) : undefined;
}

function toAddress<T extends object>(address: string | T): T | { bucket: string; key: string } {
  if (typeof address !== 'string') return address;
  const [, bucket = '', key = ''] = S3_URI.exec(address) ?? ACCESS_POINT_OBJECT.exec(address) ?? [];
  return { bucket, key };
}

function misunderstood(problems: string[]): CopyError {
  return new CopyError(ErrorName.INVALID_INPUT, `the input cannot be understood: ${problems.join('; ')}`);
}

function problemsOf(parsed: z.core.util.SafeParseResult<unknown>, input: unknown): string[] {
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => meantIssues(issue, input)).map((issue) => describeIssue(issue, input));
}

/** Where a field takes text or an object, the problems of the object that was meant, rather than that it is neither. */
function meantIssues(issue: z.core.$ZodIssue, input: unknown): z.core.$ZodIssue[] {
  const value = valueAt(input, issue.path);
  if (issue.code !== 'invalid_union' || typeof value !== 'object' || value === null) return [issue];
  const ofObject = issue.errors.find(([first]) => first !== undefined && first.path.length > 0);
  return ofObject?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const path = issue.path.map(String).join('.') || 'the input';
  if (issue.code === 'unrecognized_keys') {
    return `${path} has unknown fields: ${issue.keys.map((name) => JSON.stringify(name)).join(', ')}`;
  }
  const value = valueAt(input, issue.path);
  return value === undefined && issue.path.length > 0
    ? `${path} is missing: it ${issue.message}`
    : `${path} ${issue.message}, got ${show(value)}`;
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[name] : undefined,
    input,
  );
}

/** Long enough to recognise a value, short enough for an error message. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
