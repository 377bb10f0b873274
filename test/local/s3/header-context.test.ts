import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('headers that S3 does not accept on an operation', () => {
  let server: S3Server;
  let part: string;

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('bucket');
    server.putGenerated({ bucket: 'bucket', key: 'source', size: 10 });
    const { UploadId } = await clientOf(server).send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key: 'k' }));
    part = `/bucket/k?partNumber=1&uploadId=${encodeURIComponent(UploadId ?? '')}`;
  });

  const METADATA = 'Metadata cannot be specified in this context.';
  const HEADER = 'The specified header is not valid in this context';

  it.each([
    ['UploadPart', 'x-amz-meta-color', 'blue', METADATA],
    ['UploadPart', 'x-amz-acl', 'private', HEADER],
    ['UploadPart', 'x-amz-grant-read', 'id=x', HEADER],
    ['UploadPart', 'x-amz-tagging', 'a=b', HEADER],
    ['UploadPartCopy', 'x-amz-meta-color', 'blue', METADATA],
    ['UploadPartCopy', 'x-amz-metadata-directive', 'COPY', HEADER],
    ['UploadPartCopy', 'x-amz-storage-class', 'STANDARD', HEADER],
    [
      'UploadPart',
      'x-amz-server-side-encryption',
      'AES256',
      'x-amz-server-side-encryption header is not supported for this operation.',
    ],
  ])('are refused: %s with %s', async (operation, name, value, message) => {
    const copySource: Record<string, string> =
      operation === 'UploadPartCopy' ? { 'x-amz-copy-source': 'bucket/source' } : {};
    const headers = { ...copySource, [name]: value };
    const { status, body } = await raw(server, { method: 'PUT', path: part, headers, body: '' });
    expect(status).toBe(400);
    expect(body).toContain(
      `<Code>InvalidArgument</Code><Message>${message}</Message><ArgumentName>${name}</ArgumentName><ArgumentValue>${value}<`,
    );
    expect(server.requestLog.entries().at(-1)).toMatchObject({ operation, errorCode: 'InvalidArgument' });
  });

  it('are refused: CompleteMultipartUpload with x-amz-server-side-encryption', async () => {
    const path = part.replace('partNumber=1&', '');
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' };
    const { status, body } = await raw(server, { method: 'POST', path, headers, body: '<x/>' });
    expect(status).toBe(400);
    expect(body).toContain('x-amz-server-side-encryption header is not supported for this operation.');
  });

  it('do not include headers that SDKs send', async () => {
    const client = clientOf(server);
    const object = { Bucket: 'bucket', Key: 'k' };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...object, Metadata: { color: 'blue' }, ACL: 'bucket-owner-full-control' }),
    );
    const upload = { ...object, UploadId, ExpectedBucketOwner: '123456789012', RequestPayer: 'requester' as const };
    await client.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource: 'bucket/source' }));
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, IfNoneMatch: '*' })),
    ).resolves.toBeDefined();
  });
});
