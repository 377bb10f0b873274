import { CopyObjectCommand, type CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import type { CopyObjectState, DestinationObject } from '../../../lib/private/protocol';
import { supports } from '../../../lib/private/protocol/bucket-kinds';
import type { AskOptions } from '../../shared/calls/ask';
import { askS3Timed, type S3, type TimedAnswer } from '../../shared/calls/s3';
import { copyDirectives, declaredChecksumParameters, writeParameters } from '../../shared/properties';

export function copyObject(
  s3: S3,
  state: CopyObjectState,
  recover: AskOptions<CopyObjectCommandOutput>['recover'],
): Promise<TimedAnswer<CopyObjectCommandOutput>> {
  const { source, destination, properties, declared, overwrite, ifMatch } = state;
  const { metadataDirective, annotations, expires } = properties;
  return askS3Timed(s3, 'CopyObject', CopyObjectCommand, {
    source,
    destination,
    bytes: source.size,
    parameters: {
      ...writeParameters(properties),
      ...copyDirectives(properties),
      ChecksumAlgorithm: declaredChecksumParameters(declared).ChecksumAlgorithm,
      AnnotationDirective: annotationDirective(destination, annotations),
      IfNoneMatch: overwrite === 'never' ? '*' : undefined,
      IfMatch: ifMatch,
    },
    headers: { expires: metadataDirective === 'REPLACE' ? expires : undefined },
    recover,
  });
}

/** By default, CopyObject copies annotations. */
function annotationDirective({ bucket }: DestinationObject, annotations: boolean | undefined) {
  if (!supports(bucket, 'annotations')) return undefined;
  return annotations ? 'COPY' : 'EXCLUDE';
}
