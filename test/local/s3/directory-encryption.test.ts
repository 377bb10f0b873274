import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Server } from '../../../local/s3';
import { clientOf } from './clients';

describe('the encryption of a directory bucket', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await S3Server.start();
  });

  afterEach(async () => {
    await server.close();
  });

  const s3 = () => clientOf(server, { disableS3ExpressSessionAuth: true });
  const Bucket = 'fast--use1-az4--x-s3';
  const object = { Bucket, Key: 'k', Body: 'x' };

  it('is AES256 where the bucket says nothing', async () => {
    server.createBucket(Bucket);
    const kms = { ServerSideEncryption: 'aws:kms' } as const;
    for (const command of [
      new CreateMultipartUploadCommand({ ...object, ...kms }),
      new PutObjectCommand({ ...object, ...kms }),
    ]) {
      await expect(s3().send(command)).rejects.toMatchObject({
        $metadata: { httpStatusCode: 400 },
      });
    }
    await s3().send(new CreateMultipartUploadCommand({ ...object, ServerSideEncryption: 'AES256' }));
  });

  it("is the bucket's key, whether it is named or not", async () => {
    const { arn, keyId } = server.createKmsKey();
    const other = server.createKmsKey();
    server.createBucket(Bucket, { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: keyId } });
    const create = async (more: object) => s3().send(new CreateMultipartUploadCommand({ ...object, ...more }));
    const kms = { ServerSideEncryption: 'aws:kms' } as const;
    for (const more of [{}, kms, { ...kms, SSEKMSKeyId: keyId }]) {
      expect((await create(more)).SSEKMSKeyId).toBe(arn);
    }
    for (const more of [{ ...kms, SSEKMSKeyId: other.keyId }, { ServerSideEncryption: 'AES256' }]) {
      await expect(create(more)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    }
  });
});
