import { CreateMultipartUploadCommand, type CreateMultipartUploadCommandOutput } from '@aws-sdk/client-s3';
import { type CopyPartsState, ErrorName, type Upload } from '../../lib/private/protocol';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { askS3Timed, createS3, type TimedAnswer } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { CopyError } from '../shared/errors';
import { declaredChecksumParameters, metadataParameters, taggingHeader, writeParameters } from '../shared/properties';

const s3 = createS3(10_000);

/** Starts the upload with everything that the copy carries. @throws EtagNotPreservable */
export async function handler(state: CopyPartsState): Promise<Upload> {
  const { output, answered } = await createUpload(state);
  const { UploadId, ServerSideEncryption = 'AES256', SSEKMSKeyId, SSECustomerAlgorithm } = output;
  const upload: Upload = {
    uploadId: UploadId!,
    initiated: answered,
    encryption: {
      serverSideEncryption: output.ServerSideEncryption,
      ssekmsKeyId: SSEKMSKeyId,
      sseCustomerAlgorithm: SSECustomerAlgorithm,
    },
  };
  if (state.proof.sameEtag && ServerSideEncryption !== 'AES256') {
    // Only S3's answer shows how the bucket encrypts. This state has no Catch, so the upload has to be aborted here.
    await abortUntilGone(s3, state.destination, upload);
    throw new CopyError(
      ErrorName.ETAG_NOT_PRESERVABLE,
      `the copy of ${describeObject(state.source)} cannot have its ETag ${state.source.etag}: the bucket of ${describeObject(state.destination)} encrypts by ${ServerSideEncryption}, and such ETags are not made from the bytes; set options.serverSideEncryption 'AES256', or leave options.preserveEtag and options.integrity out`,
    );
  }
  return upload;
}

function createUpload({
  destination,
  properties,
  declared,
}: CopyPartsState): Promise<TimedAnswer<CreateMultipartUploadCommandOutput>> {
  return askS3Timed(s3, 'CreateMultipartUpload', CreateMultipartUploadCommand, {
    destination,
    parameters: {
      ...metadataParameters(properties),
      ...writeParameters(properties),
      Tagging: taggingHeader(properties),
      // S3 then computes the checksum of each part, and from these that of the object.
      ...declaredChecksumParameters(declared),
    },
    headers: { expires: properties.expires },
  });
}
