import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileBlobs } from '../../../../local/s3/content/file-blobs';
import { FolderSync } from '../../../../local/s3/content/folder-sync';

describe('blobs in files', () => {
  let dir: string;
  let blobs: FileBlobs;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-'));
    blobs = await FileBlobs.open(dir);
  });

  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  it('are written in order though nobody waits, and read in small pieces', async () => {
    const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000 + index, `chunk ${index} `));
    const writer = await blobs.create();
    await Promise.all(chunks.map((chunk) => writer.write(chunk)));
    const id = await writer.finish();
    const whole = Buffer.concat(chunks);
    const read: Uint8Array[] = [];
    for await (const piece of blobs.read(id, 5, whole.length - 7)) read.push(piece);
    expect(Buffer.concat(read).equals(whole.subarray(5, -2))).toBe(true);
    // Many readers at once have one of these each.
    expect(Math.max(...read.map((piece) => piece.length))).toBeLessThanOrEqual(256 * 1024);
  });

  it('that are abandoned in the middle of a write are gone', async () => {
    const writer = await blobs.create();
    const writing = writer.write(Buffer.alloc(5_000_000));
    await writer.abandon();
    await writing;
    expect([await readdir(join(dir, 'incoming')), await readdir(join(dir, 'blobs'))]).toEqual([[], []]);
  });

  it('are finished when the folder has been synced with their names in it', async () => {
    const seen: string[][] = [];
    const names = new FolderSync(async () => void seen.push(await readdir(join(dir, 'blobs'))));
    const writer = await (await FileBlobs.open(dir, names)).create();
    await writer.write(Buffer.from('bytes'));
    expect(seen).toEqual([]);
    const id = await writer.finish();
    expect(seen).toEqual([[id]]);
  });

  it('whose names cannot be made durable are gone', async () => {
    const names = new FolderSync(() => Promise.reject(new Error('EIO')));
    const writer = await (await FileBlobs.open(dir, names)).create();
    await writer.write(Buffer.from('bytes'));
    await expect(writer.finish()).rejects.toThrow('EIO');
    expect([await readdir(join(dir, 'incoming')), await readdir(join(dir, 'blobs'))]).toEqual([[], []]);
  });
});
