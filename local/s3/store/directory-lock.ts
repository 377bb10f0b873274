import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { nodeErrorCode } from '../base/node-errors';
import { DirectoryInUseError } from '../errors/server-errors';

/** The server that uses a directory. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process, because process IDs are reused. Absent if the operating system does not provide it. */
  readonly started?: string;
  /** Identifies this lock. */
  readonly token: string;
}

/** Tokens of the locks that this process holds. */
const held = new Set<string>();

/**
 * The file `lock` in a data directory. Only one server may use a directory, because a second server would treat new files of the first as
 * remains of a crash and delete them. The lock of a process that no longer exists is taken over.
 */
export class DirectoryLock {
  /** @throws DirectoryInUseError */
  static async take(directory: string): Promise<DirectoryLock> {
    const path = join(directory, 'lock');
    const started = await processStartTime(process.pid);
    const token = randomUUID();
    const holder: Holder = { pid: process.pid, host: hostname(), token, ...(started !== undefined && { started }) };
    while (!(await createAtomically(path, `${JSON.stringify(holder)}\n`))) await removeStale(path, directory);
    held.add(token);
    return new DirectoryLock(path, token);
  }

  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {}

  async release(): Promise<void> {
    held.delete(this.token);
    if (parseHolder(await readIfThere(this.path))?.token === this.token) await rm(this.path, { force: true });
  }
}

/** Creates a file atomically, so that other processes never see it incomplete. Returns false if the file exists. */
async function createAtomically(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (nodeErrorCode(error) === 'EEXIST') return false;
    // The file system does not support links.
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function removeStale(path: string, directory: string): Promise<void> {
  const text = await readIfThere(path);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder !== undefined && (await isAlive(holder))) throw inUse(directory, path, holder);
  // Other processes may try to take over the same lock. Only one rename succeeds.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  // If another process was faster, this is the lock of that process. It is restored.
  if ((await readIfThere(aside)) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function inUse(directory: string, path: string, holder: Holder): DirectoryInUseError {
  const elsewhere = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new DirectoryInUseError(
    `data directory '${directory}' is in use by the server with process id ${holder.pid}${elsewhere}: ` +
      `stop that server, or start this one with another directory (if that server no longer exists, delete '${path}')`,
  );
}

async function isAlive(holder: Holder): Promise<boolean> {
  // Processes of another machine or container cannot be seen from here.
  if (holder.host !== hostname()) return true;
  const started = await processStartTime(holder.pid);
  if (started !== undefined && holder.started !== undefined) return started === holder.started;
  if (holder.pid === process.pid) return held.has(holder.token);
  try {
    process.kill(holder.pid, 0);
    // If the operating system provides start times, a process without one is a zombie, which has ended.
    return holder.started === undefined;
  } catch (error) {
    return nodeErrorCode(error) === 'EPERM';
  }
}

/** The boot and the clock tick at which a process was started. Undefined if it has ended, or if the operating system does not provide them. */
async function processStartTime(pid: number): Promise<string | undefined> {
  const [boot, status] = await Promise.all([
    readIfThere('/proc/sys/kernel/random/boot_id'),
    readIfThere(`/proc/${pid}/stat`),
  ]);
  // The name of the program, in parentheses, may contain anything.
  const [state = '', ...fields] = status?.slice(status.lastIndexOf(')') + 2).split(' ') ?? [];
  const ticks = fields[18];
  if (ticks === undefined || 'ZX'.includes(state)) return undefined;
  return `${boot?.trim() ?? ''} ${ticks}`;
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const holder = JSON.parse(text ?? '') as Partial<Holder> | null;
    const { pid, host, token } = holder ?? {};
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? (holder as Holder)
      : undefined;
  } catch {
    // Locks are created atomically, so a power failure has left this one.
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(nodeErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}
