import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { AppliedEncryption, ObjectLock, ObjectProperties } from '../../lib/private/protocol';

/** What S3 stores if nothing is sent. */
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const DEFAULT_STORAGE_CLASS = 'STANDARD';

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
    ['Content-Encoding', planned.contentEncoding, head.ContentEncoding],
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

/** Names are in lower case in S3. It may encode what is not ASCII in another way than it was sent. */
function metadataText(metadata: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), decodeWords(value).trim()]);
  return JSON.stringify(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** Decodes the encoded words of RFC 2047. */
function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(
            text
              .replaceAll('_', ' ')
              .replaceAll('%', '%25')
              .replaceAll(/=([0-9a-f]{2})/gi, '%$1'),
          ),
    );
}

/** A class that is not planned is the default of the bucket, which directory buckets have another one of. */
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

/** HeadObject shows locks only to those who may read them, and the bucket may have locks that are its default. */
function lockPairs(planned: ObjectLock = {}, head: HeadObjectCommandOutput): Pair[] {
  const pairs: Pair[] = [
    ['retention mode', planned.mode, head.ObjectLockMode],
    ['retention date', planned.retainUntilDate, head.ObjectLockRetainUntilDate?.toISOString()],
    ['legal hold', planned.legalHold, head.ObjectLockLegalHoldStatus],
  ];
  return pairs.filter(([, expected, actual]) => expected !== undefined && actual !== undefined);
}
