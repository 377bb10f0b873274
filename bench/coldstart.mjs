// Cold start of the worker that copies a part: `npm run bench:coldstart [-- --runs=N] [--json]`, after a build.
//
// It is compared with a naive bundle, which makes the same call with the defaults of the SDK and of esbuild. Each run is a new process,
// which loads the bundle and makes one UploadPartCopy on the embedded S3. Runs of all bundles alternate, so that other load of the
// machine affects all of them equally. The time is measured from before the load to the answer. CPU time matters most: small functions
// on Lambda get a fraction of a core, and CPU time does not depend on other processes.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { CreateBucketCommand, CreateMultipartUploadCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';

const MIB = 1024 ** 2;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '31' },
    json: { type: 'boolean', default: false },
    // NAME=FILE: another bundle of this worker, to compare ways of building it.
    bundle: { type: 'string', multiple: true, default: [] },
  },
});

/** The program of each process. Its arguments are the module and the event. It prints milliseconds. */
const PROCESS = `
const { argv: [, file, event] } = process;
const started = performance.now();
const cpu = process.cpuUsage();
const load = file.endsWith('.mjs') ? import(file) : Promise.resolve(require(file));
load.then(async ({ handler }) => {
  const loaded = performance.now() - started;
  await handler(JSON.parse(event), { awsRequestId: '', getRemainingTimeInMillis: () => 900_000 });
  const { user, system } = process.cpuUsage(cpu);
  const answer = performance.now() - started;
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ load: loaded, answer, cpu: (user + system) / 1000, memory }));
  process.exit();
});`;

const NAIVE = `
import { S3Client, UploadPartCopyCommand } from '@aws-sdk/client-s3';
const s3 = new S3Client({});
export const handler = (input) => s3.send(new UploadPartCopyCommand(input));`;

const folder = mkdtempSync(join(tmpdir(), 'coldstart-'));
const mpcopy = join(root, 'bin', 'dist', 'mpcopy.js');
const server = spawn(process.execPath, [mpcopy, 's3', '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const endpoint = await new Promise((resolve) => {
    server.stdout.once('data', (line) => resolve(JSON.parse(line.toString()).endpoint));
  });
  const environment = lambdaEnvironment(endpoint);
  const events = await prepareCopy(endpoint, environment);
  const bundles = [
    { name: 'naive', file: await buildNaive(), event: events.naive },
    { name: 'copy-part', file: join(root, 'lambda', 'dist', 'copy-part', 'index.js'), event: events.worker },
    ...options.bundle.map((given) => ({ name: given.split('=')[0], file: given.split('=')[1], event: events.worker })),
  ];
  const samples = bundles.map(() => []);
  for (let run = -1; run < Number(options.runs); run++) {
    for (const [index, { file, event }] of bundles.entries()) {
      const sample = await start(file, event, environment);
      // The first run of each bundle is not counted, because it reads the files from disk.
      if (run >= 0) samples[index].push(sample);
    }
  }
  report(bundles, samples);
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** The environment variables of Lambda's Node.js runtime that the SDK reads. */
function lambdaEnvironment(endpoint) {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_LAMBDA_FUNCTION_NAME: 'copy-part',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    TZ: ':UTC',
  };
}

/** Creates a source and an upload. @returns the event of each bundle */
async function prepareCopy(endpoint, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION }) {
  const s3 = new S3Client({
    endpoint,
    region: AWS_REGION,
    forcePathStyle: true,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    },
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'raw' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const { ETag: etag } = await s3.send(
    new PutObjectCommand({ Bucket: 'raw', Key: 'a.bin', Body: Buffer.alloc(6 * MIB) }),
  );
  const address = { Bucket: 'lake', Key: 'a.bin' };
  const { UploadId: uploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...address, ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' }),
  );
  s3.destroy();
  const state = {
    partNumber: 1,
    source: { bucket: 'raw', key: 'a.bin', size: 6 * MIB, etag },
    destination: { bucket: 'lake', key: 'a.bin' },
    plan: { parts: 1, partSize: 6 * MIB, offset: 0, length: 6 * MIB, boundaries: 'EVEN' },
    upload: { uploadId },
  };
  const naive = { ...address, UploadId: uploadId, PartNumber: 1, CopySource: 'raw/a.bin' };
  return { worker: { state, retryCount: 0 }, naive };
}

async function buildNaive() {
  const outfile = join(folder, 'naive', 'index.js');
  await build({
    stdin: { contents: NAIVE, resolveDir: root },
    ...{ bundle: true, minify: true, platform: 'node', target: 'node22', legalComments: 'none', outfile },
  });
  return outfile;
}

async function start(file, event, env) {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROCESS, file, JSON.stringify(event)], {
    env,
    cwd: folder,
  });
  // Earlier lines are the log of the worker.
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function report(bundles, samples) {
  const rows = bundles.map(({ name, file }, index) => {
    const median = (what) => medianOf(samples[index].map((sample) => sample[what]));
    return {
      name,
      loadedBytes: statSync(file).size,
      assetBytes: sizeOfFolder(dirname(file)),
      loadMilliseconds: round(median('load')),
      answerMilliseconds: round(median('answer')),
      cpuMilliseconds: round(median('cpu')),
      peakMiB: Math.round(median('memory')),
    };
  });
  const naive = rows[0];
  // The median of the ratios within each round, because both runs of a round have the same load of the machine.
  const ratio = (index, what) =>
    round(medianOf(samples[index].map((sample, run) => sample[what] / samples[0][run][what])));
  const compared = rows.map((row, index) => ({
    ...row,
    bytesRatio: round(row.loadedBytes / naive.loadedBytes),
    loadRatio: ratio(index, 'load'),
    answerRatio: ratio(index, 'answer'),
    cpuRatio: ratio(index, 'cpu'),
  }));
  if (options.json) console.log(JSON.stringify({ runs: samples[0].length, bundles: compared }));
  else console.table(compared);
}

function sizeOfFolder(path) {
  return readdirSync(path, { recursive: true })
    .map((name) => statSync(join(path, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

function medianOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round(value) {
  return +value.toFixed(3);
}
