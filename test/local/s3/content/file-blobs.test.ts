import { constants } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chunk, CHUNK_BYTES, releaseChunk, sharedChunks, acquireChunk } from '../../../../local/s3/base/chunks';
import { supportsDirectIo } from '../../../../local/s3/content/direct-io';
import { FileBlobs } from '../../../../local/s3/content/file-blobs';
import { FolderSync } from '../../../../local/s3/content/folder-sync';

const { O_DIRECT = 0 } = constants as { O_DIRECT?: number };

/** The flags with which this process has a file open. */
async function flagsOfOpen(path: string): Promise<number> {
  for (const descriptor of await readdir('/proc/self/fd')) {
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (target !== path) continue;
    const info = await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    return parseInt(/flags:\s+(\d+)/.exec(info)?.[1] ?? '', 8);
  }
  throw new Error(`${path} is not open`);
}

describe('blobs in files', () => {
  let dir: string;
  let blobs: FileBlobs;

  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 's3-')));
    blobs = await FileBlobs.open(dir);
  });

  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  async function readBack(from: FileBlobs, id: string, offset: number, length: number): Promise<Buffer[]> {
    const pieces: Buffer[] = [];
    // What is lent is overwritten by what follows.
    for await (const piece of from.read(id, offset, length)) pieces.push(Buffer.from(piece));
    return pieces;
  }

  it('are written in order even if the caller does not wait', async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000 + index, `chunk ${index} `));
    const writer = await blobs.create();
    await Promise.all(chunks.map((chunk) => writer.write(chunk)));
    const id = await writer.finish();
    const whole = Buffer.concat(chunks);
    expect(Buffer.concat(await readBack(blobs, id, 5, whole.length - 7)).equals(whole.subarray(5, -2))).toBe(true);
  });

  it.each([
    ['by direct I/O', undefined],
    ['through the page cache', false],
  ])('of whole chunks and a rest are written and read at any offset, %s', async (_, direct) => {
    const large = await FileBlobs.open(dir, { direct });
    const chunks = Array.from({ length: 4 }, acquireChunk);
    chunks.forEach((chunk, index) => chunk.fill(`chunk ${index} of many `));
    const rest = (chunks[3] as Chunk).subarray(0, 70_001);
    const writer = await large.create();
    await Promise.all([...chunks.slice(0, 3), rest].map((chunk) => writer.write(chunk)));
    const id = await writer.finish();
    const whole = Buffer.concat([...chunks.slice(0, 3), rest]);
    for (const [offset, end] of [
      [0, whole.length],
      [1, whole.length - 1],
      [4095, CHUNK_BYTES + 4097],
      [4096, 3 * CHUNK_BYTES],
      [CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 1],
      [2 * CHUNK_BYTES - 5000, whole.length],
      [whole.length - 3, whole.length],
    ] as const) {
      const read = Buffer.concat(await readBack(large, id, offset, end - offset));
      expect([offset, read.equals(whole.subarray(offset, end))]).toEqual([offset, true]);
    }
    chunks.forEach(releaseChunk);
    expect(sharedChunks().inUse).toBe(0);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('are read by direct I/O if the file system supports it', async () => {
    const large = await FileBlobs.open(dir);
    const writer = await large.create();
    await writer.write(Buffer.alloc(3_000_000));
    const id = await writer.finish();
    const works = await supportsDirectIo(join(dir, 'probe'));
    const pieces = large.read(id, 0, 3_000_000)[Symbol.asyncIterator]();
    await pieces.next();
    expect(((await flagsOfOpen(join(dir, 'blobs', id))) & O_DIRECT) !== 0).toBe(works);
    await pieces.return?.();
  });

  it('are read in small pieces if many are read at once', async () => {
    const writer = await blobs.create();
    await writer.write(Buffer.alloc(3_000_000, 'bytes '));
    const id = await writer.finish();
    const taken = Array.from({ length: 30 }, acquireChunk);
    const pieces = await readBack(blobs, id, 0, 3_000_000);
    taken.forEach(releaseChunk);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(256 * 1024);
  });

  it('release memory if they are not read to the end', async () => {
    const writer = await blobs.create();
    await writer.write(Buffer.alloc(5_000_000));
    const id = await writer.finish();
    for await (const piece of blobs.read(id, 0, 5_000_000)) if (piece.length > 0) break;
    expect(sharedChunks().inUse).toBe(0);
  });

  it('cause an error if they end too early', async () => {
    const writer = await blobs.create();
    await writer.write(Buffer.alloc(2_000_000));
    const id = await writer.finish();
    await expect(readBack(blobs, id, 0, 4_000_000)).rejects.toThrow('ends at 2000000, but 4000000 bytes were expected');
    expect(sharedChunks().inUse).toBe(0);
  });

  it('are deleted if a write is aborted', async () => {
    const writer = await blobs.create();
    const writing = writer.write(Buffer.alloc(5_000_000));
    await writer.abandon();
    await writing;
    expect([await readdir(join(dir, 'incoming')), await readdir(join(dir, 'blobs'))]).toEqual([[], []]);
  });

  it('are finished after their folder entry has been synced', async () => {
    const seen: string[][] = [];
    const names = new FolderSync(async () => void seen.push(await readdir(join(dir, 'blobs'))));
    const writer = await (await FileBlobs.open(dir, { names })).create();
    await writer.write(Buffer.from('bytes'));
    expect(seen).toEqual([]);
    const id = await writer.finish();
    expect(seen).toEqual([[id]]);
  });

  it('are deleted if their folder entry cannot be synced', async () => {
    const names = new FolderSync(() => Promise.reject(new Error('EIO')));
    const writer = await (await FileBlobs.open(dir, { names })).create();
    await writer.write(Buffer.from('bytes'));
    await expect(writer.finish()).rejects.toThrow('EIO');
    expect([await readdir(join(dir, 'incoming')), await readdir(join(dir, 'blobs'))]).toEqual([[], []]);
  });
});
