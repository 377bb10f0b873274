import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { CheckedState } from '../../../lib/private/protocol';
import type { AskOptions } from '../../shared/calls/ask';
import { askS3Timed, type S3, type TimedAnswer } from '../../shared/calls/s3';
import { checksumParameter } from '../../shared/integrity';

/** @param recover as in `ask` */
export function completeUpload(
  s3: S3,
  state: CheckedState,
  parts: CompletedPart[],
  recover: AskOptions<CompleteMultipartUploadCommandOutput>['recover'],
): Promise<TimedAnswer<CompleteMultipartUploadCommandOutput>> {
  const { source, destination, overwrite, ifMatch, plan, proof, expected } = state;
  const checksum = proof.checksum ?? expected.checksum;
  return askS3Timed(s3, 'CompleteMultipartUpload', CompleteMultipartUploadCommand, {
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
    recover,
  });
}
