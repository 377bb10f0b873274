import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedJournalError, DirectoryInUseError, S3Server } from '../../../local/s3';
import { raw } from './clients';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const put = async (server: S3Server, key: string): Promise<number> =>
  (await raw(server, { method: 'PUT', path: `/bucket/${key}`, body: key })).status;

/** A process ID that is not in use. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of a data directory', () => {
  const lock = (): string => join(dir, 'lock');

  /** Leaves a lock behind, with the given values instead of those of a running server. */
  async function leaveLock(values: Record<string, unknown> = {}): Promise<void> {
    const server = await S3Server.start({ dir });
    const text = await readFile(lock(), 'utf8');
    await server.close();
    await writeFile(lock(), JSON.stringify({ ...(JSON.parse(text) as object), ...values }));
  }

  it('refuses a second server without a loss for the first', async () => {
    const first = await S3Server.start({ dir });
    first.createBucket('bucket');
    expect(await put(first, 'before')).toBe(200);
    const second = S3Server.start({ dir });
    await expect(second).rejects.toThrow(DirectoryInUseError);
    await expect(second).rejects.toThrow(
      `data directory '${dir}' is in use by the server with process id ${process.pid}: stop that server`,
    );
    expect(await put(first, 'after')).toBe(200);
    await first.close();

    const third = await S3Server.start({ dir });
    expect((await raw(third, { path: '/bucket/before' })).body).toBe('before');
    expect((await raw(third, { path: '/bucket/after' })).body).toBe('after');
    await third.close();
    expect(await readdir(dir)).not.toContain('lock');
  });

  it('admits one of many servers that start at once, despite the lock of a dead server', async () => {
    await leaveLock({ pid: await deadProcess() });
    const starts = await Promise.allSettled(Array.from({ length: 6 }, () => S3Server.start({ dir })));
    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    await Promise.all(started.map((server) => server.close()));
    expect(started).toHaveLength(1);
    expect((await readdir(dir)).sort()).toEqual(['blobs', 'embedded-s3.json', 'incoming', 'journal.jsonl']);
  });

  it.each([
    ['whose process id another process has now', { pid: process.ppid, started: 'earlier' }],
    ['whose process id this process has now', { started: 'earlier' }],
    ['of a process that cannot be asked when it started', { token: 'old', started: undefined }],
  ])('of a server that no longer runs is ignored: one %s', async (_, values) => {
    await leaveLock(values);
    await (await S3Server.start({ dir })).close();
  });

  it('is ignored if a power failure left it empty', async () => {
    await leaveLock();
    await writeFile(lock(), '');
    await (await S3Server.start({ dir })).close();
  });

  it('of another machine is respected, because its processes are not visible', async () => {
    await leaveLock({ host: 'elsewhere', pid: await deadProcess() });
    await expect(S3Server.start({ dir })).rejects.toThrow(/on elsewhere: .*delete '.*lock'/);
  });

  it('is released if the start fails', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(S3Server.start({ dir, port })).rejects.toThrow('EADDRINUSE');
    other.close();
    await (await S3Server.start({ dir })).close();
  });
});

describe('a damaged journal', () => {
  const journal = (): string => join(dir, 'journal.jsonl');

  beforeEach(async () => {
    const server = await S3Server.start({ dir });
    server.createBucket('bucket');
    await put(server, 'kept');
    await server.close();
  });

  it.each([
    ['no JSON', 'garbage'],
    ['half a line', '[{"type":"version","bucket":"bucket","key":"torn","ver'],
    ['no list of changes', '42'],
    ['a change of no kind', '[{"type":"no-such-change"}]'],
    ['a change without its values', '[{"type":"version","bucket":"bucket"}]'],
    ['a change of what is not there', '[{"type":"version","bucket":"nowhere","key":"k","version":{}}]'],
  ])('fails the start with its location and stays unchanged: %s', async (_, line) => {
    const whole = await readFile(journal(), 'utf8');
    await appendFile(journal(), `${line}\n${whole}`);
    const damaged = await readFile(journal(), 'utf8');
    const start = S3Server.start({ dir });
    await expect(start).rejects.toThrow(DamagedJournalError);
    await expect(start).rejects.toThrow(`line 4 of '${journal()}' is not a commit`);
    expect(await readFile(journal(), 'utf8')).toBe(damaged);
    expect(await readdir(join(dir, 'blobs'))).toHaveLength(1);

    await writeFile(journal(), damaged.replace(`${line}\n`, ''));
    const server = await S3Server.start({ dir });
    expect((await raw(server, { path: '/bucket/kept' })).body).toBe('kept');
    await server.close();
  });
});
