import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('the encryption of a directory bucket', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  const s3 = () => clientOf(server, { disableS3ExpressSessionAuth: true });
  const Bucket = 'fast--use1-az4--x-s3';
  const object = { Bucket, Key: 'k', Body: 'x' };

  it('is AES256 by default', async () => {
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

  const session = async (headers: Record<string, string>) => raw(server, { path: `/${Bucket}?session`, headers });
  const SSE = 'x-amz-server-side-encryption';

  it('is returned with a session', async () => {
    server.createBucket(Bucket);
    expect((await session({})).headers).toMatchObject({ [SSE]: 'AES256' });
    expect((await session({ [SSE]: 'AES256' })).status).toBe(200);
    const other = await session({ [SSE]: 'aws:kms' });
    expect(other).toMatchObject({ status: 400, body: expect.stringContaining('must match the default encryption') });
  });

  it('is returned with a session, including its key', async () => {
    const { arn, keyId } = server.createKmsKey();
    const foreign = server.createKmsKey();
    server.createBucket(Bucket, { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: keyId } });
    const told = { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: arn, [`${SSE}-bucket-key-enabled`]: 'true' };
    expect((await session({})).headers).toMatchObject(told);
    expect((await session(told)).headers).toMatchObject(told);
    const wrong: Record<string, string>[] = [
      { [SSE]: 'AES256' },
      { [`${SSE}-aws-kms-key-id`]: arn },
      { ...told, [`${SSE}-aws-kms-key-id`]: foreign.arn },
    ];
    for (const headers of wrong) expect((await session(headers)).status).toBe(400);
  });

  it('has a bucket key, which copies do not use', async () => {
    const { keyId } = server.createKmsKey();
    server.createBucket(Bucket, { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: keyId } });
    for (let times = 0; times < 3; times++) await s3().send(new PutObjectCommand(object));
    expect(server.kmsRequests()).toEqual({ GenerateDataKey: 1, Decrypt: 0 });
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'copy' }));
    for (const PartNumber of [1, 2]) {
      const part = { Bucket, Key: 'copy', UploadId, PartNumber, CopySource: `${Bucket}/k` };
      await s3().send(new UploadPartCopyCommand(part));
    }
    expect(server.kmsRequests()).toEqual({ GenerateDataKey: 1, Decrypt: 4 });
  });
});
