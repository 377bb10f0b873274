import { ChecksumAlgorithm, ObjectCannedACL, StorageClass } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { MAX_CONCURRENCY, MAX_KEY_BYTES, MAX_PART_SIZE, MIN_PART_SIZE } from '../../../lib/private/protocol';
import { areTags, hasNoControls, isDate, TAG_RULES } from './option-values';

/** `s3://bucket/key`. */
export const S3_URI = /^s3:\/\/([^/]+)\/([\s\S]+)$/;

/** An object by way of an access point, as `x-amz-copy-source` has it. */
export const ACCESS_POINT_OBJECT = /^(arn:[^:]+:s3:[^:]+:\d{12}:accesspoint\/[^/]+)\/object\/([\s\S]+)$/;

const URI = new RegExp(`${S3_URI.source}|${ACCESS_POINT_OBJECT.source}`);

const HEADER_TEXT = /^[\x20-\x7e]*$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NO_HEADER_NAME = "must be a name of letters, digits, '-', '_' and what else a header's name may have";
const REDIRECT = /^((\/|https?:\/\/)[\x20-\x7e]*)?$/;

const URI_OR_OBJECT = 'must be s3://bucket/key, an access point ARN with /object/key, or an object with bucket and key';

const URI_OR_PARTS =
  'must be s3://bucket/key, an access point ARN with /object/key, or an object with bucket, key or both';

const bucket = z
  .string('must be the name of a bucket or the ARN of an access point')
  .check(
    z.minLength(3, 'must be the name of a bucket or the ARN of an access point'),
    z.describe('Name of a bucket, or ARN or alias of an access point'),
  );

const key = z.string('must be the key of an object').check(
  z.minLength(1, 'must not be empty'),
  z.refine(
    (value) => Buffer.byteLength(value, 'utf8') <= MAX_KEY_BYTES,
    `must be at most ${MAX_KEY_BYTES} bytes of UTF-8`,
  ),
  z.describe('Key of an object, as it is: never decoded'),
);

const uri = (otherwise: string) =>
  z
    .string()
    .check(
      z.regex(URI, otherwise),
      z.describe('s3://bucket/key, or arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY'),
    );

const versionId = z
  .string('must be the id of a version')
  .check(
    z.minLength(1, 'must not be empty; leave it out for the current version'),
    z.describe('Default: the current version'),
  );

const sourceSchema = z.union(
  [uri(URI_OR_OBJECT), z.strictObject({ bucket, key, versionId: z.optional(versionId) })],
  URI_OR_OBJECT,
);

const destinationSchema = z.union(
  [uri(URI_OR_PARTS), z.strictObject({ bucket: z.optional(bucket), key: z.optional(key) })],
  URI_OR_PARTS,
);

const wholeNumber = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high}`;
  return z.int(message).check(z.minimum(low, message), z.maximum(high, message));
};

const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, `must be ${values.map((value) => `'${value}'`).join(' or ')}`);

/** An optional field with what the documents say of it. */
const field = <T extends z.ZodMiniType>(type: T, description: string) =>
  z.optional(type.check(z.describe(description)));

const text = z.string('must be text').check(z.minLength(1, 'must not be empty'));
const flag = z.boolean('must be true or false');

/** What an HTTP header can carry as it is. */
const headerText = z.string('must be text').check(z.regex(HEADER_TEXT, 'must be printable ASCII, as it is a header'));

const redirect = z
  .string('must be text')
  .check(z.regex(REDIRECT, "must be empty, or begin with '/', 'http://' or 'https://' and be printable ASCII"));

const date = z
  .string('must be a date, such as 2026-11-22T10:00:00Z')
  .check(z.refine(isDate, 'must be a date, such as 2026-11-22T10:00:00Z'));

const accountId = z
  .string('must be an account id of 12 digits')
  .check(z.regex(/^\d{12}$/, 'must be an account id of 12 digits'));

const secretArn = z
  .string('must be the ARN of a Secrets Manager secret')
  .check(z.regex(/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/, 'must be the ARN of a Secrets Manager secret'));

const byteRange = z.string('must be bytes=first-last').check(
  z.regex(/^bytes=\d+-\d+$/, 'must be bytes=first-last'),
  z.refine((value) => !isBackwards(value), 'must have a last byte that is not before the first'),
);

const textByName = z.record(z.string(), z.string('must be text'), 'must be an object of texts by their names');

const metadata = z.record(
  z.string().check(z.regex(HEADER_NAME)),
  z.string('must be text').check(z.refine(hasNoControls, 'must have no control characters')),
  { error: ({ code }) => (code === 'invalid_key' ? NO_HEADER_NAME : 'must be an object of texts by their names') },
);

const tagging = z
  .union([z.string(), textByName], 'must be an object of tag values by their keys, or a URL query string')
  .check(z.refine(areTags, TAG_RULES));

const restore = z.strictObject(
  {
    tier: field(oneOf('Expedited', 'Standard', 'Bulk'), 'Retrieval tier. Default: Standard'),
    days: field(
      wholeNumber(1, 36_500),
      'Days that the restored copy is kept. Default: 2. Not used for the archive tiers of INTELLIGENT_TIERING',
    ),
  },
  'must be an object, such as {"tier": "Bulk", "days": 2}',
);

export const optionsSchema = z.strictObject(
  {
    overwrite: field(
      oneOf('always', 'never', 'if-different'),
      'What to do where the destination exists. Default: always',
    ),
    ifMatch: field(text, 'ETag that the destination must have: it is overwritten, and nothing else is'),
    dryRun: field(flag, 'Plans, and copies nothing. Default: false'),
    partSize: field(wholeNumber(MIN_PART_SIZE, MAX_PART_SIZE), 'Bytes of a part. Default: chosen'),
    maxConcurrency: field(wholeNumber(1, MAX_CONCURRENCY), "Parts at the same time. Default: the workflow's"),
    integrity: field(
      oneOf('required', 'best-effort'),
      'required: fails where the copy could be proven by its size only. Default: best-effort',
    ),
    preserveEtag: field(flag, "Copies by the source's own parts, so that the ETag is the source's. Default: false"),

    copySourceIfMatch: field(text, 'Copies only if the source has this ETag'),
    copySourceIfNoneMatch: field(text, 'Copies only if the source has another ETag'),
    copySourceIfModifiedSince: field(date, 'Copies only if the source was modified after this date'),
    copySourceIfUnmodifiedSince: field(date, 'Copies only if the source was not modified after this date'),
    range: field(byteRange, 'Bytes of the source that are copied as an object of their own: bytes=first-last'),
    requestPayer: field(oneOf('requester'), 'Whether the requester pays, for buckets that want it'),
    expectedBucketOwner: field(accountId, "Account that must own the destination's bucket"),
    expectedSourceBucketOwner: field(accountId, "Account that must own the source's bucket"),
    copySourceSseCustomerKeySecretArn: field(
      secretArn,
      'Secret with the customer-provided key (SSE-C) that the source is encrypted with',
    ),
    sseCustomerKeySecretArn: field(secretArn, 'Secret with the customer-provided key (SSE-C) to encrypt the copy with'),
    restore: field(restore, 'Restores an archived source first, and waits'),

    metadataDirective: field(
      oneOf('COPY', 'REPLACE'),
      'COPY: content headers and user metadata of the source. REPLACE: those of these options. Default: COPY',
    ),
    cacheControl: field(headerText, 'With metadataDirective REPLACE'),
    contentDisposition: field(headerText, 'With metadataDirective REPLACE'),
    contentEncoding: field(headerText, 'With metadataDirective REPLACE'),
    contentLanguage: field(headerText, 'With metadataDirective REPLACE'),
    contentType: field(headerText, 'With metadataDirective REPLACE'),
    expires: field(headerText, 'With metadataDirective REPLACE. Sent as it is, date or not'),
    metadata: field(
      metadata,
      'User metadata, with metadataDirective REPLACE. Values beyond ASCII are sent in the form of RFC 2047, in which S3 gives them back',
    ),
    websiteRedirectLocation: field(redirect, "Default: the source's. Empty: none"),
    storageClass: field(
      z.enum(StorageClass, `must be one of ${Object.values(StorageClass).join(', ')}`),
      "Default: the source's",
    ),
    taggingDirective: field(
      oneOf('COPY', 'REPLACE', 'NONE'),
      'COPY: tags of the source. REPLACE: those of tagging. NONE: no tags. Default: COPY where the workflow copies tags',
    ),
    tagging: field(tagging, 'Tags, with taggingDirective REPLACE: values by their keys, or a text such as a=1&b=2'),
    aclDirective: field(
      oneOf('COPY', 'NONE'),
      'COPY: the grants of the source. Default: COPY where the workflow copies ACLs and no acl is given',
    ),
    acl: field(
      z.enum(ObjectCannedACL, `must be one of ${Object.values(ObjectCannedACL).join(', ')}`),
      'Canned ACL of the copy',
    ),
    objectLockDirective: field(
      oneOf('COPY', 'NONE'),
      'COPY: retention, legal hold and event hold of the source. Default: COPY where the workflow copies Object Lock',
    ),
    objectLockMode: field(oneOf('GOVERNANCE', 'COMPLIANCE'), 'With objectLockRetainUntilDate'),
    objectLockRetainUntilDate: field(date, 'With objectLockMode'),
    objectLockLegalHoldStatus: field(oneOf('ON', 'OFF'), "Default: the source's, with objectLockDirective COPY"),
    annotationDirective: field(
      oneOf('COPY', 'EXCLUDE'),
      'COPY: the annotations of the source. Default: COPY where the workflow copies annotations',
    ),
    checksumAlgorithm: field(
      z.enum(ChecksumAlgorithm, `must be one of ${Object.values(ChecksumAlgorithm).join(', ')}`),
      "Checksum that S3 keeps of the copy. Default: the source's where parts can have it, else CRC64NVME",
    ),
    checksumType: field(oneOf('FULL_OBJECT', 'COMPOSITE'), 'With checksumAlgorithm'),
    serverSideEncryption: field(
      oneOf('AES256', 'aws:kms', 'aws:kms:dsse'),
      "Default: the default encryption of the destination's bucket",
    ),
    ssekmsKeyId: field(text, 'ARN of a KMS key, with serverSideEncryption aws:kms or aws:kms:dsse'),
    bucketKeyEnabled: field(flag, 'Whether the S3 Bucket Key is used. Default: as the bucket has it'),
  },
  'must be an object',
);

/** The console form of an execution input. */
export const consoleSchema = z.strictObject(
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
export const eventSchema = z.looseObject({
  detail: z.looseObject({
    bucket: z.looseObject({ name: bucket }),
    object: z.looseObject({ key, 'version-id': z.optional(versionId) }),
  }),
});

export type CopyOptions = z.output<typeof optionsSchema>;

function isBackwards(range: string): boolean {
  const [first = 0, last = 0] = (/(\d+)-(\d+)$/.exec(range) ?? []).slice(1).map(Number);
  return last < first;
}
