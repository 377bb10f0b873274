import { createHash } from 'node:crypto';
import { type CompletedPart, ListPartsCommand, type ListPartsCommandOutput, type Part } from '@aws-sdk/client-s3';
import {
  type ChecksumAlgorithm,
  type UploadState,
  ErrorName,
  type SourceChecksum,
} from '../../../lib/private/protocol';
import { ownParameters } from '../../shared/calls/parameters';
import type { S3Clients } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, explain } from '../../shared/errors';
import { checksumParameter } from '../../shared/integrity';
import { partRange } from '../../shared/part-range';
import { compositeChecksum } from '../composite-checksum';

/**
 * All parts in order, after checking them: S3 would make an object of whatever parts it is given.
 *
 * @throws SizeMismatch, ChecksumMismatch, EtagNotPreservable
 */
export async function checkedParts(clients: S3Clients, event: UploadState): Promise<CompletedPart[]> {
  const parts = await listParts(clients, event);
  checkSizes(event, parts);
  const { checksum, sameEtag } = event.proof;
  if (checksum?.type === 'COMPOSITE') await checkComposite(event, checksum, parts);
  if (sameEtag) checkEtag(event, parts);
  const algorithm = event.declared?.algorithm as ChecksumAlgorithm | undefined;
  return parts.map((part) => {
    const value = algorithm && part[`Checksum${algorithm}`];
    const { PartNumber, ETag } = part;
    return { PartNumber, ETag, ...(algorithm && value && checksumParameter({ algorithm, value })) };
  });
}

/** S3 names a next marker on the last page too, so the SDK's paginator, which goes by the marker, does not end. */
async function listParts(clients: S3Clients, { destination, upload, source }: UploadState): Promise<Part[]> {
  const parts: Part[] = [];
  const target = { ...(await ownParameters(destination)), UploadId: upload.uploadId };
  let page: ListPartsCommandOutput | undefined;
  try {
    do {
      const PartNumberMarker: string | undefined = page?.NextPartNumberMarker;
      page = await clients(destination).send(new ListPartsCommand({ ...target, PartNumberMarker }));
      parts.push(...(page.Parts ?? []));
    } while (page.IsTruncated);
  } catch (error) {
    throw explain(error, {
      call: 'ListParts',
      source: describeObject(source),
      destination: describeObject(destination),
    });
  }
  return parts;
}

/** Each part as long as planned, and all together. */
function checkSizes(event: UploadState, parts: Part[]): void {
  const { plan } = event;
  const destination = describeObject(event.destination);
  const mismatch = (text: string) =>
    new CopyError(ErrorName.SIZE_MISMATCH, `the upload to ${destination} has ${text}; start the copy again`);
  if (parts.length !== plan.parts) throw mismatch(`${parts.length} parts instead of ${plan.parts}`);
  const wrong =
    plan.boundaries === 'EVEN' ? parts.find((part, index) => !isAsPlanned(part, index + 1, event)) : undefined;
  if (wrong) throw mismatch(`${wrong.Size} bytes in part ${wrong.PartNumber}, which is not what was planned`);
  const bytes = parts.reduce((sum, { Size = 0 }) => sum + Size, 0);
  if (bytes !== plan.length) throw mismatch(`${bytes} bytes in its parts instead of ${plan.length}`);
}

function isAsPlanned(part: Part, partNumber: number, { plan }: UploadState): boolean {
  const { first, last } = partRange(plan, partNumber);
  return part.PartNumber === partNumber && part.Size === last - first + 1;
}

/** S3 does not compare composite checksums, so this is done before there is an object that would be wrong. */
async function checkComposite(event: UploadState, expected: SourceChecksum, parts: Part[]): Promise<void> {
  const algorithm = expected.algorithm as ChecksumAlgorithm;
  const values = parts.map((part) => part[`Checksum${algorithm}`] ?? '');
  const actual = await compositeChecksum(algorithm, values);
  if (actual === expected.value) return;
  throw new CopyError(
    ErrorName.CHECKSUM_MISMATCH,
    `the ${algorithm} of the parts copied to ${describeObject(event.destination)} is ${actual} and that of ${describeObject(event.source)} is ${expected.value}; nothing was created, start the copy again`,
  );
}

/** The ETag of a multipart object is the MD5 of the MD5s of its parts, which are their ETags, and their number. */
function checkEtag({ source, destination }: UploadState, parts: Part[]): void {
  const md5s = parts.map(({ ETag = '' }) => Buffer.from(ETag.replaceAll('"', ''), 'hex'));
  const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}"`;
  if (etag === source.etag) return;
  throw new CopyError(
    ErrorName.ETAG_NOT_PRESERVABLE,
    `the copy to ${describeObject(destination)} would have ETag ${etag} and ${describeObject(source)} has ${source.etag}; nothing was created`,
  );
}
