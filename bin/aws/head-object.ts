import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { SourceAddress } from '../../lib/private/protocol';
import { AwsError, explainError } from './errors';

/** The answer of HeadObject for an object, and a function that reads the size of its first part. */
export interface FoundObject {
  readonly head: HeadObjectCommandOutput;
  readonly firstPartSize: () => Promise<number>;
}

/** @throws AwsError */
export async function headObject(s3: S3Client, { bucket, key }: SourceAddress): Promise<FoundObject> {
  const object = { Bucket: bucket, Key: key };
  try {
    const head = await s3.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
    const firstPartSize = async (): Promise<number> => {
      const part = await s3.send(new HeadObjectCommand({ ...object, PartNumber: 1 }));
      return part.ContentLength ?? 0;
    };
    return { head, firstPartSize };
  } catch (error) {
    const name = `s3://${bucket}/${key}`;
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404)
      throw new AwsError(`HeadObject: ${name} does not exist; check bucket and key`, { cause: error });
    if (status === 403) {
      throw new AwsError(
        `HeadObject: access to ${name} is denied; it needs s3:GetObject, and s3:ListBucket to tell a missing key`,
        { cause: error },
      );
    }
    throw explainError(`HeadObject of ${name}`, error);
  }
}
