import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A command that takes longer does not end by itself. */
const COMMAND_MS = 120_000;

/** How long a server may take until it answers. */
const START_MS = 120_000;

/** How long a server may take to end before it is killed. */
const STOP_MS = 10_000;

/** The user whom the servers run as. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The servers of one kind, which run as the user that their packages made, if this process may choose. */
export class Processes {
  static async start(folder: string, user: string): Promise<Processes> {
    const { uid, gid, username } = userInfo();
    if (uid !== 0) return new Processes(folder, { name: username, uid, gid });
    const id = async (flag: string) => Number(await command('id', [flag, user]));
    const runAs = { name: user, uid: await id('-u'), gid: await id('-g') };
    chownSync(folder, runAs.uid, runAs.gid);
    return new Processes(folder, runAs);
  }

  private readonly running: { readonly name: string; readonly child: ChildProcess }[] = [];

  private constructor(
    /** Where the servers keep everything, also their logs. */
    readonly folder: string,
    readonly runAs: RunAs,
  ) {}

  /** Runs a command to its end. @returns what it prints */
  async run(name: string, ...args: string[]): Promise<string> {
    const { uid, gid } = this.runAs;
    return command(name, args, { uid, gid, cwd: this.folder });
  }

  /** Starts a server that stays in the foreground. */
  serve(name: string, ...args: string[]): void {
    const { uid, gid } = this.runAs;
    const log = openSync(this.logOf(name), 'a');
    const child = spawn(name, args, { cwd: this.folder, uid, gid, stdio: ['ignore', log, log] });
    child.on('error', () => undefined);
    this.running.push({ name, child });
  }

  /** Asks until there is an answer. @throws if a server has ended, or does not answer */
  async until(what: string, isReady: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + START_MS;
    while (!(await isReady().catch(() => false))) {
      this.check();
      if (Date.now() > end) throw new Error(`${what} does not answer within ${START_MS / 1000} s`);
      await sleep(250);
    }
  }

  /** @throws if a server has ended */
  check(): void {
    const ended = this.running.find(({ child }) => hasEnded(child));
    if (ended === undefined) return;
    const log = readFileSync(this.logOf(ended.name), 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new Error(`${ended.name} ended with ${ended.child.exitCode ?? ended.child.signalCode}: ${log}`);
  }

  async stop(): Promise<void> {
    // The last one uses those before it.
    for (const { child } of this.running.reverse()) {
      if (hasEnded(child)) continue;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exit, sleep(STOP_MS, undefined, { ref: false })]);
      if (hasEnded(child)) continue;
      child.kill('SIGKILL');
      await exit;
    }
  }

  /** For the end of this process, which waits for nothing. */
  kill(): void {
    for (const { child } of this.running) child.kill('SIGKILL');
  }

  private logOf(name: string): string {
    return join(this.folder, `${name}.out`);
  }
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** @returns what the command prints @throws with what it prints as an error */
export function command(
  name: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(name, args, { timeout: COMMAND_MS, ...options }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${name} ${args.join(' ')}: ${stderr.trim() || error.message}`));
      else resolve(stdout);
    });
  });
}

/** A port on loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
