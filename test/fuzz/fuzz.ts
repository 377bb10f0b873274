import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutate, withAnyKey } from './mutations';
import { Random } from './random';
import { type Draft, S3_REQUESTS, SECRETS_REQUESTS, SFN_REQUESTS } from './targets';
import { type Answer, PATIENCE, render, send, sign } from './wire';

/*
 * Sends malformed and mutated requests to all local servers, with and without IAM. Ends with a line of JSON, and with code 1 if a server
 * crashed, answered 500, took longer than a second, or kept memory.
 */

const SLOW_MILLISECONDS = 1000;
/** Other processes may have the processors: an answer is slow if the same request is slow every time, */
const SLOW_TRIES = 3;
/** and if the servers computed that long, or had nothing to compute. */
const BUSY_MILLISECONDS = [50, SLOW_MILLISECONDS] as const;
/** More than the base of Node.js with three servers of each kind, and room for bodies that are being refused. */
const MAX_RSS_BYTES = 768 * 1024 ** 2;
/** What is in use after a collection, over that at the start: objects, executions and logs of the requests. */
const MAX_GROWTH_BYTES = 192 * 1024 ** 2;
const MEMORY_INTERVAL = 500;
/** After that time without an answer, none is expected. */
const HANG_MILLISECONDS = 20_000;
const SHOWN = 5;

interface Violation {
  readonly kind: 'crash' | '500' | 'slow' | 'memory';
  readonly server: string;
  /** The number of the request, which the seed makes again. */
  readonly request: number;
  readonly detail: string;
  /** The beginning of the request, if one is to blame. */
  readonly bytes?: string;
}

interface Usage {
  readonly rss: number;
  readonly heap: number;
  /** Milliseconds of processor time of the servers so far. */
  readonly computed: number;
}

const KINDS = [
  { name: 'S3', service: 's3', requests: S3_REQUESTS, share: 8 },
  { name: 'Secrets Manager', service: 'secretsmanager', requests: SECRETS_REQUESTS, share: 1 },
  { name: 'Step Functions', service: 'states', requests: SFN_REQUESTS, share: 2 },
] as const;
/** One endpoint for all services, which passes requests on. */
const FRONT = 'Front';
const FRONT_SHARE = 0.15;
const SHARES = KINDS.flatMap((kind) => Array.from({ length: kind.share }, () => kind));

class Fuzz {
  private readonly random: Random;
  private readonly requests = new Map<string, number>();
  private readonly statuses = new Map<number, number>();
  private readonly violations: Violation[] = [];
  private sent = 0;
  private slowest = 0;
  private peakRss = 0;
  private uploadId = 'none';
  private hangs = false;

  constructor(
    private readonly server: ChildProcess,
    private readonly endpoints: Readonly<Record<string, string>>,
    private readonly seed: number,
  ) {
    this.random = new Random(seed);
  }

  async run(seconds: number): Promise<number> {
    const before = await this.usage(true);
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end && !this.hasCrashed() && !this.hangs) {
      await this.next();
      if (this.sent % MEMORY_INTERVAL === 0 || this.violations.length > 0) await this.checkMemory(before);
    }
    if (!this.hasCrashed() && !this.hangs) await this.checkMemory(before);
    if (!this.hasCrashed() && !this.hangs) await this.checkDirectory();
    return this.report(seconds);
  }

  private async next(): Promise<void> {
    const { random } = this;
    const kind = random.pick(SHARES);
    const name = random.chance(FRONT_SHARE) ? FRONT : kind.name;
    const server = `${name}${random.chance(0.5) ? ' with IAM' : ''}`;
    const endpoint = this.endpoints[server]!;
    const bytes = this.bytes(random.pick<Draft>(kind.requests), new URL(endpoint).host, kind.service);
    this.sent += 1;
    this.requests.set(server, (this.requests.get(server) ?? 0) + 1);
    const answer = await send(endpoint, bytes);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    this.uploadId = /<UploadId>(\w[\w.-]+)<\/UploadId>/.exec(answer.text)?.[1] ?? this.uploadId;
    await this.judge(server, endpoint, bytes, answer);
  }

  private bytes(template: Draft, host: string, service: string): string {
    const { random } = this;
    if (random.chance(0.02)) return random.bytes(random.length(5000));
    const draft = { ...template, target: template.target.replace('UPLOAD', this.uploadId) };
    const changed = mutate(draft, random);
    const name = template.headers.some(([, value]) => value.startsWith('TrentService.')) ? 'kms' : service;
    const signed = random.chance(0.2) ? sign(changed, host, name) : withAnyKey(changed, random, name);
    const bytes = render(random.chance(0.1) ? mutate(signed, random) : signed, host, random);
    return random.chance(0.02) ? bytes.slice(0, random.below(bytes.length)) : bytes;
  }

  private async judge(server: string, endpoint: string, bytes: string, answer: Answer): Promise<void> {
    const blame = (kind: Violation['kind'], detail: string): void => {
      this.violations.push({ kind, server, request: this.sent, detail, bytes: bytes.slice(0, 1500) });
    };
    if (answer.refused || this.hasCrashed()) blame('crash', 'the servers have ended');
    if (answer.status >= 500 && ![501, 503].includes(answer.status)) blame('500', answer.text.slice(0, 500));
    let { milliseconds } = answer;
    let computed = 0;
    for (let tries = 1; milliseconds > SLOW_MILLISECONDS && tries < SLOW_TRIES; tries++) {
      const before = await this.usage(false);
      milliseconds = Math.min(milliseconds, (await send(endpoint, bytes)).milliseconds);
      computed = ((await this.usage(false))?.computed ?? Infinity) - (before?.computed ?? 0);
    }
    const [least, most] = BUSY_MILLISECONDS;
    if (milliseconds > SLOW_MILLISECONDS && milliseconds < PATIENCE && computed > least && computed < most) return;
    this.slowest = Math.max(this.slowest, milliseconds);
    if (milliseconds > SLOW_MILLISECONDS) blame('slow', `${Math.round(milliseconds)} ms, ${bytes.length} bytes`);
  }

  private hasCrashed(): boolean {
    return this.server.exitCode !== null || this.server.signalCode !== null;
  }

  /** Undefined if the servers have ended, or do not get to it. */
  private usage(collected: boolean): Promise<Usage | undefined> {
    this.server.send({ collected });
    return new Promise((resolve) => {
      const stop = (usage?: Usage): void => {
        clearTimeout(timer);
        this.server.off('exit', ended).off('message', stop);
        resolve(usage);
      };
      const ended = (): void => stop();
      const timer = setTimeout(ended, HANG_MILLISECONDS);
      this.server.once('exit', ended).once('message', stop);
    });
  }

  private async checkMemory(before: Usage | undefined): Promise<void> {
    const memory = await this.usage(true);
    if (this.hasCrashed()) return;
    if (memory === undefined || before === undefined) {
      this.hangs = true;
      this.violations.push({ kind: 'slow', server: 'all', request: this.sent, detail: 'the servers hang' });
      return;
    }
    const { rss, heap } = memory;
    this.peakRss = Math.max(this.peakRss, rss);
    const detail =
      rss > MAX_RSS_BYTES
        ? `${mebibytes(rss)} MiB in use`
        : `${mebibytes(heap - before.heap)} MiB more kept than at the start`;
    if (rss > MAX_RSS_BYTES || heap - before.heap > MAX_GROWTH_BYTES) {
      this.violations.push({ kind: 'memory', server: 'all', request: this.sent, detail });
    }
  }

  /** Whatever was stored can be read again: the servers end if their data directory is damaged. */
  private async checkDirectory(): Promise<void> {
    const exited = once(this.server, 'exit');
    this.server.send({ reopens: true });
    await Promise.race([once(this.server, 'message'), exited]);
  }

  /** Prints what was found. @returns the exit code */
  private report(seconds: number): number {
    if (this.hasCrashed() && !this.violations.some(({ kind }) => kind === 'crash')) {
      this.violations.push({ kind: 'crash', server: 'all', request: this.sent, detail: 'the servers have ended' });
    }
    for (const violation of this.violations.slice(0, SHOWN)) console.error(violation);
    const count = (kind: Violation['kind']): number =>
      this.violations.filter((violation) => violation.kind === kind).length;
    const closing = {
      fuzz: this.violations.length === 0 ? 'passed' : 'failed',
      seconds,
      seed: this.seed,
      requests: this.sent,
      servers: Object.fromEntries([...this.requests].sort()),
      statuses: Object.fromEntries([...this.statuses].sort(([a], [b]) => a - b)),
      crashes: count('crash'),
      status500: count('500'),
      slow: count('slow'),
      memory: count('memory'),
      slowestMilliseconds: Math.round(this.slowest),
      peakMiB: mebibytes(this.peakRss),
    };
    console.log(JSON.stringify(closing));
    return this.violations.length === 0 ? 0 : 1;
  }
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

function readArguments(): { seconds: number; seed: number } {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
  const seconds = Number(values.seconds ?? 20);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  if (!(seconds > 0) || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new Error('usage: npm run fuzz -- [--seconds NUMBER] [--seed WHOLE NUMBER BELOW 4294967296]');
  }
  return { seconds, seed };
}

async function main(): Promise<void> {
  const { seconds, seed } = readArguments();
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const servers = fork(`${__dirname}/servers.js`, [folder], { execArgv: ['--expose-gc', '--max-old-space-size=1024'] });
  const [{ endpoints }] = (await once(servers, 'message')) as [{ endpoints: Record<string, string> }];
  process.exitCode = await new Fuzz(servers, endpoints, seed).run(seconds);
  servers.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
