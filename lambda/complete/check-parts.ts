import { createHash } from 'node:crypto';
import type { CompletedPart, Part } from '@aws-sdk/client-s3';
import { type ChecksumAlgorithm, ErrorName, type SourceChecksum, type UploadState } from '../../lib/private/protocol';
import { describeObject } from '../shared/describe-object';
import { CopyError } from '../shared/errors';
import { checksumParameter } from '../shared/integrity';
import { partRange } from '../shared/part-range';
import { compositeChecksum } from './composite-checksum';

/**
 * Checks the parts before they become an object: S3 would assemble whatever parts it is given.
 *
 * @param parts in order
 * @throws SizeMismatch, ChecksumMismatch, EtagNotPreservable
 */
export async function checkParts(state: UploadState, parts: Part[]): Promise<void> {
  checkSizes(state, parts);
  const { checksum, sameEtag } = state.proof;
  if (checksum?.type === 'COMPOSITE') await checkComposite(state, checksum, parts);
  if (sameEtag) checkEtag(state, parts);
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

/** S3 does not compare composite checksums, so this happens before a wrong object exists. */
async function checkComposite(state: UploadState, expected: SourceChecksum, parts: Part[]): Promise<void> {
  const algorithm = expected.algorithm as ChecksumAlgorithm;
  const values = parts.map((part) => part[`Checksum${algorithm}`] ?? '');
  const actual = await compositeChecksum(algorithm, values);
  if (actual === expected.value) return;
  throw new CopyError(
    ErrorName.CHECKSUM_MISMATCH,
    `the ${algorithm} of the parts copied to ${describeObject(state.destination)} is ${actual} and that of ${describeObject(state.source)} is ${expected.value}; nothing was created, start the copy again`,
  );
}

/** The ETag of a multipart object is the MD5 of the MD5s of its parts, which are their ETags, and their number. */
function checkEtag({ source, destination }: UploadState, parts: Part[]): void {
  const md5s = parts.map(({ ETag = '' }) => Buffer.from(ETag.replaceAll('"', ''), 'hex'));
  const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}"`;
  if (etag === source.etag) return;
  throw new CopyError(
    ErrorName.ETAG_NOT_PRESERVABLE,
    `the copy to ${describeObject(destination)} would have ETag ${etag}, and ${describeObject(source)} has ${source.etag}; nothing was created`,
  );
}
