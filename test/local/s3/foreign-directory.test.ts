import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedJournalError, ForeignDirectoryError, S3Server } from '../../../local/s3';
import { raw } from './clients';

let parent: string;
let dir: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 's3-'));
  dir = join(parent, 'data');
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** All files below a folder with their bytes; links with what they lead to. */
async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
  );
}

async function refused(message: RegExp, error: new (...args: never[]) => Error = ForeignDirectoryError): Promise<void> {
  const before = await tree(parent);
  const start = S3Server.start({ dir });
  await expect(start).rejects.toThrow(error);
  await expect(start).rejects.toThrow(message);
  expect(await tree(parent)).toEqual(before);
}

/** A data directory with one object, not in use. */
async function filled(): Promise<string> {
  const server = await S3Server.start({ dir });
  server.createBucket('bucket');
  expect((await raw(server, { method: 'PUT', path: '/bucket/k', body: 'bytes' })).status).toBe(200);
  await server.close();
  const [blob] = await readdir(join(dir, 'blobs'));
  return blob!;
}

async function served(): Promise<string> {
  const server = await S3Server.start({ dir });
  const { body } = await raw(server, { path: '/bucket/k' });
  await server.close();
  return body;
}

describe('a directory of somebody else is refused, and nothing in it is deleted', () => {
  it.each([
    ['files', 'notes.txt'],
    ['a folder incoming', 'incoming/photo.jpg'],
    ['a folder blobs', 'blobs/photo.jpg'],
    ['a blob', `blobs/${'0a'.repeat(16)}`],
    ['a journal', 'journal.jsonl'],
    ['a lock', 'lock'],
  ])('with %s', async (_, name) => {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), 'mine');
    await refused(/is not empty and was not created by this server .*nothing in it was changed/);
  });

  it('behind a link', async () => {
    await mkdir(join(parent, 'home', 'incoming'), { recursive: true });
    await writeFile(join(parent, 'home', 'incoming', 'photo.jpg'), 'mine');
    await symlink(join(parent, 'home'), dir);
    await refused(/is not empty and was not created by this server/);
  });
});

describe('links and other things in a data directory are refused', () => {
  it.each(['blobs', 'incoming'])('%s', async (folder) => {
    await filled();
    await rename(join(dir, folder), join(parent, 'elsewhere'));
    await writeFile(join(parent, 'elsewhere', 'f00d'.repeat(8)), 'mine');
    await symlink(join(parent, 'elsewhere'), join(dir, folder));
    await refused(/data\/(blobs|incoming)' is not a folder of the server, which does not follow links/);
  });

  it.each(['journal.jsonl', 'journal.jsonl.new', 'lock', 'embedded-s3.json'])('%s', async (name) => {
    await filled();
    await rm(join(dir, name), { force: true });
    await writeFile(join(parent, 'outside'), '[]\n');
    await symlink(join(parent, 'outside'), join(dir, name));
    await refused(/is not a file of the server, which does not follow links/);
  });

  it('a blob', async () => {
    const blob = await filled();
    await writeFile(join(parent, 'secret'), 'other');
    await rm(join(dir, 'blobs', blob));
    await symlink(join(parent, 'secret'), join(dir, 'blobs', blob));
    await refused(/is not a file of the server/);
  });

  it('a folder among the blobs', async () => {
    await filled();
    await mkdir(join(dir, 'blobs', 'f00d'.repeat(8)));
    await refused(/is not a file of the server/);
  });

  it('a link that takes the place of a blob while the server runs is not followed', async () => {
    const blob = await filled();
    await writeFile(join(parent, 'secret'), 'other');
    const server = await S3Server.start({ dir });
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await rm(join(dir, 'blobs', blob));
    await symlink(join(parent, 'secret'), join(dir, 'blobs', blob));
    expect((await raw(server, { path: '/bucket/k' })).status).toBe(500);
    expect(String(warn.mock.calls[0]?.[0])).toContain('ELOOP');
    warn.mockRestore();
    await server.close();
  });
});

describe('files without a journal are not deleted', () => {
  it.each([
    ['missing', (journal: string) => rm(journal)],
    ['empty', (journal: string) => writeFile(journal, '')],
  ])('it is %s', async (_, damage) => {
    await filled();
    await damage(join(dir, 'journal.jsonl'));
    await refused(/journal\.jsonl' is missing or empty, .*nothing was deleted/, DamagedJournalError);
  });
});

it('only files with names of the server are deleted', async () => {
  const blob = await filled();
  for (const folder of ['blobs', 'incoming']) {
    for (const name of ['photo.jpg', `${'f00d'.repeat(8)}.jpg`, 'F00D'.repeat(8), 'f00d'.repeat(8)]) {
      await writeFile(join(dir, folder, name), 'bytes');
    }
  }
  expect(await served()).toBe('bytes');
  const kept = ['F00D'.repeat(8), `${'f00d'.repeat(8)}.jpg`, 'photo.jpg'];
  expect((await readdir(join(dir, 'incoming'))).sort()).toEqual(kept);
  expect((await readdir(join(dir, 'blobs'))).sort()).toEqual([...kept, blob].sort());
});

describe('a journal of somebody else is refused before anything of it takes effect', () => {
  const version = async (): Promise<any> => {
    const lines = (await readFile(join(dir, 'journal.jsonl'), 'utf8')).split('\n');
    return JSON.parse(lines.find((line) => line.includes('"version"'))!)[0];
  };

  it.each<[string, (change: any) => object, string]>([
    ['a file elsewhere', (c) => withBlob(c, '../../outside'), '0.version.content.0.blob: is not the ID of a blob'],
    [
      'a name of another form',
      (c) => withBlob(c, 'journal.jsonl'),
      '0.version.content.0.blob: is not the ID of a blob',
    ],
    ['a negative offset', (c) => withExtent(c, { offset: -1 }), '0.version.content.0.offset'],
    ['a size that is not that of its bytes', (c) => withVersion(c, { size: 10 ** 9 }), '0.version: has another size'],
    ['an unknown field', (c) => withVersion(c, { more: 1 }), '0.version: Unrecognized key: "more"'],
    ['a bucket that has no such name', (c) => ({ ...c, bucket: '../b' }), '0.bucket: is not the name of a bucket'],
    [
      'headers that are no text',
      (c) => withVersion(c, { properties: { ...c.version.properties, headers: { a: 1 } } }),
      'headers.a',
    ],
    [
      'an algorithm that does not exist',
      (c) => withVersion(c, { checksum: { algorithm: 'constructor', type: 'COMPOSITE', value: '' } }),
      'checksum.algorithm',
    ],
  ])('with %s', async (_, change, message) => {
    await filled();
    await writeFile(join(parent, 'outside'), 'other bytes');
    const commit = JSON.stringify([change(await version())]);
    await writeFile(join(dir, 'journal.jsonl'), `${commit}\n`, { flag: 'a' });
    await refused(new RegExp(message.replaceAll('.', '\\.')), DamagedJournalError);
  });

  const withVersion = (change: any, fields: object) => ({ ...change, version: { ...change.version, ...fields } });
  const withExtent = (change: any, fields: object) =>
    withVersion(change, { content: [{ ...change.version.content[0], ...fields }] });
  const withBlob = (change: any, blob: string) => withExtent(change, { blob });
});

describe('what the server creates is private', () => {
  // POSIX modes.
  const onPosix = process.platform === 'win32' ? it.skip : it;
  const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o777).toString(8);

  onPosix.each([
    ['a new directory', () => Promise.resolve()],
    ['an empty one', () => mkdir(dir, { mode: 0o755 })],
  ])('%s', async (_, prepare) => {
    await prepare();
    const server = await S3Server.start({ dir });
    server.createBucket('bucket');
    await raw(server, { method: 'PUT', path: '/bucket/k', body: 'x'.repeat(3 * 1024 ** 2) });
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    const modes = await Promise.all(
      entries.map(async (entry) => [entry, await modeOf(join(entry.parentPath, entry.name))] as const),
    );
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['lock', 'journal.jsonl', 'blobs']));
    for (const [entry, mode] of modes) expect([entry.name, mode]).toEqual([entry.name, entry.isFile() ? '600' : '700']);
    expect(await modeOf(dir)).toBe('700');
    await server.close();
    await chmod(dir, 0o700);
  });
});

it('sockets are no files of the server', async () => {
  await filled();
  const socket = createServer().listen(join(dir, 'blobs', 'f00d'.repeat(8)));
  await once(socket, 'listening');
  try {
    await refused(/is not a file of the server/);
  } finally {
    socket.close();
  }
});
