import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { NotFoundError, type OperationEvent, type S3Server } from '../../../local/s3';
import { clientOf, startServer, until } from './clients';

const object = { Bucket: 'bucket', Key: 'k' };
const PART = 5 * 1024 ** 2;

describe('operation listeners', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('bucket');
  });

  const s3 = () => clientOf(server);
  const put = (Body = 'x') => s3().send(new PutObjectCommand({ ...object, Body }));
  const head = () => s3().send(new HeadObjectCommand(object));
  const missing = { $metadata: { httpStatusCode: 404 } };

  function record(): OperationEvent[] {
    const events: OperationEvent[] = [];
    server.onOperation((event) => void events.push(event));
    return events;
  }

  it('are called at each phase with the details of the request', async () => {
    server.putGenerated({ ...object, bucket: 'bucket', key: 'k', size: PART });
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...object, Key: 'copy' }));
    const events = record();
    const part = { ...object, Key: 'copy', UploadId, PartNumber: 7, CopySource: 'bucket/k' };
    await s3().send(new UploadPartCopyCommand(part));
    await until(() => events.length === 3);
    const common = {
      operation: 'UploadPartCopy',
      bucket: 'bucket',
      key: 'copy',
      uploadId: UploadId,
      partNumber: 7,
      principal: 'AKIDEXAMPLE',
    };
    expect(events).toEqual([
      { ...common, phase: 'received' },
      { ...common, phase: 'done' },
      { ...common, phase: 'answered', status: 200 },
    ]);
  });

  it('are not called with phase done for a failed request', async () => {
    const events = record();
    await expect(head()).rejects.toMatchObject(missing);
    server.faults.add({ operation: 'PutObject', fault: { kind: 'reset-before' } });
    await expect(put()).rejects.toThrow('ECONNRESET');
    await until(() => events.length === 4);
    expect(events.map(({ phase, status, errorCode }) => [phase, status, errorCode])).toEqual([
      ['received', undefined, undefined],
      ['answered', 404, 'NoSuchKey'],
      ['received', undefined, undefined],
      ['answered', 0, 'reset-before'],
    ]);
  });

  it('can act after the effect and before the response', async () => {
    server.onOperation(({ phase, operation }) => {
      if (phase === 'done' && operation === 'PutObject') server.deleteObject('bucket', 'k');
    });
    await put();
    await expect(head()).rejects.toMatchObject(missing);
  });

  it('can send requests, for which the request waits', async () => {
    let written = 0;
    server.onOperation(async ({ phase, operation }) => {
      if (phase !== 'done' || operation !== 'PutObject' || written++ > 0) return;
      await put('the other writer');
    });
    await put('mine');
    expect((await head()).ContentLength).toBe('the other writer'.length);
  });

  it('can change the source between two parts', async () => {
    server.putGenerated({ bucket: 'bucket', key: 'k', size: PART, seed: 'old' });
    const { ETag: CopySourceIfMatch } = await head();
    server.onOperation(({ phase, partNumber }) => {
      if (phase === 'answered' && partNumber === 1) {
        server.putGenerated({ bucket: 'bucket', key: 'k', size: PART, seed: 'new' });
      }
    });
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...object, Key: 'copy' }));
    const part = { ...object, Key: 'copy', UploadId, CopySource: 'bucket/k', CopySourceIfMatch };
    await s3().send(new UploadPartCopyCommand({ ...part, PartNumber: 1 }));
    await until(async () => (await head()).ETag !== CopySourceIfMatch);
    const second = s3().send(new UploadPartCopyCommand({ ...part, PartNumber: 2 }));
    await expect(second).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('can abort an upload just before its completion', async () => {
    server.putGenerated({ bucket: 'bucket', key: 'k', size: PART });
    const target = { ...object, Key: 'copy' };
    const { UploadId = '' } = await s3().send(new CreateMultipartUploadCommand(target));
    const part = { ...target, UploadId, PartNumber: 1, CopySource: 'bucket/k' };
    const { CopyPartResult } = await s3().send(new UploadPartCopyCommand(part));
    server.onOperation(({ phase, operation, uploadId }) => {
      if (phase !== 'received' || operation !== 'CompleteMultipartUpload') return;
      server.abortUpload('bucket', uploadId ?? '');
    });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] };
    const complete = s3().send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    await expect(complete).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('can delete a bucket just before a copy into it', async () => {
    server.createBucket('other');
    await put();
    server.onOperation(({ phase, operation }) => {
      if (phase === 'received' && operation === 'CopyObject') server.deleteBucket('other');
    });
    const copy = s3().send(new CopyObjectCommand({ Bucket: 'other', Key: 'k', CopySource: 'bucket/k' }));
    await expect(copy).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('are not called after they are removed', async () => {
    let calls = 0;
    const remove = server.onOperation(() => void calls++);
    remove();
    await put();
    expect(calls).toBe(0);
  });
});

describe('changes by other clients', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  it.each([
    ['an unknown bucket', () => server.deleteBucket('nowhere'), "bucket 'nowhere' does not exist"],
    ['an unknown object', () => server.deleteObject('bucket', 'k'), "object 'k' does not exist in bucket 'bucket'"],
    [
      'an unknown version',
      () => server.deleteObject('bucket', 'k', 'v'),
      "object 'k' with version ID 'v' does not exist",
    ],
    ['an unknown upload', () => server.abortUpload('bucket', 'u'), "upload 'u' does not exist in bucket 'bucket'"],
  ])('are refused for %s', (_, act, message) => {
    server.createBucket('bucket');
    expect(act).toThrow(NotFoundError);
    expect(act).toThrow(message);
  });

  it('delete like S3: by a delete marker in a versioned bucket', () => {
    server.createBucket('bucket', { versioning: 'Enabled' });
    const { versionId } = server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
    server.deleteObject('bucket', 'k');
    expect(server.describeObject('bucket', 'k')).toBeUndefined();
    expect(server.describeObject('bucket', 'k', versionId)).toBeDefined();
    server.deleteObject('bucket', 'k', versionId);
    expect(server.describeObject('bucket', 'k', versionId)).toBeUndefined();
  });

  it('delete a bucket with its content, and free its name', async () => {
    server.createBucket('bucket', { versioning: 'Enabled' });
    server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
    await clientOf(server).send(new CreateMultipartUploadCommand(object));
    server.deleteBucket('bucket');
    server.createBucket('bucket');
    expect([server.describeObject('bucket', 'k'), server.openUploads()]).toEqual([undefined, []]);
  });
});
