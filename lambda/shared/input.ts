import * as z from 'zod/mini';
import { ErrorName, type ObjectAddress, type OverwriteRule } from '../../lib/private/protocol';
import { CopyError } from './errors';
import { MAX_PART_SIZE, MIN_PART_SIZE } from './part-plan';

/** What an execution asks for, whichever form it came in. */
export interface CopyRequest {
  readonly source: ObjectAddress & { readonly versionId?: string };
  /** Absent: the first declared destination, with its prefix in the place of the source's. */
  readonly destination?: { readonly bucket?: string; readonly key?: string };
  readonly overwrite: OverwriteRule;
  readonly dryRun: boolean;
  readonly partSize?: number;
  readonly maxConcurrency?: number;
}

/** S3 refuses longer keys. */
const MAX_KEY_BYTES = 1024;

const MAX_CHILDREN = 10_000;

const bucket = z.string('must be the name of a bucket').check(z.minLength(3, 'must be the name of a bucket'));

const key = z.string('must be the key of an object').check(
  z.minLength(1, 'must not be empty'),
  z.refine(
    (value) => Buffer.byteLength(value, 'utf8') <= MAX_KEY_BYTES,
    `must be at most ${MAX_KEY_BYTES} bytes of UTF-8`,
  ),
);

const S3_URI = /^s3:\/\/([^/]+)\/(.+)$/s;

const uri = z.pipe(
  z.string().check(z.regex(S3_URI, 'must be s3://bucket/key or an object with bucket and key')),
  z.transform((text) => {
    const [, uriBucket, uriKey] = S3_URI.exec(text) ?? [];
    return { bucket: uriBucket ?? '', key: uriKey ?? '' };
  }),
);

const versionId = z.optional(
  z.string().check(z.minLength(1, 'must not be empty; leave it out for the current version')),
);

/** Picks by type, so that a problem is told in the words of the form that was meant. */
const sourceSchema = z.pipe(
  z.union([uri, z.looseObject({})], 'must be s3://bucket/key or an object with bucket and key'),
  z.strictObject({ bucket, key, versionId }),
);

const destinationSchema = z.pipe(
  z.union([uri, z.looseObject({})], 'must be s3://bucket/key or an object with bucket and key'),
  z.strictObject({ bucket: z.optional(bucket), key: z.optional(key) }),
);

const wholeNumber = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high}`;
  return z.int(message).check(z.minimum(low, message), z.maximum(high, message));
};

const optionsSchema = z.strictObject({
  overwrite: z.optional(z.enum(['always', 'never', 'if-different'], "must be 'always', 'never' or 'if-different'")),
  dryRun: z.optional(z.boolean('must be true or false')),
  partSize: z.optional(wholeNumber(MIN_PART_SIZE, MAX_PART_SIZE)),
  maxConcurrency: z.optional(wholeNumber(1, MAX_CHILDREN)),
});

const consoleSchema = z.strictObject(
  {
    source: sourceSchema,
    destination: z.optional(destinationSchema),
    options: z.optional(optionsSchema),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'must be an object with a source, such as {"source": "s3://bucket/key"}'
        : undefined,
  },
);

/** Only what a copy needs of the event: AWS adds fields to `detail` as time goes by. */
const eventSchema = z.looseObject({
  detail: z.looseObject({
    bucket: z.looseObject({ name: bucket }),
    object: z.looseObject({ key, 'version-id': versionId }),
  }),
});

/**
 * Reads an execution input: the console form or a raw EventBridge `Object Created` event, whose key is as it is and not
 * URL-encoded as in S3's own notifications.
 *
 * @throws InvalidInput that names every problem at once
 */
export function parseInput(input: unknown): CopyRequest {
  if (isEvent(input)) return fromEvent(input);
  const { source, destination, options = {} } = parse(consoleSchema, input);
  return {
    source,
    destination,
    overwrite: options.overwrite ?? 'always',
    dryRun: options.dryRun ?? false,
    partSize: options.partSize,
    maxConcurrency: options.maxConcurrency,
  };
}

interface Event {
  readonly source: unknown;
  readonly 'detail-type': unknown;
}

function isEvent(input: unknown): input is Event {
  return typeof input === 'object' && input !== null && 'detail-type' in input;
}

function fromEvent(event: Event): CopyRequest {
  if (event.source !== 'aws.s3' || event['detail-type'] !== 'Object Created') {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `the input is an EventBridge event of source ${show(event.source)} and detail-type ${show(event['detail-type'])}; only "Object Created" events of "aws.s3" are copied`,
    );
  }
  const { bucket: eventBucket, object } = parse(eventSchema, event).detail;
  return {
    source: { bucket: eventBucket.name, key: object.key, versionId: object['version-id'] },
    overwrite: 'always',
    dryRun: false,
  };
}

function parse<T extends z.ZodMiniType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describeIssue(issue, input));
  throw new CopyError(ErrorName.INVALID_INPUT, `the input cannot be understood: ${problems.join('; ')}`);
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
