import { CopyObjectCommand, type CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import type { CopyObjectState, DestinationObject } from '../../../lib/private/protocol';
import { supports } from '../../../lib/private/protocol/bucket-kinds';
import { askS3, type S3 } from '../../shared/calls/s3';
import { copyDirectives, declaredChecksumParameters, writeParameters } from '../../shared/properties';

export type CopiedObject = Pick<CopyObjectCommandOutput, 'VersionId' | 'RequestCharged'>;

export function copyObject(s3: S3, state: CopyObjectState): Promise<CopiedObject> {
  const { source, destination, properties, declared, overwrite, ifMatch } = state;
  const { metadataDirective, annotations, expires } = properties;
  return askS3(s3, 'CopyObject', CopyObjectCommand, {
    source,
    destination,
    parameters: {
      ...writeParameters(properties),
      ...copyDirectives(properties),
      ChecksumAlgorithm: declaredChecksumParameters(declared).ChecksumAlgorithm,
      AnnotationDirective: annotationDirective(destination, annotations),
      IfNoneMatch: overwrite === 'never' ? '*' : undefined,
      IfMatch: ifMatch,
    },
    headers: { expires: metadataDirective === 'REPLACE' ? expires : undefined },
  });
}

/** CopyObject copies annotations unless it is told otherwise. */
function annotationDirective({ bucket }: DestinationObject, annotations: boolean | undefined) {
  if (!supports(bucket, 'annotations')) return undefined;
  return annotations ? 'COPY' : 'EXCLUDE';
}
