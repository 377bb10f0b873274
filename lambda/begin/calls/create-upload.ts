import { CreateMultipartUploadCommand, type CreateMultipartUploadCommandOutput } from '@aws-sdk/client-s3';
import type { CopyPartsState } from '../../../lib/private/protocol';
import type { AskOptions } from '../../shared/calls/ask';
import { askS3Timed, type S3, type TimedAnswer } from '../../shared/calls/s3';
import {
  declaredChecksumParameters,
  metadataParameters,
  taggingHeader,
  writeParameters,
} from '../../shared/properties';

export function createUpload(
  s3: S3,
  { destination, properties, declared }: CopyPartsState,
  recover: AskOptions<CreateMultipartUploadCommandOutput>['recover'],
): Promise<TimedAnswer<CreateMultipartUploadCommandOutput>> {
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
    recover,
  });
}
