import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { S3Server } from '../../../local/s3';
import { clientOf } from './clients';

describe('a data directory', () => {
  let dir: string;
  let server: S3Server;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-'));
    server = await S3Server.start({ dir });
    server.createBucket('lake', { versioning: 'Enabled' });
  });

  afterEach(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function restart(): Promise<void> {
    await server.close();
    server = await S3Server.start({ dir });
  }

  const text = async (Key: string, VersionId?: string): Promise<string | undefined> => {
    const object = await clientOf(server).send(
      new GetObjectCommand({ Bucket: 'lake', Key, ...(VersionId && { VersionId }) }),
    );
    return object.Body?.transformToString();
  };

  it('keeps objects, versions, properties and uploads across a restart', async () => {
    const put = { Bucket: 'lake', Key: 'a', Metadata: { m: 'ü' }, Tagging: 't=1', ContentType: 'text/plain' };
    const first = await clientOf(server).send(new PutObjectCommand({ ...put, Body: 'one', Metadata: { m: 'x' } }));
    await clientOf(server).send(new PutObjectCommand({ ...put, Body: 'two', Metadata: { m: 'x' } }));
    server.putGenerated({ bucket: 'lake', key: 'huge', size: 10 ** 13, seed: 's' });
    const identity = server.contentIdentity('lake', 'huge');
    const create = await clientOf(server).send(new CreateMultipartUploadCommand({ Bucket: 'lake', Key: 'm' }));
    const upload = { Bucket: 'lake', Key: 'm', UploadId: create.UploadId };
    await clientOf(server).send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));

    await restart();
    expect(await text('a')).toBe('two');
    expect(await text('a', first.VersionId)).toBe('one');
    const object = await clientOf(server).send(new GetObjectCommand({ Bucket: 'lake', Key: 'a' }));
    expect(object).toMatchObject({ Metadata: { m: 'x' }, TagCount: 1, ContentType: 'text/plain' });
    expect(server.contentIdentity('lake', 'huge')).toBe(identity);
    expect(server.openUploads()).toEqual([{ bucket: 'lake', key: 'm', uploadId: create.UploadId }]);
    const { Parts = [] } = await clientOf(server).send(new ListPartsCommand(upload));
    await clientOf(server).send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: Parts[0]?.ETag }] },
      }),
    );
    expect(await text('m')).toBe('part');
  });

  it('keeps content exactly as long as an object refers to it', async () => {
    const s3 = clientOf(server);
    const put = await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'source', Body: 'shared bytes' }));
    const create = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'lake', Key: 'copy' }));
    const upload = { Bucket: 'lake', Key: 'copy', UploadId: create.UploadId };
    const part = await s3.send(
      new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource: 'lake/source', CopySourceRange: 'bytes=7-11' }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'source', VersionId: put.VersionId }));
    const Parts = [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }];
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    await restart();
    expect(await text('copy')).toBe('bytes');
    expect(await readdir(join(dir, 'blobs'))).toHaveLength(1);
    await clientOf(server).send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'copy', VersionId: done.VersionId }));
    expect(await readdir(join(dir, 'blobs'))).toEqual([]);
  });

  it('drops an incomplete commit after a crash', async () => {
    await clientOf(server).send(new PutObjectCommand({ Bucket: 'lake', Key: 'a', Body: 'whole' }));
    await server.close();
    await appendFile(join(dir, 'journal.jsonl'), '[{"type":"version","bucket":"lake","key":"torn","ver');
    await writeFile(join(dir, 'incoming', 'f00d'.repeat(8)), 'half');
    await writeFile(join(dir, 'blobs', 'f00d'.repeat(8)), 'bytes whose metadata never became durable');
    server = await S3Server.start({ dir });
    expect(await text('a')).toBe('whole');
    await expect(text('torn')).rejects.toThrow('The specified key does not exist.');
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
    expect(await readdir(join(dir, 'blobs'))).toHaveLength(1);
  });

  it('contains nothing of an upload with a wrong checksum', async () => {
    const wrong = new PutObjectCommand({ Bucket: 'lake', Key: 'a', Body: 'bytes', ChecksumCRC32: 'AAAAAA==' });
    await expect(clientOf(server).send(wrong)).rejects.toThrow('did not match the calculated checksum');
    expect(await readdir(join(dir, 'blobs'))).toEqual([]);
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
  });
});
