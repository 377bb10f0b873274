import type {
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
import type { AclGrants, Encryption, ObjectLock, ObjectProperties } from '../../lib/private/protocol';
import type { CopyOptions } from '../../lib/private/protocol/options';
import { isDirectoryBucket } from './directory-buckets';

/*
 * Every property of an object besides its bytes: where it is read, what decides, where it is written. The table for people is
 * docs/properties.md.
 */

/** S3 takes 8 KB of headers in all; the AWS CLI sends longer tags in a call of their own, and so do we. */
const MAX_TAGGING_HEADER_BYTES = 2048;

/** Storage classes that only directory buckets have. */
const DIRECTORY_CLASSES = ['EXPRESS_ONEZONE'];

/** Which properties of the source the copy gets. */
export interface CarriedProperties {
  readonly tags: 'COPY' | 'REPLACE' | 'NONE';
  readonly acl: boolean;
  readonly objectLock: boolean;
  readonly annotations: boolean;
}

/** What the source carries, as S3 tells it. */
export interface SourceProperties {
  readonly head: HeadObjectCommandOutput;
  readonly tags: Tag[];
  readonly grants?: AclGrants;
  readonly hasAnnotations: boolean;
}

/**
 * What the copy is to carry: of the source what is carried over, of the options what they say.
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
    ...settleMetadata(head, options),
    websiteRedirectLocation: (options.websiteRedirectLocation ?? head.WebsiteRedirectLocation) || undefined,
    storageClass: settleStorageClass(head, options, bucket),
    taggingDirective: carried.tags === 'COPY' ? 'COPY' : 'REPLACE',
    tagging: settleTagging(source.tags, carried, options),
    acl,
    grants: acl === undefined && carried.acl ? source.grants : undefined,
    objectLock: settleObjectLock(head, carried, options),
    encryption: settleEncryption(options),
    annotations: (carried.annotations && source.hasAnnotations) || undefined,
  };
}

function settleMetadata(head: HeadObjectCommandOutput, options: CopyOptions) {
  if (options.metadataDirective === 'REPLACE') {
    const { cacheControl, contentDisposition, contentEncoding, contentLanguage, contentType, expires } = options;
    const headers = { cacheControl, contentDisposition, contentEncoding, contentLanguage, contentType, expires };
    const metadata = options.metadata && encodeWords(options.metadata);
    return { metadataDirective: 'REPLACE' as const, ...headers, metadata };
  }
  return {
    metadataDirective: 'COPY' as const,
    cacheControl: head.CacheControl,
    contentDisposition: head.ContentDisposition,
    contentEncoding: head.ContentEncoding,
    contentLanguage: head.ContentLanguage,
    contentType: head.ContentType,
    expires: head.ExpiresString,
    metadata: head.Metadata,
  };
}

/** Headers are ASCII: what is not becomes an encoded word of RFC 2047, which is what S3 gives back. */
function encodeWords(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const encode = (value: string) =>
    /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, encode(value)]));
}

/** A class that the destination's kind of bucket does not have becomes its default. */
function settleStorageClass(head: HeadObjectCommandOutput, options: CopyOptions, bucket: string): string | undefined {
  if (options.storageClass !== undefined) return options.storageClass;
  if (isDirectoryBucket(bucket) || DIRECTORY_CLASSES.includes(head.StorageClass ?? '')) return undefined;
  return head.StorageClass;
}

function settleTagging(tags: Tag[], carried: CarriedProperties, { tagging }: CopyOptions): string | undefined {
  if (carried.tags === 'NONE') return undefined;
  if (carried.tags === 'COPY') return encodeTags(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  return typeof tagging === 'string' ? tagging || undefined : encodeTags(Object.entries(tagging ?? {}));
}

/** A retention that is over protects nothing, and S3 takes no date in the past. */
function settleObjectLock(
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

function settleEncryption({
  serverSideEncryption,
  ssekmsKeyId,
  bucketKeyEnabled,
}: CopyOptions): Encryption | undefined {
  if (serverSideEncryption === undefined && bucketKeyEnabled === undefined) return undefined;
  return { serverSideEncryption, ssekmsKeyId, bucketKeyEnabled };
}

/** Content headers and user metadata; `expires` goes by `withExpires`. */
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

/** What CreateMultipartUpload and CopyObject both have to be told, since S3 copies none of it by itself. */
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

/** The tags, where they fit into a header. */
export function taggingHeader(properties: ObjectProperties): string | undefined {
  return longTags(properties) ? undefined : properties.tagging;
}

/** Tags that have to be sent after the object is made. */
export function longTags({ tagging }: ObjectProperties): Tag[] | undefined {
  if (tagging === undefined || Buffer.byteLength(tagging) <= MAX_TAGGING_HEADER_BYTES) return undefined;
  return [...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value }));
}

function encodeTags(tags: [string, string][]): string | undefined {
  return tags.length === 0 ? undefined : new URLSearchParams(tags).toString();
}

interface HttpRequest {
  readonly headers: Record<string, string>;
}

interface CommandWithStack {
  readonly middlewareStack: {
    add(
      middleware: (next: (args: never) => unknown) => (args: never) => unknown,
      options: { step: 'build'; name: string },
    ): void;
  };
}

/**
 * Sends the `Expires` header as the source stores it. The SDK's parameter is a date, and S3 keeps any text.
 */
export function withExpires<C extends CommandWithStack>(command: C, expires: string | undefined): C {
  if (expires === undefined) return command;
  command.middlewareStack.add(
    (next) => (args: never) => {
      (args as { request: HttpRequest }).request.headers.expires = expires;
      return next(args);
    },
    { step: 'build', name: 'expiresAsStored' },
  );
  return command;
}
