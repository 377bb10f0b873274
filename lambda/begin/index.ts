import { type ChecksumAlgorithm, CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { type CopyState, ErrorName, type Upload } from '../../lib/private/protocol';
import { describeObject } from '../shared/copy-source';
import { CopyError, explain } from '../shared/errors';
import { keptChecksum } from '../shared/integrity';
import { toUploadParameters, withExpires } from '../shared/properties';
import { createS3Client } from '../shared/s3';

const s3 = createS3Client(10_000);

/** Starts the upload with everything that the source carries. */
export async function handler(state: CopyState): Promise<Upload> {
  const { destination, properties } = state;
  const checksum = keptChecksum(state);
  const command = new CreateMultipartUploadCommand({
    Bucket: destination.bucket,
    Key: destination.key,
    ...toUploadParameters(properties),
    // S3 then computes each part's checksum, and of them that of the whole.
    ...(checksum && { ChecksumAlgorithm: checksum.algorithm as ChecksumAlgorithm, ChecksumType: checksum.type }),
  });
  const context = { call: 'CreateMultipartUpload', destination: describeObject(destination) };
  try {
    const { UploadId } = await s3.send(withExpires(command, properties.expires));
    if (!UploadId)
      throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, `${context.call}: S3 answered without an upload id`);
    return { uploadId: UploadId };
  } catch (error) {
    throw explain(error, context);
  }
}
