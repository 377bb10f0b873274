import { z } from 'zod';
import { CHECKSUM_ALGORITHMS, KMS_KEY_STATES, STORAGE_CLASSES } from '../../s3';
import { parseSize } from '../size';

/** A number of bytes, or a number and a unit as on the command line. */
const size = z.unknown().transform((value, context): number => {
  try {
    return parseSize(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
  } catch {
    context.addIssue({ code: 'custom', message: 'write whole bytes, or a number and a unit such as "5MiB"' });
    return z.NEVER;
  }
});

const account = z.string().regex(/^\d{12}$/, 'write the 12 digits of an account');
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write a Region such as eu-central-1');
const date = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'write a date such as 2026-01-31T12:00:00Z')
  .transform((text) => Date.parse(text));
const versionId = z
  .string()
  .regex(/^([\w.-]{32}|null)$/, "write 32 letters, digits, '_', '.' or '-', as the ids of S3 are, or null");
const flag = z.boolean();
const text = z.string().min(1);
const texts = z.record(z.string().min(1), z.string());

const ENCRYPTIONS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;

const bucket = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'write 3 to 63 lower-case letters, digits, dots and hyphens')
    .optional(),
  versioning: z.enum(['Enabled', 'Suspended', 'none']).optional(),
  encryption: z
    .strictObject({
      sseAlgorithm: z.enum(ENCRYPTIONS),
      kmsKeyId: text.optional(),
      bucketKeyEnabled: flag.optional(),
    })
    .optional(),
  blockCustomerKeys: flag.optional(),
  objectLock: flag.optional(),
  objectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']).optional(),
  requesterPays: flag.optional(),
  owner: account.optional(),
  region: region.optional(),
  policy: z.record(z.string(), z.unknown()).optional(),
  accessPoint: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/, 'write 3 to 50 lower-case letters, digits and hyphens')
    .optional(),
  accessPointPolicy: z.record(z.string(), z.unknown()).optional(),
  directoryBucket: flag.optional(),
});

const grant = z
  .strictObject({
    permission: z.enum(['FULL_CONTROL', 'READ', 'READ_ACP', 'WRITE_ACP']),
    account: account.optional(),
    id: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'write the 64 hexadecimal digits of a canonical user id')
      .optional(),
    group: z.enum(['AllUsers', 'AuthenticatedUsers']).optional(),
  })
  .refine(({ account: a, id, group }) => [a, id, group].filter((value) => value !== undefined).length === 1, {
    message: 'name one grantee: account, id or group',
  });

/** Properties of an object, named like S3's parameters. */
const properties = {
  cacheControl: text.optional(),
  contentDisposition: text.optional(),
  contentEncoding: text.optional(),
  contentLanguage: text.optional(),
  contentType: text.optional(),
  expires: text.optional(),
  metadata: texts.optional(),
  websiteRedirectLocation: text.optional(),
  tags: texts.optional(),
  storageClass: z.enum([...STORAGE_CLASSES, 'EXPRESS_ONEZONE']).optional(),
  archiveStatus: z.enum(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS']).optional(),
  restoredUntil: date.optional(),
  acl: z
    .enum([
      'private',
      'public-read',
      'public-read-write',
      'authenticated-read',
      'aws-exec-read',
      'bucket-owner-read',
      'bucket-owner-full-control',
    ])
    .optional(),
  grants: z.array(grant).min(1).optional(),
  objectLockMode: z.enum(['GOVERNANCE', 'COMPLIANCE']).optional(),
  objectLockRetainUntilDate: date.optional(),
  objectLockLegalHoldStatus: z.enum(['ON', 'OFF']).optional(),
  objectLockEventHold: z.enum(['ON', 'OFF']).optional(),
  objectLockEventHoldDurationDays: z.number().int().min(1).optional(),
  objectLockEventHoldDurationYears: z.number().int().min(1).optional(),
  annotations: texts.optional(),
  checksumAlgorithm: z.enum([...CHECKSUM_ALGORITHMS, 'none']).optional(),
  checksumType: z.enum(['FULL_OBJECT', 'COMPOSITE']).optional(),
  serverSideEncryption: z.enum(ENCRYPTIONS).optional(),
  ssekmsKeyId: text.optional(),
  bucketKeyEnabled: flag.optional(),
  sseCustomerKeySecret: text.optional(),
  lastModified: date.optional(),
};

const fields = {
  size: size.optional(),
  content: z.string().optional(),
  seed: text.optional(),
  parts: z.array(size).min(1).max(10_000).optional(),
  versionId: versionId.optional(),
  ...properties,
};

function checkTogether(value: ObjectSetup, context: z.RefinementCtx): void {
  for (const [field, message] of problemsOf(value)) {
    context.addIssue({ code: 'custom', path: [field], message, input: value[field] });
  }
}

const object = z.strictObject(fields).superRefine(checkTogether);
const version = z.strictObject({ deleteMarker: z.literal(true).optional(), ...fields }).superRefine(checkTogether);
const existing = z.strictObject({ key: text.optional(), ...fields }).superRefine(checkTogether);

/** A string is a SecretString; `{ "binary": "Base64" }` is a SecretBinary. */
const secret = z.unknown().transform((value, context): { text: string } | { binary: Uint8Array } => {
  if (typeof value === 'string' && value !== '') return { text: value };
  const { binary } = (value ?? {}) as { binary?: unknown };
  if (typeof binary === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(binary)) {
    return { binary: Buffer.from(binary, 'base64') };
  }
  context.addIssue({ code: 'custom', message: 'write a string, or { "binary": "…" } with Base64' });
  return z.NEVER;
});

export const SETUP_SCHEMA = z.strictObject({
  sourceBucket: bucket.optional(),
  destinationBucket: bucket.optional(),
  object: object.optional(),
  olderVersions: z.array(version).optional(),
  newerVersions: z.array(version).optional(),
  existing: z.array(existing).optional(),
  secrets: z.record(text, secret).optional(),
  restoreSeconds: z.number().min(0).optional(),
  repeatCompleteSeconds: z.number().min(0).optional(),
  latePartsReopenUploads: flag.optional(),
  kmsKeyStates: z.record(text, z.enum(KMS_KEY_STATES)).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

/** A parsed file of `--source-setup`, with sizes in bytes and dates in milliseconds since the epoch. */
export type SourceSetup = z.output<typeof SETUP_SCHEMA>;
export type BucketSetup = NonNullable<SourceSetup['sourceBucket']>;
export type ObjectSetup = z.output<z.ZodObject<typeof fields>>;
export type VersionSetup = z.output<typeof version>;

const MIN_PART_BYTES = parseSize('5MiB');

type Problem = readonly [field: keyof ObjectSetup, message: string];

/** Contradictions between fields. */
function problemsOf(value: ObjectSetup): Problem[] {
  const { content, parts, seed, size: bytes } = value;
  const problems: (Problem | false)[] = [
    content !== undefined && bytes !== undefined && ['size', 'leave it out: content says how many bytes there are'],
    content !== undefined && seed !== undefined && ['seed', 'leave it out: content says what the bytes are'],
    parts?.slice(0, -1).some((part) => part < MIN_PART_BYTES) === true && [
      'parts',
      'make every part but the last 5 MiB or more, as S3 wants it',
    ],
    parts !== undefined &&
      bytes !== undefined &&
      sum(parts) !== bytes && ['size', `leave it out or write ${sum(parts)}, the sum of parts`],
    value.acl !== undefined && value.grants !== undefined && ['acl', 'write acl or grants, not both'],
    (value.objectLockMode === undefined) !== (value.objectLockRetainUntilDate === undefined) && [
      'objectLockMode',
      'write objectLockMode and objectLockRetainUntilDate together',
    ],
    value.archiveStatus !== undefined &&
      value.storageClass !== 'INTELLIGENT_TIERING' && ['archiveStatus', 'needs storageClass INTELLIGENT_TIERING'],
    value.restoredUntil !== undefined &&
      !['GLACIER', 'DEEP_ARCHIVE'].includes(value.storageClass ?? '') && [
        'restoredUntil',
        'needs storageClass GLACIER or DEEP_ARCHIVE',
      ],
    value.sseCustomerKeySecret !== undefined &&
      value.serverSideEncryption !== undefined && [
        'serverSideEncryption',
        'leave it out: with sseCustomerKeySecret the object is encrypted with that key',
      ],
  ];
  return problems.filter((problem) => problem !== false);
}

/** Sum of the sizes of parts. */
export function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, part) => total + part, 0);
}
