import { z } from 'zod';
import { CHECKSUM_ALGORITHMS } from '../checksums/algorithms';
import { isBlobId } from '../content/blobs';
import { sizeOf } from '../content/extents';
import { isBucketName } from './buckets';
import { type Change, KMS_KEY_STATES } from './model';

/*
 * The formats of the changes in a journal. A data directory may come from another person. If its journal contains file names or values that
 * this server does not write, it is refused before any change takes effect.
 */

const count = z.number().int().nonnegative();
const time = z.number();
const text = z.string();
const texts = z.record(z.string(), z.string());

const content = z.array(
  z.union([
    z.strictObject({ blob: text.refine(isBlobId, 'is not the ID of a blob'), offset: count, length: count }),
    z.strictObject({ seed: text, offset: count, length: count }),
  ]),
);

const algorithm = z.enum(CHECKSUM_ALGORITHMS);
const checksumType = z.enum(['FULL_OBJECT', 'COMPOSITE']);
const encryptionAlgorithm = z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']);
const tags = z.array(z.strictObject({ key: text, value: text }));
const mode = z.enum(['GOVERNANCE', 'COMPLIANCE']);
const onOrOff = z.enum(['ON', 'OFF']);

const grants = z.array(
  z.strictObject({
    permission: text,
    grantee: z.union([z.strictObject({ id: text }), z.strictObject({ uri: text })]),
  }),
);

const lock = z.strictObject({
  retention: z.strictObject({ mode, retainUntil: time }).optional(),
  legalHold: onOrOff.optional(),
  eventHold: z.strictObject({ status: onOrOff, days: count.optional(), years: count.optional() }).optional(),
});

const properties = z.strictObject({
  headers: texts,
  userMetadata: texts,
  tags,
  storageClass: text,
  websiteRedirect: text.optional(),
  encryption: z
    .strictObject({
      algorithm: encryptionAlgorithm,
      kmsKeyArn: text.optional(),
      bucketKeyEnabled: z.boolean().optional(),
      context: text.optional(),
    })
    .optional(),
  customerKey: z.strictObject({ md5: text }).optional(),
  lock: lock.optional(),
  grants: grants.optional(),
});

const storedChecksum = z.strictObject({ algorithm, type: checksumType, value: text });

const annotation = z.strictObject({
  name: text,
  etag: text,
  size: count,
  lastModified: time,
  value: text,
  checksum: storedChecksum,
});

const versionFields = { versionId: text, sequence: count, lastModified: time, ownerAccountId: text };

const deleteMarker = z.strictObject({ ...versionFields, deleteMarker: z.literal(true) });

const objectVersion = z
  .strictObject({
    ...versionFields,
    deleteMarker: z.literal(false).optional(),
    content,
    size: count,
    etag: text,
    checksum: storedChecksum.optional(),
    parts: z.array(z.strictObject({ partNumber: count, size: count, checksum: text.optional() })).optional(),
    properties,
    annotations: z.array(annotation).optional(),
    restore: z.strictObject({ ongoing: z.boolean(), readyAt: time.optional(), expiry: time.optional() }).optional(),
    archiveStatus: z.enum(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS']).optional(),
  })
  .refine((version) => version.size === sizeOf(version.content), 'has another size than its content');

const upload = z.strictObject({
  uploadId: text,
  key: text,
  initiated: time,
  sequence: count,
  initiatorAccountId: text,
  initiatorArn: text.optional(),
  properties,
  createdWith: texts.optional(),
  checksum: z.strictObject({ algorithm, type: checksumType }).optional(),
});

const part = z
  .strictObject({
    partNumber: count,
    size: count,
    etag: text,
    lastModified: time,
    content,
    checksum: text.optional(),
  })
  .refine(({ size, content: ranges }) => size === sizeOf(ranges), 'has another size than its content');

const completed = z.strictObject({
  uploadId: text,
  key: text,
  completedAt: time,
  createdWith: texts.optional(),
  partsDigest: text,
  body: text,
  headers: texts,
});

const lifecycleRule = z.strictObject({
  xml: text,
  abortAfterDays: count.optional(),
  expiration: z.strictObject({ days: count.optional(), date: time.optional() }).optional(),
  tags: tags.optional(),
  largerThan: count.optional(),
  smallerThan: count.optional(),
  prefix: text,
  id: text.optional(),
});

const settings = z.strictObject({
  createdAt: time,
  region: text,
  ownerAccountId: text,
  versioning: z.enum(['Enabled', 'Suspended']).optional(),
  encryption: z.strictObject({
    algorithm: encryptionAlgorithm.optional(),
    kmsKeyId: text.optional(),
    bucketKeyEnabled: z.boolean().optional(),
    blocksCustomerKeys: z.boolean(),
  }),
  tags,
  policy: text.optional(),
  ownership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']),
  withoutOwnershipControls: z.boolean().optional(),
  grants: grants.optional(),
  objectLock: z
    .strictObject({
      defaultRetention: z.strictObject({ mode, days: count.optional(), years: count.optional() }).optional(),
    })
    .optional(),
  requesterPays: z.boolean(),
  lifecycle: z.array(lifecycleRule).optional(),
  directory: z.boolean(),
  publicAccessBlock: z
    .strictObject({
      blockPublicAcls: z.boolean(),
      ignorePublicAcls: z.boolean(),
      blockPublicPolicy: z.boolean(),
      restrictPublicBuckets: z.boolean(),
    })
    .optional(),
  accessPoints: z.array(z.strictObject({ name: text, alias: text.optional(), policy: text.optional() })).optional(),
});

const kmsKey = z.strictObject({
  keyId: text,
  arn: text,
  accountId: text,
  manager: z.enum(['AWS', 'CUSTOMER']),
  state: z.enum(KMS_KEY_STATES),
  aliases: z.array(text),
  createdAt: time,
  policy: text.optional(),
});

const bucket = text.refine(isBucketName, 'is not the name of a bucket');

const changeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bucket'), bucket, settings }),
  z.strictObject({ type: z.literal('bucket-deleted'), bucket }),
  z.strictObject({
    type: z.literal('version'),
    bucket,
    key: text,
    version: z.union([deleteMarker, objectVersion]),
  }),
  z.strictObject({ type: z.literal('version-changed'), bucket, key: text, version: objectVersion }),
  z.strictObject({ type: z.literal('version-deleted'), bucket, key: text, versionId: text }),
  z.strictObject({ type: z.literal('upload'), bucket, upload, keyChanged: z.boolean().optional() }),
  z.strictObject({ type: z.literal('part'), bucket, uploadId: text, part }),
  z.strictObject({ type: z.literal('kms-key'), key: kmsKey }),
  z.strictObject({ type: z.literal('upload-completed'), bucket, completed }),
  z.strictObject({ type: z.literal('upload-deleted'), bucket, uploadId: text }),
]);

/** The type with all optional fields required. */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [Field in keyof T]-?: Complete<Exclude<T[Field], undefined>> }
    : T;

type Assert<T extends true> = T;

/** Does not compile if the schema lacks a field of the model. */
export type SchemaIsComplete = Assert<
  Complete<z.output<typeof changeSchema>> extends Complete<Change> ? true : 'a field of the model is missing'
>;

/** Does not compile if the schema has a field of another type than the model. */
const commitSchema: z.ZodType<Change[]> = z.array(changeSchema);

/**
 * Parses a commit.
 * @throws Error if the line is not a commit
 */
export function parseCommit(line: string): readonly Change[] {
  const commit: unknown = JSON.parse(line);
  const { error } = commitSchema.safeParse(commit);
  if (error !== undefined) throw new Error(describe(error.issues[0]));
  // The parsed JSON is returned, because the schema would omit names such as __proto__, which metadata may have.
  return commit as readonly Change[];
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'it is not a list of changes';
  // For a union, the issues of the most similar alternative are the last ones.
  const nested = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined;
  const path = [...issue.path, ...(nested?.path ?? [])].join('.');
  return `${path === '' ? 'it' : path}: ${nested?.message ?? issue.message}`;
}
