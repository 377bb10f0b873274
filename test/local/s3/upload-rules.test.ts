import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('an upload', () => {
  let server: S3Server;
  const Bucket = 'bucket';
  const object = { Bucket, Key: 'k' };

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket, { objectLock: true });
    server.putGenerated({ bucket: Bucket, key: 'source', size: 10 });
  });

  const s3 = () => clientOf(server, { disableS3ExpressSessionAuth: true });

  it.each<Record<string, string>>([{}, { 'x-amz-copy-source': 'bucket/source' }])(
    'takes no part without a number, with %j',
    async (headers) => {
      const { UploadId = '' } = await s3().send(new CreateMultipartUploadCommand(object));
      const path = `/bucket/k?partNumber=&uploadId=${encodeURIComponent(UploadId)}`;
      expect(await raw(server, { method: 'PUT', path, headers })).toMatchObject({
        status: 400,
        body: expect.stringContaining('Part number must be an integer between 1 and 10000, inclusive'),
      });
    },
  );

  it('to a directory bucket cannot use MD5', async () => {
    server.createBucket('fast--use1-az4--x-s3');
    const create = new CreateMultipartUploadCommand({
      Bucket: 'fast--use1-az4--x-s3',
      Key: 'k',
      ChecksumAlgorithm: 'MD5',
    });
    await expect(s3().send(create)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  const hold = 'x-amz-object-lock-event-hold';

  it.each<[Record<string, string>, number]>([
    [{}, 200],
    [{ [`${hold}-duration-days`]: '3' }, 200],
    [{ [`${hold}-duration-years`]: '1' }, 200],
    [{ [`${hold}-duration-days`]: '3', [`${hold}-duration-years`]: '1' }, 400],
    [{ [`${hold}-duration-days`]: '0' }, 400],
    [{ [`${hold}-duration-days`]: '1.5' }, 400],
    [{ [`${hold}-duration-years`]: 'x' }, 400],
  ])('can have an event hold of days or years: %j', async (durations, status) => {
    const headers = { [hold]: 'ON', ...durations };
    expect((await raw(server, { method: 'POST', path: '/bucket/k?uploads', headers })).status).toBe(status);
  });

  it('of generated content in another Region uses the KMS key of that Region', async () => {
    const kmsKeyId = 'arn:aws:kms:eu-west-1:123456789012:key/134f2428-cec1-4b25-a1ae-9048164dba47';
    server.createBucket('abroad', { region: 'eu-west-1', encryption: { sseAlgorithm: 'aws:kms', kmsKeyId } });
    server.putGenerated({ bucket: 'abroad', key: 'source', size: 10 });
    const abroad = clientOf(server, { region: 'eu-west-1' });
    const { UploadId } = await abroad.send(new CreateMultipartUploadCommand({ Bucket: 'abroad', Key: 'k' }));
    const part = { Bucket: 'abroad', Key: 'k', UploadId, PartNumber: 1, CopySource: 'abroad/source' };
    const { CopyPartResult } = await abroad.send(new UploadPartCopyCommand(part));
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
    await abroad.send(
      new CompleteMultipartUploadCommand({ Bucket: 'abroad', Key: 'k', UploadId, MultipartUpload: { Parts } }),
    );
    for (const Key of ['source', 'k']) {
      expect((await abroad.send(new HeadObjectCommand({ Bucket: 'abroad', Key }))).SSEKMSKeyId).toBe(kmsKeyId);
    }
  });
});
