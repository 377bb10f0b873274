import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { CopyError, explain } from '../errors';
import { ownParameters } from './parameters';
import type { S3Clients } from './s3';

/** First byte of a part of the source, and its length. */
export interface SourcePart {
  readonly first: number;
  readonly length: number;
}

/**
 * Where a part of a multipart source lies: S3 tells it of one part at a time, in the Content-Range of a HeadObject.
 *
 * @throws SourceChanged where the source is no longer what Plan saw
 */
export async function sourcePart(clients: S3Clients, source: SourceObject, partNumber: number): Promise<SourcePart> {
  const { versionId: VersionId, etag: IfMatch } = source;
  const context = { call: `HeadObject of part ${partNumber} of the source`, source: describeObject(source) };
  try {
    const { ContentRange } = await clients(source).send(
      new HeadObjectCommand({ ...(await ownParameters(source)), VersionId, IfMatch, PartNumber: partNumber }),
    );
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(ContentRange ?? '') ?? [];
    if (first !== undefined && last !== undefined) {
      return { first: Number(first), length: Number(last) - Number(first) + 1 };
    }
  } catch (error) {
    throw explain(error, context);
  }
  throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, `${context.call}: S3 answered without a Content-Range`);
}
