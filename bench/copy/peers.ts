import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Server } from '../../local/s3';
import { PLATFORM } from './platform';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Another program with which a user could copy the object. The real program is run. */
export interface Peer {
  readonly name: string;
  /** @throws if it is not installed */
  readonly version: () => string;
  /** Number of simultaneous part copies, and the size of each. They determine how fast the clock may run. */
  readonly concurrency: number;
  readonly partSize: (size: number) => number;
  readonly command: (
    endpoint: string,
    folder: string,
  ) => { file: string; args: string[]; env?: Record<string, string> };
}

export interface PeerRun {
  readonly name: string;
  readonly version: string;
  /** Seconds of the model, from the start of the program to the last answer of S3. */
  readonly seconds: number;
  readonly requests: number;
  /** How many times faster than real time S3's model ran. */
  readonly timeScale: number;
}

const FROM = { bucket: 'raw', key: 'object.bin' };
const TO = 's3://lake/copy.bin';

const awsCli = (name: string, concurrency: number, chunk: number, settings: string): Peer => ({
  name,
  version: () => firstLine('aws', '--version').replace(/^aws-cli\/(\S+).*/, '$1'),
  concurrency,
  // The CLI doubles its chunks until there are no more than 10,000.
  partSize: (size) => doubledTo(size, chunk),
  command: (endpoint, folder) => {
    const config = join(folder, 'config');
    writeFileSync(config, `[default]\n${settings}`);
    return {
      file: 'aws',
      args: ['s3', 'cp', `s3://${FROM.bucket}/${FROM.key}`, TO, '--endpoint-url', endpoint, '--only-show-errors'],
      env: { AWS_CONFIG_FILE: config },
    };
  },
});

const rclone = (name: string, ...tuning: string[]): Peer => ({
  name,
  version: () => firstLine('rclone', 'version').replace(/^rclone v/, ''),
  // rclone copies the parts of an object one after another.
  concurrency: 1,
  partSize: () => 4656 * MIB,
  command: (endpoint) => ({
    file: 'rclone',
    args: [
      ...['copyto', `:s3:${FROM.bucket}/${FROM.key}`, `:s3:${TO.slice('s3://'.length)}`],
      ...['--s3-provider', 'Other', '--s3-endpoint', endpoint, '--s3-env-auth', '--config', '/dev/null', ...tuning],
    ],
  }),
});

/** As in AWS's sample for large copies with Lambda: `client.copy` with 200 threads. */
const BOTO3 = `
import sys, boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
client = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(max_pool_connections=200))
transfer = TransferConfig(multipart_threshold=16 * 1024 ** 2, multipart_chunksize=16 * 1024 ** 2, max_concurrency=200)
client.copy({'Bucket': '${FROM.bucket}', 'Key': '${FROM.key}'}, 'lake', 'copy.bin', Config=transfer)
`;

export const PEERS: readonly Peer[] = [
  awsCli('aws s3 cp', 10, 8 * MIB, ''),
  awsCli(
    'aws s3 cp, tuned',
    250,
    64 * MIB,
    's3 =\n  max_concurrent_requests = 250\n  max_queue_size = 10000\n  multipart_chunksize = 64MB\n',
  ),
  {
    name: 'boto3, 200 threads of 16 MiB',
    version: () => firstLine('python3', '-c', 'import boto3; print(boto3.__version__)'),
    concurrency: 200,
    partSize: (size) => doubledTo(size, 16 * MIB),
    command: (endpoint) => ({ file: 'python3', args: ['-c', BOTO3, endpoint] }),
  },
  rclone('rclone'),
  rclone('rclone, tuned', '--s3-copy-cutoff', '5G'),
  {
    name: 's5cmd',
    version: () => firstLine('s5cmd', 'version'),
    concurrency: 1,
    partSize: () => 5 * GIB,
    command: (endpoint) => ({
      file: 's5cmd',
      args: ['--endpoint-url', endpoint, 'cp', `s3://${FROM.bucket}/${FROM.key}`, TO],
    }),
  },
];

/** The approximate real seconds that a run will take. */
export function expectedRealSeconds(peer: Peer, size: number): number {
  return modelSeconds(peer, size) / scaleOf(peer, size) + 3;
}

/** Requests per real second that a Python program can send while it is idle most of the time. */
const REQUESTS_PER_SECOND = 60;
/**
 * A program should compute much less than it waits, because each real second of computation counts as `scale` seconds of the model. So a
 * run takes at least 5 real seconds, and at least 1 real second for each 10 of the time scale.
 */
const SHORTEST_REAL_SECONDS = 5;
const SCALE_OF_A_SECOND = 10;
/** Minimum real duration of a part, so that a few milliseconds of this machine do not matter. */
const SHORTEST_REAL_PART_SECONDS = 0.15;

/** The time scale for a peer. It is limited, so that the computation of the program does not count as duration of the copy. */
export function scaleOf(peer: Peer, size: number): number {
  const onePart = partSeconds(Math.min(size, peer.partSize(size)));
  const scale = Math.min(
    onePart / SHORTEST_REAL_PART_SECONDS,
    (REQUESTS_PER_SECOND * onePart) / peer.concurrency,
    modelSeconds(peer, size) / SHORTEST_REAL_SECONDS,
    Math.sqrt(modelSeconds(peer, size) * SCALE_OF_A_SECOND),
  );
  return Math.max(1, Math.floor(scale));
}

/** @throws Error if the program fails, or the copy is not equal to its source */
export async function copyWith(peer: Peer, size: number, timeScale = scaleOf(peer, size)): Promise<PeerRun> {
  const version = peer.version();
  const folder = mkdtempSync(join(tmpdir(), 'bench-peer-'));
  const server = await S3Server.start({ latency: 'aws', timeScale: 1 / timeScale });
  try {
    server.createBucket(FROM.bucket);
    server.createBucket('lake');
    server.putGenerated({ ...FROM, size, seed: 'bench' });
    const spawnedAt = Date.now();
    await run(peer.command(server.endpoint, folder), folder);
    const entries = server.requestLog.entries();
    const startedAt = entries.map(({ time }) => Date.parse(time));
    const endedAt = entries.map(({ time, milliseconds }) => Date.parse(time) + milliseconds);
    const first = Math.min(...startedAt);
    const span = (Math.max(...endedAt) - first) * timeScale;
    const identity = server.contentIdentity('lake', 'copy.bin');
    if (identity !== server.contentIdentity(FROM.bucket, FROM.key)) throw new Error('The bytes of the copy differ.');
    const requests = Object.values(server.requestLog.counts()).reduce((sum, count) => sum + count, 0);
    // The start of the program takes real time, independently of the time scale.
    return { name: peer.name, version, seconds: (first - spawnedAt + span) / 1000, requests, timeScale };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

function run({ file, args, env }: ReturnType<Peer['command']>, cwd: string): Promise<void> {
  const credentials = { AWS_ACCESS_KEY_ID: '123456789012', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' };
  const child = spawn(file, args, {
    cwd,
    env: { ...withoutAws(process.env), ...credentials, AWS_DEFAULT_REGION: 'us-east-1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${file} failed: ${stderr.slice(-500)}`))));
  });
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')));
}

function firstLine(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')[0]!
    .trim();
}

function doubledTo(size: number, chunk: number): number {
  let doubled = chunk;
  while (Math.ceil(size / doubled) > 10_000) doubled *= 2;
  return Math.min(doubled, 5 * GIB);
}

function modelSeconds(peer: Peer, size: number): number {
  const partSize = Math.min(size, peer.partSize(size));
  return (size / partSize / Math.min(peer.concurrency, size / partSize)) * partSeconds(partSize);
}

function partSeconds(bytes: number): number {
  return PLATFORM.s3.partCopySeconds + bytes / PLATFORM.s3.partCopyBytesPerSecond;
}
