import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

describe('conditions of directory buckets', () => {
  let server: S3Server;
  const Bucket = 'name--use1-az4--x-s3';
  const object = { Bucket, Key: 'k' };
  const long = new Date('2015-01-01T00:00:00Z');

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
    await s3().send(new PutObjectCommand({ ...object, Body: 'hello\n' }));
  });

  const s3 = () => clientOf(server);
  const modified = async () => (await s3().send(new HeadObjectCommand(object))).LastModified;

  it.each([
    ['x-amz-if-match-size', { IfMatchSize: 99 }, { Size: 99 }],
    ['x-amz-if-match-last-modified-time', { IfMatchLastModifiedTime: long }, { LastModifiedTime: long }],
    ['If-Match', { IfMatch: 'other' }, { ETag: 'other' }],
  ])('%s prevents the deletion of a different object', async (Condition, headers, listed) => {
    const refused = s3().send(new DeleteObjectCommand({ ...object, ...headers }));
    await expect(refused).rejects.toMatchObject({ name: 'PreconditionFailed', Condition });
    const { Errors } = await s3().send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', ...listed }] } }),
    );
    expect(Errors).toMatchObject([{ Key: 'k', Code: 'PreconditionFailed' }]);
    await modified();
  });

  it('that all match allow to delete an object, or a missing one', async () => {
    const IfMatchLastModifiedTime = await modified();
    const conditions = { IfMatchSize: 6, IfMatchLastModifiedTime };
    for (let time = 0; time < 2; time++) {
      await s3().send(new DeleteObjectCommand({ ...object, ...conditions }));
      await expect(modified()).rejects.toMatchObject({ name: 'NotFound' });
    }
  });

  it('allow to abort an upload that was initiated at this time, or a missing one', async () => {
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand(object));
    const { Uploads = [] } = await s3().send(new ListMultipartUploadsCommand({ Bucket }));
    const abort = async (IfMatchInitiatedTime: Date | undefined) =>
      s3().send(new AbortMultipartUploadCommand({ ...object, UploadId, IfMatchInitiatedTime }));
    await expect(abort(long)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    for (let time = 0; time < 2; time++) await abort(Uploads[0]?.Initiated);
    await expect(abort(undefined)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('are refused in general purpose buckets', async () => {
    server.createBucket('general');
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket: 'general', Key: 'k' }));
    const abort = new AbortMultipartUploadCommand({
      Bucket: 'general',
      Key: 'k',
      UploadId,
      IfMatchInitiatedTime: long,
    });
    await expect(s3().send(abort)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
