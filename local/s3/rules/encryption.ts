import { createHash } from 'node:crypto';
import { type ErrorFields, s3Error } from '../errors/s3-error';
import type { Kms } from '../kms/kms';
import type { BucketSettings, CustomerKey, Encryption, ObjectProperties, ObjectVersion } from '../store/model';
import type { S3Request } from '../wire/request';

const SSE = 'x-amz-server-side-encryption';
const ARGUMENT: ErrorFields = { ArgumentName: SSE };

/** How a new object is encrypted: with a key of S3 or KMS, or with a customer-provided key. */
export type ChosenEncryption = { readonly encryption: Encryption } | { readonly customerKey: CustomerKey };

/** The encryption of a new object: as requested, otherwise the bucket's default. */
export function chooseEncryption(request: S3Request, settings: BucketSettings, kms: Kms): ChosenEncryption {
  const customerKey = readCustomerKey(request, SSE);
  const method = request.header(SSE);
  if (customerKey !== undefined) {
    if (method !== undefined) throw s3Error('TwoEncryptions', { ...ARGUMENT, ArgumentValue: method });
    if (settings.encryption.blocksCustomerKeys) throw s3Error('BlockedSseC');
    return { customerKey };
  }
  if (method !== undefined && settings.directory && request.operation !== 'CopyObject') {
    return { encryption: directoryEncryption(method, request, settings, kms) };
  }
  if (method === undefined) {
    if (request.header(`${SSE}-aws-kms-key-id`) !== undefined) throw s3Error('KmsHeadersWithoutKms', ARGUMENT);
    return { encryption: bucketDefault(request, settings, kms) };
  }
  if (method === 'AES256') {
    if (request.header(`${SSE}-aws-kms-key-id`) !== undefined) throw s3Error('KmsHeadersWithoutKms', ARGUMENT);
    return { encryption: { algorithm: method } };
  }
  if (method !== 'aws:kms' && method !== 'aws:kms:dsse') {
    throw s3Error('UnknownEncryption', { ...ARGUMENT, ArgumentValue: method });
  }
  return { encryption: kmsEncryption(method, request, settings, kms) };
}

function kmsEncryption(
  algorithm: 'aws:kms' | 'aws:kms:dsse',
  request: S3Request,
  settings: BucketSettings,
  kms: Kms,
): Encryption {
  const key = kms.find(request.header(`${SSE}-aws-kms-key-id`), request.principal.accountId, settings.region);
  const context = request.header(`${SSE}-context`);
  const asked = request.header(`${SSE}-bucket-key-enabled`);
  const bucketKey =
    asked === undefined ? settings.encryption.bucketKeyEnabled === true : asked.toLowerCase() === 'true';
  return {
    algorithm,
    kmsKeyArn: key.arn,
    // DSSE-KMS does not support bucket keys.
    ...(algorithm === 'aws:kms' && bucketKey && { bucketKeyEnabled: true }),
    ...(context !== undefined && { context }),
  };
}

/** In a directory bucket, a request must match the bucket's default encryption. Only a copy may choose another one. */
function directoryEncryption(method: string, request: S3Request, settings: BucketSettings, kms: Kms): Encryption {
  const encryption = bucketDefault(request, settings, kms);
  const key = request.header(`${SSE}-aws-kms-key-id`);
  const same =
    method === encryption.algorithm &&
    (key === undefined || kms.find(key, request.principal.accountId, settings.region).arn === encryption.kmsKeyArn);
  if (!same) throw s3Error('DirectoryEncryption', { ...ARGUMENT, ArgumentValue: method });
  return encryption;
}

function bucketDefault(request: S3Request, settings: BucketSettings, kms: Kms): Encryption {
  const { algorithm, kmsKeyId, bucketKeyEnabled } = settings.encryption;
  if (algorithm === undefined || algorithm === 'AES256') return { algorithm: 'AES256' };
  const key = kms.find(kmsKeyId, request.principal.accountId, settings.region);
  const asked = request.header(`${SSE}-bucket-key-enabled`);
  const bucketKey = asked === undefined ? bucketKeyEnabled === true : asked.toLowerCase() === 'true';
  // Directory buckets always use a bucket key.
  if (settings.directory) return { algorithm, kmsKeyArn: key.arn, bucketKeyEnabled: true };
  return { algorithm, kmsKeyArn: key.arn, ...(algorithm === 'aws:kms' && bucketKey && { bucketKeyEnabled: true }) };
}

/**
 * Reads and validates the customer-provided key of a request. `prefix` is the common part of its three headers:
 * `x-amz-server-side-encryption` for the object, `x-amz-copy-source-server-side-encryption` for the source of a copy.
 */
export function readCustomerKey(
  request: S3Request,
  prefix: string,
  purpose: 'read' | 'write' = 'write',
): CustomerKey | undefined {
  const algorithm = request.header(`${prefix}-customer-algorithm`);
  const key = request.header(`${prefix}-customer-key`);
  const md5 = request.header(`${prefix}-customer-key-md5`);
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm === undefined) throw s3Error('CustomerAlgorithmMissing', ARGUMENT);
  if (algorithm !== 'AES256') throw s3Error('CustomerAlgorithm', { ...ARGUMENT, ArgumentValue: algorithm });
  if (key === undefined) throw s3Error('CustomerKeyMissing', ARGUMENT);
  const bytes = Buffer.from(key, 'base64');
  // Recorded: without the digest, S3 reports a wrong key on reads and an invalid key on writes.
  if (md5 === undefined && purpose === 'read') throw s3Error('WrongCustomerKey');
  if (bytes.length !== 32 || md5 === undefined) throw s3Error('CustomerKeyInvalid', ARGUMENT);
  if (createHash('md5').update(bytes).digest('base64') !== md5) throw s3Error('CustomerKeyMd5', ARGUMENT);
  return { md5 };
}

/** Refuses the encryption header on requests that cannot choose an encryption: reads, and parts of an upload. */
export function refuseEncryptionHeader(request: S3Request): void {
  const value = request.header(SSE);
  if (value !== undefined) throw s3Error('EncryptionNotApplicable', { ...ARGUMENT, ArgumentValue: value });
}

/** Checks that a request brings the customer-provided key of the object, if the object was encrypted with one. */
export function checkCustomerKey(object: Pick<ObjectVersion, 'properties'>, request: S3Request, prefix = SSE): void {
  if (prefix === SSE) refuseEncryptionHeader(request);
  const given = readCustomerKey(request, prefix, 'read');
  const { customerKey } = object.properties;
  if (customerKey !== undefined && given === undefined) throw s3Error('CustomerKeyNeeded');
  if (customerKey === undefined && given !== undefined) throw s3Error('CustomerKeyNotApplicable');
  if (customerKey !== undefined && customerKey.md5 !== given?.md5) throw s3Error('WrongCustomerKey');
}

export const COPY_SOURCE_SSE = 'x-amz-copy-source-server-side-encryption';

/** The response headers for the encryption of an object, part or upload. */
export function encryptionHeaders(properties: {
  readonly encryption?: Encryption;
  readonly customerKey?: CustomerKey;
}): Record<string, string | undefined> {
  const { encryption, customerKey } = properties;
  if (customerKey !== undefined) {
    return { [`${SSE}-customer-algorithm`]: 'AES256', [`${SSE}-customer-key-md5`]: customerKey.md5 };
  }
  return {
    [SSE]: encryption?.algorithm,
    [`${SSE}-aws-kms-key-id`]: encryption?.kmsKeyArn,
    [`${SSE}-bucket-key-enabled`]: encryption?.bucketKeyEnabled === true ? 'true' : undefined,
    [`${SSE}-context`]: encryption?.context,
  };
}

/** Whether ETags are MD5 digests: only with keys that S3 manages, and never in a directory bucket. */
export function etagIsMd5(properties: Pick<ObjectProperties, 'encryption' | 'customerKey' | 'storageClass'>): boolean {
  const { customerKey, encryption, storageClass } = properties;
  return customerKey === undefined && encryption?.kmsKeyArn === undefined && storageClass !== 'EXPRESS_ONEZONE';
}
