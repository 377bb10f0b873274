import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type HeadObjectCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type Part,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { type CompleteEvent, type CopyResult, ErrorName, type SourceChecksum } from '../../lib/private/protocol';
import { compositeChecksum } from '../shared/composite';
import { describeObject } from '../shared/copy-source';
import { type CallContext, CopyError, explain } from '../shared/errors';
import { type Algorithm, checksumParameter, compare, keptChecksum, proveEqual } from '../shared/integrity';
import { partRange } from '../shared/part-plan';
import { decodeTags, tagsFitHeader } from '../shared/properties';
import { toResult } from '../shared/result';
import { createS3Client, headCopy } from '../shared/s3';

/** S3 may take minutes to put 10,000 parts together. */
const s3 = createS3Client(14 * 60_000);

/** Makes the parts an object, gives it what S3 takes only then, reads it back and proves it equal. */
export async function handler(event: CompleteEvent): Promise<CopyResult> {
  const { versionId, requestCharged } = await completeOnce(event);
  await putLongTags(event, versionId);
  const made = await headCopy(s3, event.destination, versionId);
  const integrity = proveEqual(event.source, event.checksum, made, event.destination);
  return toResult('COPIED', event, { ...made, RequestCharged: requestCharged }, integrity);
}

interface Completed {
  readonly versionId?: string;
  readonly requestCharged?: string;
}

/** S3 knows nothing of an upload that it has completed, so a try whose answer was lost looks like one that is too late. */
async function completeOnce(event: CompleteEvent): Promise<Completed> {
  try {
    return await complete(event, await listParts(event));
  } catch (error) {
    if (!(error instanceof CopyError) || error.name !== (ErrorName.UPLOAD_NOT_FOUND as string)) throw error;
    const existing = await headCopy(s3, event.destination, undefined).catch(() => undefined);
    if (!existing || !isOurs(event, existing)) throw error;
    return { versionId: existing.VersionId };
  }
}

/** The ETag of a multipart object ends in the number of its parts. */
function isOurs(event: CompleteEvent, existing: HeadObjectCommandOutput): boolean {
  const comparison = compare(event.source, event.checksum, existing);
  return 'integrity' in comparison && (existing.ETag ?? '').endsWith(`-${event.plan.parts}"`);
}

async function complete(event: CompleteEvent, parts: CompletedPart[]): Promise<Completed> {
  const { source, overwrite } = event;
  const checksum = keptChecksum(event);
  if (checksum?.type === 'COMPOSITE') await assertComposite(event, checksum, parts);
  const command = new CompleteMultipartUploadCommand({
    ...target(event),
    UploadId: event.upload.uploadId,
    MultipartUpload: { Parts: parts },
    MpuObjectSize: source.size,
    // S3 compares the value only where the type goes with it.
    ...(checksum?.type === 'FULL_OBJECT' && { ...checksumParameter(checksum), ChecksumType: checksum.type }),
    IfNoneMatch: overwrite === 'never' ? '*' : undefined,
  });
  const context = contextOf(event, 'CompleteMultipartUpload');
  try {
    const { ETag, VersionId, RequestCharged } = await s3.send(command);
    if (!ETag) throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, `${context.call}: S3 answered 200 without an ETag`);
    return { versionId: VersionId, requestCharged: RequestCharged };
  } catch (error) {
    throw explain(error, context);
  }
}

/** All parts in order, each as long as planned: S3 would make an object of whatever parts it is given. */
async function listParts(event: CompleteEvent): Promise<CompletedPart[]> {
  const parts = await listAllParts(event);
  const { plan, source } = event;
  const destination = describeObject(event.destination);
  if (parts.length !== plan.parts) {
    throw new CopyError(
      ErrorName.SIZE_MISMATCH,
      `the upload to ${destination} has ${parts.length} parts instead of ${plan.parts}; start the copy again`,
    );
  }
  const wrong =
    plan.boundaries === 'EVEN' ? parts.find((part, index) => !isAsPlanned(part, index + 1, event)) : undefined;
  if (wrong) {
    throw new CopyError(
      ErrorName.SIZE_MISMATCH,
      `part ${wrong.PartNumber} of the upload to ${destination} has ${wrong.Size} bytes, which is not what was planned; start the copy again`,
    );
  }
  const bytes = parts.reduce((sum, { Size = 0 }) => sum + Size, 0);
  if (bytes !== source.size) {
    throw new CopyError(
      ErrorName.SIZE_MISMATCH,
      `the parts of the upload to ${destination} have ${bytes} bytes instead of ${source.size}; start the copy again`,
    );
  }
  const algorithm = keptChecksum(event)?.algorithm as Algorithm | undefined;
  return parts.map((part) => {
    const value = algorithm && part[`Checksum${algorithm}`];
    const { PartNumber, ETag } = part;
    return { PartNumber, ETag, ...(algorithm && value && checksumParameter({ algorithm, value })) };
  });
}

function isAsPlanned(part: Part, partNumber: number, { plan, source }: CompleteEvent): boolean {
  const { first, last } = partRange(plan, partNumber, source.size);
  return part.PartNumber === partNumber && part.Size === last - first + 1;
}

/** S3 does not compare composite checksums, so this is done before there is an object that would be wrong. */
async function assertComposite(event: CompleteEvent, expected: SourceChecksum, parts: CompletedPart[]): Promise<void> {
  const algorithm = expected.algorithm as Algorithm;
  const values = parts.map((part) => part[`Checksum${algorithm}`] ?? '');
  const actual = await compositeChecksum(algorithm, values);
  if (actual === expected.value) return;
  throw new CopyError(
    ErrorName.CHECKSUM_MISMATCH,
    `the ${algorithm} of the parts copied to ${describeObject(event.destination)} is ${actual} and that of ${describeObject(event.source)} is ${expected.value}; nothing was created, start the copy again`,
  );
}

/** S3 names a next marker on the last page too, so the SDK's paginator, which goes by the marker, does not end. */
async function listAllParts(event: CompleteEvent): Promise<Part[]> {
  const parts: Part[] = [];
  let page: ListPartsCommandOutput | undefined;
  try {
    do {
      const PartNumberMarker: string | undefined = page?.NextPartNumberMarker;
      page = await s3.send(
        new ListPartsCommand({ ...target(event), UploadId: event.upload.uploadId, PartNumberMarker }),
      );
      parts.push(...(page.Parts ?? []));
    } while (page.IsTruncated);
  } catch (error) {
    throw explain(error, contextOf(event, 'ListParts'));
  }
  return parts;
}

/** Tags that were too long for the header of CreateMultipartUpload. */
async function putLongTags(event: CompleteEvent, versionId: string | undefined): Promise<void> {
  const { properties } = event;
  if (tagsFitHeader(properties) || properties.tagging === undefined) return;
  const command = new PutObjectTaggingCommand({
    ...target(event),
    VersionId: versionId,
    Tagging: { TagSet: decodeTags(properties.tagging) },
  });
  try {
    await s3.send(command);
  } catch (error) {
    throw explain(error, contextOf(event, 'PutObjectTagging of the copy, which is complete but for its tags'));
  }
}

function target({ destination }: CompleteEvent): { Bucket: string; Key: string } {
  return { Bucket: destination.bucket, Key: destination.key };
}

function contextOf(event: CompleteEvent, call: string): CallContext {
  return { call, source: describeObject(event.source), destination: describeObject(event.destination) };
}
