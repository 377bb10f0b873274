import {
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

describe('CompleteMultipartUpload', () => {
  let server: S3Server;
  const upload = { Bucket: 'bucket', Key: 'k' };

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('bucket');
  });

  const SHA256 = 'LXEWQrcmsEQBYnyp+6wy9ZnRDAzU3P+KjFFGGlmUkko=';
  const ManyChecksums = { name: 'InvalidRequest', message: expect.stringContaining('Multiple checksum Types') };

  async function uploaded(create: object): Promise<{ UploadId: string | undefined; part: CompletedPart }> {
    const { UploadId } = await clientOf(server).send(new CreateMultipartUploadCommand({ ...upload, ...create }));
    const { ETag, ChecksumCRC32C } = await clientOf(server).send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'CRC32C' }),
    );
    return { UploadId, part: { PartNumber: 1, ETag, ChecksumCRC32C } };
  }

  const complete = async (UploadId: string | undefined, part: CompletedPart, more: object = {}) =>
    clientOf(server).send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts: [part] }, ...more }),
    );

  it.each(['FULL_OBJECT', 'COMPOSITE'] as const)("takes no second algorithm's value (%s)", async (ChecksumType) => {
    const { UploadId, part } = await uploaded({ ChecksumAlgorithm: 'CRC32C', ChecksumType });
    const { ChecksumCRC32C } = part;
    const two = { ChecksumType, ChecksumCRC32C, ChecksumSHA256: SHA256 };
    await expect(complete(UploadId, part, two)).rejects.toMatchObject(ManyChecksums);
    // Either of the two may be reported.
    await expect(complete(UploadId, part, { ...two, ChecksumCRC32: 'jNwWgw==' })).rejects.toMatchObject(ManyChecksums);
    await expect(complete(UploadId, { ...part, ChecksumSHA256: SHA256 })).rejects.toMatchObject(ManyChecksums);
    await complete(UploadId, part);
  });

  it('refuses two values if no algorithm was declared', async () => {
    const { UploadId, part } = await uploaded({});
    const { ChecksumCRC32C, ...bare } = part;
    const two = { ChecksumCRC32C, ChecksumSHA256: SHA256 };
    await expect(complete(UploadId, bare, two)).rejects.toMatchObject(ManyChecksums);
    await complete(UploadId, bare, { ChecksumCRC32C });
  });
});
