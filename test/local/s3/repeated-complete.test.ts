import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Server, S3ServerOptions } from '../../../local/s3';
import { clientOf, startServer } from './clients';
import { ManualClock } from './manual-clock';

const object = { Bucket: 'bucket', Key: 'k' };

/** Creates an upload with one part, ready to be completed. */
async function begin(server: S3Server) {
  const { UploadId } = await clientOf(server).send(new CreateMultipartUploadCommand(object));
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await clientOf(server).send(new UploadPartCommand({ ...part, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const complete = (more: object = {}, at = server) =>
    clientOf(at).send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload, ...more }));
  return { UploadId, complete };
}

describe('a repeated CompleteMultipartUpload', () => {
  const clock = new ManualClock();
  let server: S3Server;

  async function start(options: S3ServerOptions = {}): Promise<void> {
    server = await startServer({ clock, ...options });
    server.createBucket('bucket', { versioning: 'Enabled' });
  }

  it('gets the same response and creates no other version', async () => {
    await start();
    const { complete } = await begin(server);
    const { $metadata, ...first } = await complete();
    expect($metadata.httpStatusCode).toBe(200);
    for (const more of [{}, { IfNoneMatch: '*' }, { MpuObjectSize: 4 }]) {
      expect(await complete(more)).toMatchObject({ ...first, $metadata: { httpStatusCode: 200 } });
    }
    const { Versions } = await clientOf(server).send(new ListObjectVersionsCommand({ Bucket: 'bucket' }));
    expect(Versions).toHaveLength(1);
  });

  it('succeeds after a lost response', async () => {
    await start();
    server.faults.add({ operation: 'CompleteMultipartUpload', times: 1, fault: { kind: 'reset-after' } });
    const { complete } = await begin(server);
    await expect(complete({ IfNoneMatch: '*' })).rejects.toThrow('ECONNRESET');
    const { ETag } = await complete({ IfNoneMatch: '*' });
    expect(ETag).toBe((await clientOf(server).send(new HeadObjectCommand(object))).ETag);
  });

  it('that arrives while the first is processed creates no other version', async () => {
    await start();
    const { complete } = await begin(server);
    const answers = await Promise.all([complete(), complete(), complete()]);
    expect(new Set(answers.map(({ VersionId }) => VersionId)).size).toBe(1);
    const { Versions } = await clientOf(server).send(new ListObjectVersionsCommand({ Bucket: 'bucket' }));
    expect(Versions).toHaveLength(1);
  });

  it('gets the same response even if the object has changed', async () => {
    await start();
    const { complete } = await begin(server);
    const { ETag, VersionId } = await complete();
    await clientOf(server).send(new PutObjectCommand({ ...object, Body: 'newer' }));
    await clientOf(server).send(new DeleteObjectCommand({ ...object, VersionId }));
    expect(await complete()).toMatchObject({ ETag, VersionId });
  });

  it('gets NoSuchUpload after repeatCompleteSeconds, with other parts, or for another key', async () => {
    await start({ repeatCompleteSeconds: 60 });
    const { complete } = await begin(server);
    await complete();
    const other = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'other' }] } };
    await expect(complete(other)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(complete({ Key: 'other' })).rejects.toMatchObject({ name: 'NoSuchUpload' });
    clock.advance(59_999);
    await expect(complete()).resolves.toBeDefined();
    clock.advance(1);
    await expect(complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('gets NoSuchUpload at once if repeatCompleteSeconds is 0', async () => {
    await start({ repeatCompleteSeconds: 0 });
    const { complete } = await begin(server);
    await complete();
    await expect(complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('is accepted for a time that timeScale scales', async () => {
    await start({ repeatCompleteSeconds: 60, timeScale: 0.1 });
    const { complete } = await begin(server);
    await complete();
    clock.advance(5999);
    await expect(complete()).resolves.toBeDefined();
    clock.advance(1);
    await expect(complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('does not allow other requests of the upload', async () => {
    await start();
    const { UploadId, complete } = await begin(server);
    await complete();
    const upload = { ...object, UploadId };
    for (const command of [new ListPartsCommand(upload), new AbortMultipartUploadCommand(upload)]) {
      await expect(clientOf(server).send(command)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    }
    expect(server.openUploads()).toEqual([]);
  });

  it('refuses an invalid repeatCompleteSeconds', async () => {
    await expect(start({ repeatCompleteSeconds: NaN })).rejects.toThrow(
      'repeatCompleteSeconds NaN is not a valid duration',
    );
  });

  it('gets the same response after a restart of the server', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'repeated-complete-'));
    await start({ dir });
    const { complete } = await begin(server);
    const { ETag, VersionId } = await complete();
    await server.close();
    server = await startServer({ clock, dir });
    expect(await complete({}, server)).toMatchObject({ ETag, VersionId });
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });
});
