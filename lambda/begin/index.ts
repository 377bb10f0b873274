import {
  type ChecksumAlgorithm,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { type CopyPartsState, ErrorName, type Upload } from '../../lib/private/protocol';
import { otherCausesOf403 } from '../shared/access-denied';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { ownParameters } from '../shared/calls/parameters';
import { createS3Clients } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { CopyError, explain } from '../shared/errors';
import { metadataParameters, taggingHeader, withExpires, writeParameters } from '../shared/properties';

const clients = createS3Clients(10_000);

/** Starts the upload with everything that the copy is to carry. @throws EtagNotPreservable */
export async function handler(state: CopyPartsState): Promise<Upload> {
  const { UploadId, ServerSideEncryption = 'AES256' } = await createUpload(state);
  if (!UploadId) {
    throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, 'CreateMultipartUpload: S3 answered without an upload id');
  }
  const upload = { uploadId: UploadId };
  if (state.proof.sameEtag && ServerSideEncryption !== 'AES256') {
    // Said now, not after terabytes are copied. Nothing is catching errors of this step, so nothing may be left behind.
    await abortUntilGone(clients, state.destination, upload);
    throw new CopyError(
      ErrorName.ETAG_NOT_PRESERVABLE,
      `the copy of ${describeObject(state.source)} cannot have its ETag ${state.source.etag}: the bucket of ${describeObject(state.destination)} encrypts by ${ServerSideEncryption}, so that ETags are not made from the bytes; set options.serverSideEncryption 'AES256', or leave options.preserveEtag and options.integrity out`,
    );
  }
  return upload;
}

async function createUpload(state: CopyPartsState): Promise<CreateMultipartUploadCommandOutput> {
  const { destination, properties, declared } = state;
  const command = new CreateMultipartUploadCommand({
    ...(await ownParameters(destination)),
    ...metadataParameters(properties),
    ...writeParameters(properties),
    Tagging: taggingHeader(properties),
    // S3 then computes each part's checksum, and of them that of the whole.
    ...(declared && { ChecksumAlgorithm: declared.algorithm as ChecksumAlgorithm, ChecksumType: declared.type }),
  });
  try {
    return await clients(destination).send(withExpires(command, properties.expires));
  } catch (error) {
    throw explain(error, {
      call: 'CreateMultipartUpload',
      destination: describeObject(destination),
      orWhere: otherCausesOf403({ destination }),
    });
  }
}
