import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';
import { customerKey } from './conformance/scripts';

describe('the encryption of uploads', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  const s3 = () => clientOf(server);

  it.each([
    ['none', undefined, false],
    ['an algorithm', 'CRC32C', true],
  ] as const)('with a customer key that declared %s', async (_, ChecksumAlgorithm, needsKey) => {
    server.createBucket('bucket', { blockCustomerKeys: false });
    const object = { Bucket: 'bucket', Key: 'k' };
    const key = customerKey('0'.repeat(32));
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...object, ...key, ChecksumAlgorithm }));
    const part = { ...object, ...key, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm };
    const { ETag, ChecksumCRC32C } = await s3().send(new UploadPartCommand(part));
    const Parts = [{ PartNumber: 1, ETag, ...(needsKey && { ChecksumCRC32C }) }];
    const complete = { ...object, UploadId, MultipartUpload: { Parts } };
    if (needsKey) {
      for (const command of [
        new ListPartsCommand({ ...object, UploadId }),
        new CompleteMultipartUploadCommand(complete),
      ]) {
        await expect(s3().send(command)).rejects.toMatchObject({ name: 'InvalidRequest' });
      }
    }
    const given = needsKey ? key : {};
    expect((await s3().send(new ListPartsCommand({ ...object, UploadId, ...given }))).Parts).toHaveLength(1);
    await s3().send(new CompleteMultipartUploadCommand({ ...complete, ...given }));
  });

  it('needs a KMS request to list parts', async () => {
    server.createBucket('bucket');
    const object = { Bucket: 'bucket', Key: 'k' };
    const { keyId } = server.createKmsKey();
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId } as const;
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...object, ...kms }));
    server.setKmsKeyState(keyId, 'Disabled');
    const list = new ListPartsCommand({ ...object, UploadId });
    await expect(s3().send(list)).rejects.toMatchObject({ name: 'KMS.DisabledException' });
  });
});
