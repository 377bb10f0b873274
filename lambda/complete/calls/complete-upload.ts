import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { UploadState } from '../../../lib/private/protocol';
import { askS3, type S3 } from '../../shared/calls/s3';
import { checksumParameter } from '../../shared/integrity';

export type CompletedUpload = Pick<CompleteMultipartUploadCommandOutput, 'VersionId' | 'RequestCharged'>;

export function completeUpload(s3: S3, state: UploadState, parts: CompletedPart[]): Promise<CompletedUpload> {
  const { source, destination, overwrite, ifMatch, plan, proof } = state;
  const { checksum } = proof;
  return askS3(s3, 'CompleteMultipartUpload', CompleteMultipartUploadCommand, {
    source,
    destination,
    parameters: {
      UploadId: state.upload.uploadId,
      MultipartUpload: { Parts: parts },
      MpuObjectSize: plan.length,
      // S3 compares the value only if the type is sent with it.
      ...(checksum?.type === 'FULL_OBJECT' && { ...checksumParameter(checksum), ChecksumType: checksum.type }),
      IfNoneMatch: overwrite === 'never' ? '*' : undefined,
      IfMatch: ifMatch,
    },
  });
}
