import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { CopyError } from '../errors';
import { askS3, type S3 } from './s3';

/** First byte of a part of the source, and its length. */
export interface SourcePart {
  readonly first: number;
  readonly length: number;
}

/**
 * The bytes of a part of a multipart source. S3 returns them for one part at a time, in the Content-Range of HeadObject.
 *
 * @throws SourceChanged if the source is no longer what Plan saw
 */
export async function findSourcePart(s3: S3, source: SourceObject, partNumber: number): Promise<SourcePart> {
  const { ContentRange } = await askS3(s3, 'HeadObject', HeadObjectCommand, {
    source,
    detail: `of part ${partNumber} of the source`,
    partNumber,
    parameters: { IfMatch: source.etag, PartNumber: partNumber },
  });
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(ContentRange ?? '') ?? [];
  if (first === undefined || last === undefined) {
    throw new CopyError(
      ErrorName.TRANSIENT_S3_ERROR,
      `HeadObject of part ${partNumber} of the source: S3 answered without a Content-Range`,
    );
  }
  return { first: Number(first), length: Number(last) - Number(first) + 1 };
}
