import type {
  ChecksumAlgorithm,
  CreateMultipartUploadCommandInput,
  HeadObjectCommandOutput,
  ObjectCannedACL,
  ObjectLockEventHold,
  ObjectLockLegalHoldStatus,
  ObjectLockMode,
  ServerSideEncryption,
  StorageClass,
  Tag,
} from '@aws-sdk/client-s3';
import type {
  AclGrants,
  AppliedEncryption,
  DeclaredChecksum,
  Encryption,
  ObjectLock,
  ObjectProperties,
} from '../../lib/private/protocol';
import { EXCLUSIVE_STORAGE_CLASSES, supports } from '../../lib/private/protocol/bucket-kinds';
import { tagsOf } from '../../lib/private/protocol/checks';
import type { CopyOptions } from '../../lib/private/protocol/options';
import { decodeWords, encodeWords } from './encoded-words';

/*
 * Every property of an object besides its bytes: how Plan decides it (resolve…), how the other steps send it (…Parameters,
 * …Header), and how they compare it with the object that was made (propertyDifference). docs/properties.md is the table for
 * users.
 */

/** S3 accepts 8 KB of headers in all. Longer tags are sent in a separate call, as the AWS CLI does. */
const MAX_TAGGING_HEADER_BYTES = 2048;

/** What S3 stores if nothing is sent. */
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const DEFAULT_STORAGE_CLASS = 'STANDARD';

/** Which properties of the source the copy gets. */
export interface CarriedProperties {
  readonly tags: 'COPY' | 'REPLACE' | 'NONE';
  readonly acl: boolean;
  readonly objectLock: boolean;
  readonly annotations: boolean;
}

/** The properties of the source, as S3 returned them. */
export interface SourceProperties {
  readonly head: HeadObjectCommandOutput;
  readonly tags: Tag[];
  readonly grants?: AclGrants;
  readonly hasAnnotations: boolean;
}

/**
 * The properties of the copy: those of the source that are carried, unless the options say otherwise.
 *
 * @param acl canned ACL of the copy
 * @param bucket of the destination
 */
export function resolveProperties(
  source: SourceProperties,
  carried: CarriedProperties,
  options: CopyOptions,
  acl: string | undefined,
  bucket: string,
): ObjectProperties {
  const { head } = source;
  return {
    ...resolveMetadata(head, options),
    websiteRedirectLocation: (options.websiteRedirectLocation ?? head.WebsiteRedirectLocation) || undefined,
    storageClass: resolveStorageClass(head, options, bucket),
    taggingDirective: carried.tags === 'COPY' ? 'COPY' : 'REPLACE',
    tagging: resolveTagging(source.tags, carried, options),
    acl,
    grants: acl === undefined && carried.acl ? source.grants : undefined,
    objectLock: resolveObjectLock(head, carried, options),
    encryption: resolveEncryption(options),
    annotations: (carried.annotations && source.hasAnnotations) || undefined,
  };
}

function resolveMetadata(head: HeadObjectCommandOutput, options: CopyOptions) {
  if (options.metadataDirective === 'REPLACE') {
    // An empty header is the same as none: S3 stores its default type for an empty Content-Type.
    return {
      metadataDirective: 'REPLACE' as const,
      cacheControl: options.cacheControl || undefined,
      contentDisposition: options.contentDisposition || undefined,
      contentEncoding: storedEncoding(options.contentEncoding),
      contentLanguage: options.contentLanguage || undefined,
      contentType: options.contentType || undefined,
      expires: options.expires || undefined,
      metadata: options.metadata && encodeWords(options.metadata),
    };
  }
  return {
    metadataDirective: 'COPY' as const,
    cacheControl: head.CacheControl,
    contentDisposition: head.ContentDisposition,
    contentEncoding: storedEncoding(head.ContentEncoding),
    contentLanguage: head.ContentLanguage,
    contentType: head.ContentType,
    expires: head.ExpiresString,
    metadata: head.Metadata,
  };
}

/**
 * A Content-Encoding without `aws-chunked`, which S3 does not store because it describes the transfer of a body.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
function storedEncoding(encoding: string | undefined): string | undefined {
  if (encoding?.includes('aws-chunked') !== true) return encoding || undefined;
  const kept = encoding.split(',').filter((name) => name.trim() !== 'aws-chunked');
  return kept.join(',').trim() || undefined;
}

/** The default class of the bucket replaces classes that the destination's kind of bucket does not have. */
function resolveStorageClass(head: HeadObjectCommandOutput, options: CopyOptions, bucket: string): string | undefined {
  if (options.storageClass !== undefined) return options.storageClass;
  if (!supports(bucket, 'storageClasses') || EXCLUSIVE_STORAGE_CLASSES.includes(head.StorageClass ?? '')) {
    return undefined;
  }
  return head.StorageClass;
}

function resolveTagging(tags: Tag[], carried: CarriedProperties, { tagging }: CopyOptions): string | undefined {
  if (carried.tags === 'NONE') return undefined;
  if (carried.tags === 'COPY') return encodeTags(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  // Text is encoded again, because it may have characters that headers do not allow.
  return encodeTags(tagsOf(tagging ?? {}));
}

/** A retention that has ended protects nothing, and S3 does not accept dates in the past. */
function resolveObjectLock(
  head: HeadObjectCommandOutput,
  carried: CarriedProperties,
  options: CopyOptions,
): ObjectLock | undefined {
  const { objectLockMode, objectLockRetainUntilDate, objectLockLegalHoldStatus } = options;
  const isRetained = carried.objectLock && (head.ObjectLockRetainUntilDate?.getTime() ?? 0) > Date.now();
  const hasEventHold = carried.objectLock && head.ObjectLockEventHold === 'ON';
  const legalHold = carried.objectLock && head.ObjectLockLegalHoldStatus === 'ON' ? 'ON' : undefined;
  const lock: ObjectLock = {
    ...(isRetained && {
      mode: head.ObjectLockMode,
      retainUntilDate: head.ObjectLockRetainUntilDate!.toISOString(),
    }),
    ...(objectLockRetainUntilDate !== undefined && {
      mode: objectLockMode,
      retainUntilDate: new Date(objectLockRetainUntilDate).toISOString(),
    }),
    legalHold: objectLockLegalHoldStatus ?? legalHold,
    ...(hasEventHold && {
      eventHold: head.ObjectLockEventHold,
      eventHoldDurationDays: head.ObjectLockEventHoldDurationDays,
      eventHoldDurationYears: head.ObjectLockEventHoldDurationYears,
    }),
  };
  return Object.values(lock).some((value) => value !== undefined) ? lock : undefined;
}

function resolveEncryption(options: CopyOptions): Encryption | undefined {
  const { serverSideEncryption, ssekmsKeyId, bucketKeyEnabled } = options;
  if (serverSideEncryption === undefined && bucketKeyEnabled === undefined) return undefined;
  return { serverSideEncryption, ssekmsKeyId, bucketKeyEnabled };
}

/** Content headers and user metadata. `expires` is sent as a header, because the SDK accepts only a date and S3 any text. */
export function metadataParameters(properties: ObjectProperties) {
  return {
    CacheControl: properties.cacheControl,
    ContentDisposition: properties.contentDisposition,
    ContentEncoding: properties.contentEncoding,
    ContentLanguage: properties.contentLanguage,
    ContentType: properties.contentType,
    Metadata: properties.metadata,
  };
}

/** Properties that neither CreateMultipartUpload nor CopyObject copies from the source by itself. */
export function writeParameters(properties: ObjectProperties) {
  const { grants, objectLock, encryption } = properties;
  return {
    WebsiteRedirectLocation: properties.websiteRedirectLocation,
    StorageClass: properties.storageClass as StorageClass | undefined,
    ACL: properties.acl as ObjectCannedACL | undefined,
    GrantFullControl: grants?.fullControl,
    GrantRead: grants?.read,
    GrantReadACP: grants?.readAcp,
    GrantWriteACP: grants?.writeAcp,
    ObjectLockMode: objectLock?.mode as ObjectLockMode | undefined,
    ObjectLockRetainUntilDate:
      objectLock?.retainUntilDate === undefined ? undefined : new Date(objectLock.retainUntilDate),
    ObjectLockLegalHoldStatus: objectLock?.legalHold as ObjectLockLegalHoldStatus | undefined,
    ObjectLockEventHold: objectLock?.eventHold as ObjectLockEventHold | undefined,
    ObjectLockEventHoldDurationDays: objectLock?.eventHoldDurationDays,
    ObjectLockEventHoldDurationYears: objectLock?.eventHoldDurationYears,
    ServerSideEncryption: encryption?.serverSideEncryption as ServerSideEncryption | undefined,
    SSEKMSKeyId: encryption?.ssekmsKeyId,
    BucketKeyEnabled: encryption?.bucketKeyEnabled,
  } satisfies Partial<CreateMultipartUploadCommandInput>;
}

/** CopyObject copies metadata and tags by itself. Only those that replace them are sent. */
export function copyDirectives(properties: ObjectProperties) {
  const { metadataDirective, taggingDirective } = properties;
  return {
    MetadataDirective: metadataDirective,
    ...(metadataDirective === 'REPLACE' && metadataParameters(properties)),
    TaggingDirective: taggingDirective,
    ...(taggingDirective === 'REPLACE' && { Tagging: taggingHeader(properties) }),
  };
}

/** The checksum that S3 computes for the copy. */
export function declaredChecksumParameters(declared: DeclaredChecksum | undefined) {
  return {
    ChecksumAlgorithm: declared?.algorithm as ChecksumAlgorithm | undefined,
    ChecksumType: declared?.type,
  };
}

/** The tags, if they fit into a header. */
export function taggingHeader(properties: ObjectProperties): string | undefined {
  return longTags(properties) ? undefined : properties.tagging;
}

/** Tags that have to be sent after the object is made. */
export function longTags(properties: ObjectProperties): Tag[] | undefined {
  const isLong = Buffer.byteLength(properties.tagging ?? '') > MAX_TAGGING_HEADER_BYTES;
  return isLong ? allTags(properties) : undefined;
}

/** @returns undefined if there are none */
export function allTags({ tagging }: ObjectProperties): Tag[] | undefined {
  return tagging === undefined ? undefined : [...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value }));
}

function encodeTags(tags: [string, string][]): string | undefined {
  return tags.length === 0 ? undefined : new URLSearchParams(tags).toString();
}

/**
 * Compares the properties of an object with those that were planned, as far as HeadObject shows them.
 *
 * @param encryption as S3 answered when the upload was created; absent if that is not known
 * @returns the first difference
 */
export function propertyDifference(
  planned: ObjectProperties,
  encryption: AppliedEncryption | undefined,
  head: HeadObjectCommandOutput,
): string | undefined {
  const confidential: Pair[] = [
    ['Cache-Control', planned.cacheControl, head.CacheControl],
    ['Content-Disposition', planned.contentDisposition, head.ContentDisposition],
    ['Content-Encoding', planned.contentEncoding, storedEncoding(head.ContentEncoding)],
    ['Content-Language', planned.contentLanguage, head.ContentLanguage],
    ['Content-Type', planned.contentType ?? DEFAULT_CONTENT_TYPE, head.ContentType ?? DEFAULT_CONTENT_TYPE],
    ['Expires', planned.expires, head.ExpiresString],
    ['metadata', metadataText(planned.metadata), metadataText(head.Metadata)],
    ['website redirect', planned.websiteRedirectLocation, head.WebsiteRedirectLocation],
  ];
  const different = confidential.find(differs);
  // Causes of errors end up in histories of executions and in logs.
  if (different) return `its ${different[0]} is not the planned one`;
  const pairs: Pair[] = [
    ...storageClassPair(planned, head),
    ...encryptionPairs(planned, encryption, head),
    ...lockPairs(planned.objectLock, head),
  ];
  const [name, expected, actual] = pairs.find(differs) ?? [];
  return name === undefined ? undefined : `its ${name} is ${actual ?? 'not set'} instead of ${expected ?? 'not set'}`;
}

type Pair = [name: string, planned: string | undefined, actual: string | undefined];

function differs([, expected, actual]: Pair): boolean {
  return normalized(expected) !== normalized(actual);
}

/** Headers lose the white space around their values. */
function normalized(value: string | undefined): string {
  return (value ?? '').trim();
}

/** S3 stores names in lower case, and may encode text that is not ASCII differently. */
function metadataText(metadata: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), decodeWords(value).trim()]);
  return JSON.stringify(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** If no class is planned, the object has the default class of the bucket: STANDARD, or EXPRESS_ONEZONE in directory buckets. */
function storageClassPair({ storageClass }: ObjectProperties, { StorageClass }: HeadObjectCommandOutput): Pair[] {
  const actual = StorageClass ?? DEFAULT_STORAGE_CLASS;
  return storageClass === undefined && actual === 'EXPRESS_ONEZONE'
    ? []
    : [['storage class', storageClass ?? DEFAULT_STORAGE_CLASS, actual]];
}

function encryptionPairs(
  planned: ObjectProperties,
  applied: AppliedEncryption | undefined,
  head: HeadObjectCommandOutput,
): Pair[] {
  const { ServerSideEncryption, SSEKMSKeyId, SSECustomerAlgorithm } = head;
  if (applied) {
    return [
      ['encryption', applied.serverSideEncryption, ServerSideEncryption],
      ['KMS key', applied.ssekmsKeyId, SSEKMSKeyId],
      ['encryption with a customer-provided key', applied.sseCustomerAlgorithm, SSECustomerAlgorithm],
    ];
  }
  const algorithm = planned.encryption?.serverSideEncryption;
  return algorithm === undefined ? [] : [['encryption', algorithm, ServerSideEncryption]];
}

/** HeadObject returns locks only to roles that may read them, and the bucket may set default locks. */
function lockPairs(planned: ObjectLock = {}, head: HeadObjectCommandOutput): Pair[] {
  const pairs: Pair[] = [
    ['retention mode', planned.mode, head.ObjectLockMode],
    ['retention date', planned.retainUntilDate, head.ObjectLockRetainUntilDate?.toISOString()],
    ['legal hold', planned.legalHold, head.ObjectLockLegalHoldStatus],
  ];
  return pairs.filter(([, expected, actual]) => expected !== undefined && actual !== undefined);
}
