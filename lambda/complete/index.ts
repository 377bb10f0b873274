import { type CompletedPart, CompleteMultipartUploadCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type UploadState, type CopyResult, ErrorName } from '../../lib/private/protocol';
import { readAnnotations } from '../shared/calls/annotations';
import { finish } from '../shared/calls/finish-copy';
import { headMade } from '../shared/calls/head-copy';
import { ownParameters } from '../shared/calls/parameters';
import { createS3Clients } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { CopyError, explain, isCopyError } from '../shared/errors';
import { checksumParameter, compare, expectedOf } from '../shared/integrity';
import { checkedParts } from './calls/list-parts';

/** S3 may take minutes to put 10,000 parts together. */
const clients = createS3Clients(14 * 60_000);

/** Makes the parts an object, gives it what S3 takes only then, reads it back and proves it equal. */
export async function handler(event: UploadState): Promise<CopyResult> {
  const annotations = event.properties.annotations ? await readAnnotations(clients, event.source) : [];
  const completed = await completeOnce(event);
  return finish(clients, event, { ...completed, sendLongTags: true, annotations });
}

interface Completed {
  readonly versionId?: string;
  readonly requestCharged?: string;
}

/** S3 knows nothing of an upload that it has completed, so a try whose answer was lost looks like one that is too late. */
async function completeOnce(event: UploadState): Promise<Completed> {
  try {
    return await complete(event, await checkedParts(clients, event));
  } catch (error) {
    if (!isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) throw error;
    const made = await headMade(clients, event.destination, (existing) => isOurs(event, existing));
    if (!made) throw error;
    return { versionId: made.VersionId };
  }
}

/** The ETag of a multipart object ends in the number of its parts. */
function isOurs({ source, proof, plan }: UploadState, existing: HeadObjectCommandOutput): boolean {
  const comparison = compare(expectedOf(source, proof.checksum, plan.length), existing);
  return 'integrity' in comparison && (existing.ETag ?? '').endsWith(`-${plan.parts}"`);
}

async function complete(event: UploadState, parts: CompletedPart[]): Promise<Completed> {
  const { source, destination, overwrite, ifMatch, plan, proof } = event;
  const { checksum } = proof;
  const command = new CompleteMultipartUploadCommand({
    ...(await ownParameters(destination)),
    UploadId: event.upload.uploadId,
    MultipartUpload: { Parts: parts },
    MpuObjectSize: plan.length,
    // S3 compares the value only where the type goes with it.
    ...(checksum?.type === 'FULL_OBJECT' && { ...checksumParameter(checksum), ChecksumType: checksum.type }),
    IfNoneMatch: overwrite === 'never' ? '*' : undefined,
    IfMatch: ifMatch,
  });
  const context = {
    call: 'CompleteMultipartUpload',
    source: describeObject(source),
    destination: describeObject(destination),
    ifMatch,
  };
  try {
    const { ETag, VersionId, RequestCharged } = await clients(destination).send(command);
    if (!ETag) throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, `${context.call}: S3 answered 200 without an ETag`);
    return { versionId: VersionId, requestCharged: RequestCharged };
  } catch (error) {
    throw explain(error, context);
  }
}
