import { type FileHandle, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Server } from '../../../local/s3';
import { raw, type RawResponse } from './clients';

type Write = (
  this: FileHandle,
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number; buffer: Buffer }>;

describe('a full disk', () => {
  let dir: string;
  let server: S3Server;
  /** Whether writes fail with ENOSPC. */
  let isFull: (bytes: Buffer) => boolean;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-'));
    isFull = () => false;
    const handle = await open(`${dir}.any`, 'w');
    const files = Object.getPrototypeOf(handle) as { write: Write };
    await handle.close();
    const { write } = files;
    jest.spyOn(files, 'write').mockImplementation(async function (
      this: FileHandle,
      bytes: Buffer,
      offset: number,
      length: number,
      position: number,
    ) {
      if (!isFull(Buffer.from(bytes))) return write.call(this, bytes, offset, length, position);
      // Writes a part of the data, as a real disk does.
      await write.call(this, bytes, offset, Math.min(length, 3), position);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    server = await S3Server.start({ dir });
    server.createBucket('bucket');
  });

  afterEach(async () => {
    isFull = () => false;
    await server.close();
    jest.restoreAllMocks();
    for (const path of [dir, `${dir}.any`]) await rm(path, { recursive: true, force: true });
  });

  const put = async (path: string, body: string | Buffer = ''): Promise<RawResponse> =>
    raw(server, { method: 'PUT', path, body });
  const files = async () => [await readdir(join(dir, 'incoming')), await readdir(join(dir, 'blobs'))];
  const restart = async (): Promise<void> => {
    await server.close();
    server = await S3Server.start({ dir });
  };
  const bodyOf = async (path: string): Promise<string> => (await raw(server, { path })).body;

  it.each([
    ['small', 10],
    ['large', 5_000_000],
  ])('stores nothing of a %s upload, and the server continues', async (_, size) => {
    isFull = (bytes) => bytes.includes('xxx');
    expect(await put('/bucket/k', Buffer.alloc(size, 'x'))).toMatchObject({
      status: 500,
      body: expect.stringContaining('<Code>InternalError</Code>'),
    });
    expect(await files()).toEqual([[], []]);
    expect(await put('/bucket/k', 'y')).toMatchObject({ status: 200 });
    expect(await bodyOf('/bucket/k')).toBe('y');
  });

  it('that fails a commit stores it before the next one', async () => {
    isFull = (bytes) => bytes.includes('"later"');
    expect((await put('/later')).status).toBe(500);
    expect((await put('/bucket/k', 'x')).status).toBe(500);
    isFull = () => false;
    expect((await put('/later/k', 'z')).status).toBe(200);
    await restart();
    expect([await bodyOf('/bucket/k'), await bodyOf('/later/k')]).toEqual(['x', 'z']);
  });

  it('that fails all commits keeps the previous data', async () => {
    await put('/bucket/k', 'x');
    isFull = (bytes) => bytes.includes('"later"');
    await put('/later');
    await restart();
    expect(await bodyOf('/bucket/k')).toBe('x');
    expect((await raw(server, { path: '/later' })).status).toBe(404);
  });
});
