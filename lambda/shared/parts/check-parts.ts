import { createHash } from 'node:crypto';
import type { CompletedPart, Part } from '@aws-sdk/client-s3';
import {
  type ChecksumAlgorithm,
  ErrorName,
  type ExpectedObject,
  type SourceChecksum,
  type UploadState,
} from '../../../lib/private/protocol';
import { bucketKindOf } from '../../../lib/private/protocol/bucket-kinds';
import { describeObject } from '../describe-object';
import { CopyError } from '../errors';
import { unquote } from '../etag';
import { hasMd5Etag } from '../identity';
import { checksumParameter } from '../integrity';
import { partRange } from '../part-range';
import { combinedChecksum } from './combined-checksum';

/**
 * Checks the parts before they become an object: S3 would assemble whatever parts it is given.
 *
 * @param parts in order
 * @returns ETag and checksum of the object that S3 makes of them
 * @throws SizeMismatch, ChecksumMismatch, EtagNotPreservable
 */
export async function checkParts(state: UploadState, parts: Part[]): Promise<Omit<ExpectedObject, 'checkedAt'>> {
  checkSizes(state, parts);
  const checksum = await checksumOf(state, parts);
  compareChecksum(state, checksum);
  const etag = etagOf(state, parts);
  compareEtag(state, isMadeOfBytes(state) ? etag : undefined);
  return { etag, checksum };
}

/** The parts as CompleteMultipartUpload takes them. */
export function toCompletedParts({ declared }: UploadState, parts: Part[]): CompletedPart[] {
  const algorithm = declared?.algorithm as ChecksumAlgorithm | undefined;
  return parts.map((part) => {
    const value = algorithm && part[`Checksum${algorithm}`];
    const { PartNumber, ETag } = part;
    return { PartNumber, ETag, ...(algorithm && value && checksumParameter({ algorithm, value })) };
  });
}

/** Each part has its planned size, and together they have that of the copy. */
function checkSizes(state: UploadState, parts: Part[]): void {
  const { plan } = state;
  const destination = describeObject(state.destination);
  const mismatch = (text: string) =>
    new CopyError(ErrorName.SIZE_MISMATCH, `the upload to ${destination} has ${text}; start the copy again`);
  if (parts.length !== plan.parts) throw mismatch(`${parts.length} parts instead of ${plan.parts}`);
  const wrong =
    plan.boundaries === 'EVEN' ? parts.find((part, index) => !isAsPlanned(part, index + 1, state)) : undefined;
  if (wrong) throw mismatch(`${wrong.Size} bytes in part ${wrong.PartNumber}, which is not what was planned`);
  const bytes = parts.reduce((sum, { Size = 0 }) => sum + Size, 0);
  if (bytes !== plan.length) throw mismatch(`${bytes} bytes in its parts instead of ${plan.length}`);
}

function isAsPlanned(part: Part, partNumber: number, { plan }: UploadState): boolean {
  const { first, last } = partRange(plan, partNumber);
  return part.PartNumber === partNumber && part.Size === last - first + 1;
}

/** The checksum that S3 will compute for the object; undefined if it does not list those of all parts. */
async function checksumOf({ declared }: UploadState, parts: Part[]): Promise<SourceChecksum | undefined> {
  if (!declared) return undefined;
  const algorithm = declared.algorithm as ChecksumAlgorithm;
  const listed = parts.map((part) => ({ checksum: part[`Checksum${algorithm}`] ?? '', size: part.Size ?? 0 }));
  if (listed.some(({ checksum }) => checksum === '')) return undefined;
  if (declared.type === 'COMPOSITE') {
    // Few copies have such a checksum, and it takes five WebAssembly modules.
    const { compositeChecksum } = await import('./composite-checksum');
    const value = await compositeChecksum(
      algorithm,
      listed.map(({ checksum }) => checksum),
    );
    return { algorithm, type: 'COMPOSITE', value };
  }
  const value = combinedChecksum(algorithm, listed);
  return value === undefined ? undefined : { algorithm, type: 'FULL_OBJECT', value };
}

/** S3 itself compares only checksums of whole objects, and only when it makes the object. */
function compareChecksum({ proof, source, destination }: UploadState, actual: SourceChecksum | undefined): void {
  const expected = proof.checksum;
  if (!expected || actual?.value === expected.value) return;
  // S3 compares it in CompleteMultipartUpload.
  if (!actual && expected.type === 'FULL_OBJECT') return;
  throw new CopyError(
    ErrorName.CHECKSUM_MISMATCH,
    `the ${expected.algorithm} of the parts copied to ${describeObject(destination)} is ${actual?.value ?? 'not listed by S3'} and that of ${describeObject(source)} is ${expected.value}; nothing was created, start the copy again`,
  );
}

/**
 * S3 makes the ETag of an object in parts from the MD5 of the ETags of its parts, and their number. This is also true with KMS and with
 * customer-provided keys. With these, the ETags of parts are random, so that no other object has the same ETag
 * (`test_s3_multipart_upload_sse` and `test_multipart_upload_sse_c` of localstack/localstack, recorded on AWS).
 *
 * @returns undefined if it is not known how S3 makes the ETag
 */
function etagOf({ destination, proof, upload }: UploadState, parts: Part[]): string | undefined {
  // It is not known how a resumed upload is encrypted.
  const isKnown = upload.encryption !== undefined || proof.sameEtag === true;
  const isRecorded = upload.encryption?.serverSideEncryption !== 'aws:kms:dsse';
  const etags = parts.map(({ ETag = '' }) => unquote(ETag));
  if (!isKnown || !isRecorded || !bucketKindOf(destination.bucket).etagsAreMd5 || !etags.every(isHash)) {
    return undefined;
  }
  const md5 = createHash('md5')
    .update(Buffer.from(etags.join(''), 'hex'))
    .digest('hex');
  return `"${md5}-${parts.length}"`;
}

/** Whether an object of the same parts has the same ETag. */
function isMadeOfBytes({ upload }: UploadState): boolean {
  const { serverSideEncryption: ServerSideEncryption, sseCustomerAlgorithm: SSECustomerAlgorithm } =
    upload.encryption ?? {};
  return hasMd5Etag({ ServerSideEncryption, SSECustomerAlgorithm });
}

function isHash(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(etag);
}

function compareEtag({ proof, source, destination }: UploadState, etag: string | undefined): void {
  if (etag === source.etag) return;
  const isComparable = etag !== undefined && proof.by === 'etag';
  if (!proof.sameEtag && !isComparable) return;
  throw new CopyError(
    proof.sameEtag ? ErrorName.ETAG_NOT_PRESERVABLE : ErrorName.CHECKSUM_MISMATCH,
    `the copy to ${describeObject(destination)} would have ${etag === undefined ? 'a random ETag' : `ETag ${etag}`}, and ${describeObject(source)} has ${source.etag}; nothing was created, ${etag === undefined ? 'leave options.preserveEtag and options.integrity out' : 'start the copy again'}`,
  );
}
