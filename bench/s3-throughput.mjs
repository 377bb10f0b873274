// PUT and GET of real bytes on the embedded S3, beside `cp` of the same file: `npm run bench:s3 [-- SIZE_IN_MIB]`.
// Prints seconds, ratios to cp, and the peak memory of the server, all from one run.
import { execFileSync, spawn } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const MIB = 1024 ** 2;
const mebibytes = Number(process.argv[2] ?? 2048);
const mpcopy = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'dist', 'mpcopy.js');
const folder = mkdtempSync(join(tmpdir(), 's3-throughput-'));
const file = join(folder, 'file.bin');
const readBack = join(folder, 'back.bin');

const server = spawn(process.execPath, [mpcopy, 's3', '--port', '0', '--json', '--dir', join(folder, 's3')]);
try {
  const endpoint = await new Promise((resolve) => {
    server.stdout.once('data', (line) => resolve(JSON.parse(line.toString()).endpoint));
  });
  writeRandomFile();
  await send('PUT', `${endpoint}/bench`);

  const cp = seconds(() => execFileSync('cp', [file, join(folder, 'copy.bin')]));
  const put = await timed(() => send('PUT', `${endpoint}/bench/object`, file));
  const get = await timed(() => receive(`${endpoint}/bench/object`, readBack));
  execFileSync('cmp', [file, readBack]);

  const row = (name, time) => ({ what: name, seconds: +time.toFixed(2), 'speed / cp': +(cp / time).toFixed(2) });
  console.log(`${mebibytes} MiB of real bytes`);
  console.table([row('cp', cp), row('PUT', put), row('GET', get)]);
  console.log(`peak memory of the server: ${peakMemory(server.pid)}`);
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

function writeRandomFile() {
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(MIB);
  const target = openSync(file, 'w');
  for (let written = 0; written < mebibytes; written++) writeSync(target, cipher.update(zeros));
}

function seconds(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function send(method, url, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-length': statSync(body).size } : {};
    const sent = request(url, { method, headers }, (answer) => {
      answer
        .resume()
        .on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${method} ${url}: ${answer.statusCode}`)),
        );
    }).on('error', reject);
    if (body) pipeline(createReadStream(body, { highWaterMark: MIB }), sent).catch(reject);
    else sent.end();
  });
}

function receive(url, target) {
  return new Promise((resolve, reject) => {
    request(url, (answer) => pipeline(answer, createWriteStream(target)).then(resolve, reject))
      .on('error', reject)
      .end();
  });
}

/** Linux only. */
function peakMemory(pid) {
  try {
    return /VmHWM:\s+(.*)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  } catch {
    return 'not known on this system';
  }
}
