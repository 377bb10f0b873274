// Compares PUT and GET of real bytes on the embedded S3, by curl, with `cp` of the same file: `npm run bench:s3 [-- SIZE_IN_MIB]`.
// It prints seconds, ratios to cp, and the peak memory of the server, all from one run. The bytes of a PUT are on disk when it is
// answered, so it is also compared with `cp` and `sync`. The ETag is the MD5 of all bytes, which only one thread can compute, so no PUT
// can be faster than `MD5 alone`. In a virtual machine, `cp` into memory that has to be requested from the host is several times
// slower than into memory that has just been freed, so both cases are measured.
import { execFileSync, spawn } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIB = 1024 ** 2;
const mebibytes = Number(process.argv[2] ?? 2048);
const mpcopy = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'dist', 'mpcopy.js');
const folder = mkdtempSync(join(tmpdir(), 's3-throughput-'));
const file = join(folder, 'file.bin');

const server = spawn(process.execPath, [mpcopy, 's3', '--port', '0', '--json', '--dir', join(folder, 's3')]);
try {
  const endpoint = await new Promise((resolve) => {
    server.stdout.once('data', (line) => resolve(JSON.parse(line.toString()).endpoint));
  });
  writeRandomFile();
  curl('-X', 'PUT', `${endpoint}/bench`);
  const md5 = secondsWithIdleDisk(hashFile);
  console.log(`${mebibytes} MiB of real bytes`);
  show('memory that is new', md5, measure('first'));
  show('memory that has just been freed', md5, measure('second', 'first'));
  console.log(`peak memory of the server: ${peakMemory(server.pid)}`);

  /** Measures the seconds of each operation. Files of an earlier round are removed just before the new ones are written. */
  function measure(round, earlier) {
    const written = (what) => {
      if (earlier !== undefined) rmSync(join(folder, `${what}.${earlier}`));
      return join(folder, `${what}.${round}`);
    };
    const [copy, cp] = timed(written('copy'), (path) => execFileSync('cp', [file, path]));
    const [, cpSync] = timed(written('synced'), (path) =>
      execFileSync('sh', ['-c', 'cp "$1" "$2" && sync "$2"', 'sh', file, path]),
    );
    const before = cpuSeconds(server.pid);
    const [object, put] = timed(`${endpoint}/bench/${round}`, (url) => curl('-T', file, url));
    const putCpu = cpuSeconds(server.pid) - before;
    const [back, get] = timed(written('back'), (path) => curl('-o', path, object));
    for (const path of [copy, back]) execFileSync('cmp', [file, path]);
    return { cp, cpSync, put, putCpu, get };
  }
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

function show(memory, md5, { cp, cpSync, put, putCpu, get }) {
  const round = (number) => +number.toFixed(2);
  const row = (what, time) => ({
    what,
    seconds: round(time),
    'MiB/s': Math.round(mebibytes / time),
    'speed / cp': round(cp / time),
    'speed / cp + sync': round(cpSync / time),
  });
  console.log(`\nIn ${memory} (CPU of the server: ${round((putCpu * 1024) / mebibytes)} s per GiB of PUT)`);
  console.table([row('cp', cp), row('cp + sync', cpSync), row('MD5 alone', md5), row('PUT', put), row('GET', get)]);
}

/** Measures the seconds that `work` takes. */
function timed(target, work) {
  return [target, secondsWithIdleDisk(() => work(target))];
}

/** Waits until the disk is idle, then measures the seconds that `work` takes. */
function secondsWithIdleDisk(work) {
  execFileSync('sync');
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function curl(...args) {
  execFileSync('curl', ['--silent', '--show-error', '--fail', '-H', 'Expect:', ...args]);
}

function hashFile() {
  const hash = createHash('md5');
  const buffer = Buffer.alloc(MIB);
  const source = openSync(file, 'r');
  for (let bytes; (bytes = readSync(source, buffer)) > 0;) hash.update(buffer.subarray(0, bytes));
  closeSync(source);
}

/** User and system time of a process in seconds. Linux only: it reads ticks of a hundredth of a second. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** Linux only. */
function peakMemory(pid) {
  try {
    return /VmHWM:\s+(.*)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  } catch {
    return 'not known on this system';
  }
}
