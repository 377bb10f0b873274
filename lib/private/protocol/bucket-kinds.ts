/*
 * The kinds of buckets. All differences between them are data here; no other code depends on the kind of a bucket.
 */
import type { ResourceKind } from './permissions';

/** What an object or a request can have, and what a kind of bucket may not support. */
export type Capability =
  | 'versions'
  | 'tags'
  | 'acl'
  | 'objectLock'
  | 'annotations'
  | 'websiteRedirect'
  | 'contentEncoding'
  | 'storageClasses'
  | 'dsse'
  | 'customerKey'
  | 'requestPayer'
  | 'md5Checksum'
  | 'severalKeys';

export interface BucketKind {
  readonly name: string;
  readonly lacks: readonly Capability[];
  /** The storage class of all objects, if the kind has only one. */
  readonly storageClass?: string;
  /** Whether the ETag of an object that S3 encrypts with its own keys is made from the MD5 of the bytes. */
  readonly etagsAreMd5: boolean;
  /** The date that S3 gives to an object that was uploaded in parts. */
  readonly datesUploadsBy: 'INITIATION' | 'COMPLETION';
  /** Whether lists take only prefixes that end in a slash. */
  readonly prefixesAreFolders: boolean;
  /** The resources of permissions.ts that its policies name. */
  readonly policyResources: readonly ResourceKind[];
  readonly arn: {
    readonly service: 's3' | 's3express';
    /** Whether the ARN has the Region and the account. */
    readonly isRegional: boolean;
    /** What precedes the name. */
    readonly resource?: string;
  };
  /** How requests of S3 reach KMS, for the conditions of policies. */
  readonly kms: {
    /** For `kms:ViaService`. */
    readonly services: readonly string[];
    /** Keys of the encryption context that hold an ARN. */
    readonly contextKeys: readonly string[];
    /** Whether the ARN can be that of an object. */
    readonly ofObjects: boolean;
  };
  readonly names: {
    readonly pattern: RegExp;
    /** Ends the sentence "… takes …". */
    readonly mustBe: string;
  };
  /** Whether a bucket that is only known by its name may be encrypted with a customer managed key. */
  readonly mayHaveUnknownKey: boolean;
  /** Why EventBridge gets no events from it. Absent: it can get them. */
  readonly noEvents?: string;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/general-purpose-buckets-overview.html */
export const GENERAL_PURPOSE_BUCKET: BucketKind = {
  name: 'general purpose bucket',
  lacks: [],
  etagsAreMd5: true,
  datesUploadsBy: 'INITIATION',
  prefixesAreFolders: false,
  policyResources: ['object', 'bucket', 'whole bucket'],
  arn: { service: 's3', isRegional: false },
  kms: { services: ['s3'], contextKeys: ['aws:s3:arn'], ofObjects: true },
  names: {
    pattern: /^[a-z0-9][a-z0-9._-]{1,253}[a-z0-9]$/i,
    mustBe: 'the name of a general purpose bucket',
  },
  mayHaveUnknownKey: true,
};

/** S3 Express One Zone. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html */
export const DIRECTORY_BUCKET: BucketKind = {
  name: 'directory bucket',
  lacks: [
    'versions',
    'tags',
    'acl',
    'objectLock',
    'annotations',
    'websiteRedirect',
    'contentEncoding',
    'storageClasses',
    'dsse',
    'customerKey',
    'requestPayer',
    'md5Checksum',
    'severalKeys',
  ],
  storageClass: 'EXPRESS_ONEZONE',
  etagsAreMd5: false,
  datesUploadsBy: 'COMPLETION',
  prefixesAreFolders: true,
  policyResources: ['directory bucket'],
  arn: { service: 's3express', isRegional: true, resource: 'bucket' },
  // AWS documents only by examples which service calls KMS, and which key the ARN of the bucket has in the context.
  kms: { services: ['s3express', 's3'], contextKeys: ['aws:s3express:arn', 'aws:s3:arn'], ofObjects: false },
  names: {
    pattern: /^[a-z0-9][a-z0-9-]{0,52}--[a-z0-9-]{1,52}--x-s3$/,
    mustBe: "the full name of a directory bucket, such as 'data--use1-az4--x-s3'",
  },
  mayHaveUnknownKey: false,
  noEvents: 'directory buckets send no events',
};

/** Kinds whose names are recognized; all others are general purpose buckets. */
const NAMED_KINDS = [DIRECTORY_BUCKET];

/** @param bucket name of a bucket, or ARN or alias of an access point */
export function bucketKindOf(bucket: string): BucketKind {
  return NAMED_KINDS.find(({ names }) => names.pattern.test(bucket)) ?? GENERAL_PURPOSE_BUCKET;
}

export function supports(bucket: string, capability: Capability): boolean {
  return !bucketKindOf(bucket).lacks.includes(capability);
}

/** Names that no general purpose bucket can have, because S3 reserves their ends. */
export const RESERVED_NAMES = [
  { end: '--x-s3', ofWhat: DIRECTORY_BUCKET.name, advice: 'use directoryBucket' },
  { end: '-s3alias', ofWhat: 'alias of an access point', advice: 'use accessPoint, with its ARN and this alias' },
  {
    end: '--xa-s3',
    ofWhat: 'access point of a directory bucket',
    advice: 'use directoryBucket with the name of its bucket',
  },
  {
    end: '--ol-s3',
    ofWhat: 'alias of an Object Lambda access point',
    advice: 'S3 cannot copy through it: specify the bucket behind it',
  },
  {
    end: '.mrap',
    ofWhat: 'alias of a multi-Region access point',
    advice: 'S3 cannot copy byte ranges through it: specify a bucket behind it',
  },
  { end: '--table-s3', ofWhat: 'table bucket', advice: 'S3 cannot copy its objects' },
];

/** Storage classes that only one kind of bucket has. */
export const EXCLUSIVE_STORAGE_CLASSES = NAMED_KINDS.flatMap(({ storageClass }) => storageClass ?? []);
