// Copies on S3 servers that are not ours, through the synthesized template: `npm run test:other-s3`.
//
// Installs each server from Debian, runs it on loopback with all it has in a temporary folder, and removes that afterwards. Prints what
// became of each copy. Exit code 1 if a copy does not end as it should, 0 also if a server cannot be had here, with the reason.
import { mkdirSync, mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LocalDeployment } from '../../local/workflow';
import { Bench, ExecutionFailed } from './bench';
import { CASES } from './cases';
import { CEPH } from './ceph';
import { install, NotHere } from './install';
import { Processes } from './processes';
import type { ServerKind } from './server-kind';
import { SWIFT } from './swift';
import { synthesize } from './template';

const SERVERS: readonly ServerKind[] = [CEPH, SWIFT];

const folder = mkdtempSync(join(tmpdir(), 'other-s3-'));
// The users of the servers have folders of their own in it.
chmodSync(folder, 0o711);
const running: Processes[] = [];
const { values: options } = parseArgs({
  options: { server: { type: 'string' }, case: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
process.on('exit', () => {
  running.forEach((processes) => processes.kill());
  if (options.keep) print(`the logs are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

void main();

async function main(): Promise<void> {
  const has = (text: string, part = '') => text.toLowerCase().includes(part.toLowerCase());
  const names = Object.keys(CASES).filter((name) => has(name, options.case));
  const deployment = synthesize(join(folder, 'cdk.out'));
  let failures = 0;
  for (const kind of SERVERS.filter(({ name }) => has(name, options.server))) {
    failures += await testServer(kind, deployment, names);
  }
  process.exit(failures === 0 ? 0 : 1);
}

/** @returns how many cases failed */
async function testServer(kind: ServerKind, deployment: LocalDeployment, names: readonly string[]): Promise<number> {
  let version: string;
  try {
    version = await install(kind.packages);
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    print(`${kind.name}: skipped, because ${error.message}`);
    return 0;
  }
  const own = join(folder, kind.user);
  mkdirSync(own);
  const processes = await Processes.start(own, kind.user);
  running.push(processes);
  let failures = 0;
  try {
    const bench = new Bench(await kind.start(processes), deployment);
    await bench.makeBuckets();
    print(`${kind.name} ${version}`);
    for (const name of names) {
      const { text, hasFailed } = await testCase(kind, bench, name);
      processes.check();
      print(`  ${name.padEnd(50)} ${text}`);
      if (hasFailed) failures++;
    }
  } catch (error) {
    print(`${kind.name} ${version}: ${(error as Error).stack}`);
    failures++;
  } finally {
    await processes.stop();
  }
  return failures;
}

async function testCase(
  { limits }: ServerKind,
  bench: Bench,
  name: string,
): Promise<{ text: string; hasFailed: boolean }> {
  const limit = limits[name];
  if (limit && limit.error === undefined) return { text: `not run: ${limit.reason}`, hasFailed: false };
  try {
    await CASES[name]!(bench);
    return { text: 'ok', hasFailed: false };
  } catch (error) {
    const { message, name: code } = error as Error;
    const found = error instanceof ExecutionFailed ? error.error : code;
    if (found === limit?.error) return { text: `cannot: ${limit.reason} (${found})`, hasFailed: false };
    return { text: `FAILED: ${message}`, hasFailed: true };
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
