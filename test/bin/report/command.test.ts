import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyRun } from '../../../local/run';
import { runCopy } from '../../../local/run';
import { bundledMpcopy, file, type Finished, FOLDER, mpcopy, ROOT } from '../support';

const out = (name: string) => join(FOLDER, name);

/** Without script, style and data, and without tags. */
const textOf = (name: string) =>
  readFileSync(out(name), 'utf8')
    .replaceAll(/<(script|style)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const dataOf = (name: string) =>
  JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(readFileSync(out(name), 'utf8'))![1]!);

/** A worker tries four times within seconds; after that, the state machine retries. */
const throttled = (partNumber: number, times: number) => ({
  operation: 'UploadPartCopy',
  partNumber,
  times,
  fault: { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
});

describe('mpcopy local --report', () => {
  test('an inline Map with a part that is throttled', async () => {
    const faults = file('throttled.json', [throttled(3, 4)]);
    const { code, stdout } = await bundledMpcopy(
      ...[
        'local',
        '--size',
        '1GiB',
        '--faults',
        faults,
        '--report',
        out('inline.html'),
        '--json',
        '--time-scale',
        '50',
      ],
    );
    expect(code).toBe(0);
    const { requests } = JSON.parse(stdout);
    const text = textOf('inline.html');
    expect(text).toContain('Copied 1 GiB in 32 parts');
    expect(text).toContain('This is a local run');
    expect(text).toContain('✓ equal');
    expect(text).toMatch(/Throttled throttling 1 0 Part 3/);
    expect(text).toMatch(new RegExp(`UploadPartCopy ${requests.UploadPartCopy} `));
    const { parts } = dataOf('inline.html');
    expect(parts.starts).toHaveLength(32);
    expect(parts.unknown).toEqual([]);
    expect(parts.tries).toHaveLength(1);
    expect(parts.tries[0][1]).toHaveLength(2);
  });

  test('Express children, one of which leaves its part to a Standard one', async () => {
    const report = out('express.html');
    const faults = file('left.json', [throttled(3, 8)]);
    const { code } = await mpcopy(
      ...['local', '--size', '100GiB', '--child-executions', 'EXPRESS', '--faults', faults, '--report', report],
      ...['--time-scale', '50'],
    );
    expect(code).toBe(0);
    const text = textOf('express.html');
    expect(text).toContain(
      'Part numbers and errors are known for 250 of 250 parts (each needs a call of DescribeExecution)',
    );
    expect(text).toContain('The parts were copied by 2 Map Runs');
    expect(text).not.toContain('could not be read');
    const { parts } = dataOf('express.html');
    expect(parts.starts).toHaveLength(250);
    expect(parts.unknown).toBe('ALL');
    expect(text).toContain('Express requests 250');
  });

  test('with the latency of AWS no part is faster than the published speed', async () => {
    const { code } = await mpcopy(
      ...['local', '--size', '1GiB', '--latency', 'aws', '--time-scale', '20', '--report', out('latency.html')],
    );
    expect(code).toBe(0);
    const { parts } = dataOf('latency.html');
    // 64 MiB take 2.7 s + 64 / 78 s, and timers are a millisecond early at most.
    expect(Math.min(...parts.durations)).toBeGreaterThan(3400);
    expect(textOf('latency.html')).toContain('the duration of published measurements');
    const refused = await mpcopy('local', '--latency', 'mars');
    expect(refused.stderr).toContain('Specify aws, or an object');
  });

  test('a copy that fails has a page, too, and fails all the same', async () => {
    const denied = {
      operation: 'UploadPartCopy',
      partNumber: 2,
      fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' },
    };
    const faults = file('denied.json', [denied]);
    const { code, stderr } = await mpcopy(
      'local',
      '--size',
      '1GiB',
      '--faults',
      faults,
      '--report',
      out('failed.html'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('mpcopy: AccessDenied');
    expect(textOf('failed.html')).toContain('Failed s3://');
    expect(textOf('failed.html')).toMatch(/2 2 \+[\d.]+ m?s [\d.]+ m?s 1 ✕ failed/);
  });

  test.each<[string, () => string, RegExp]>([
    ['a folder', () => FOLDER, /it is a folder/],
    ['a file in no folder', () => join(FOLDER, 'nowhere', 'a.html'), /no such file or directory/],
    ['below a file', () => join(file('plain', 'x'), 'a.html'), /plain is not a folder/],
  ])('%s is refused before anything runs', async (_, path, reason) => {
    const { code, stderr, stdout } = await mpcopy('local', '--report', path());
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^mpcopy: --report .* cannot be written: .*\n$/);
    expect(stderr).toMatch(reason);
  });
});

describe('mpcopy report', () => {
  let results: Record<string, Finished>;
  let run: CopyRun;

  const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
  const before = { ...process.env };
  beforeAll(() => Object.assign(process.env, credentials));
  afterAll(() => {
    process.env = before;
  });

  /** The endpoint of a run is there while the run is. */
  beforeAll(async () => {
    results = {};
    mkdirSync(out('folder'));
    run = await runCopy({
      app: `"${process.execPath}" "${join(ROOT, 'bin/dist/scenario-app.js')}"`,
      appFolder: join(ROOT, 'bin/dist'),
      appReadsScenario: true,
      size: 300 * 1024 ** 2,
      partSize: 5 * 1024 ** 2,
      timeScale: 50,
      onFinished: async ({ endpoint, executionArn }) => {
        const report = (...args: string[]) => mpcopy('report', ...args, '--endpoint-url', endpoint);
        results = {
          all: await bundledMpcopy(
            ...['report', executionArn, out('all.html'), '--details', 'all', '--endpoint-url', endpoint],
          ),
          few: await report(executionArn, out('few.html'), '--details', '5'),
          unknown: await report(`${executionArn}0`, out('unknown.html')),
          folder: await report(executionArn, out('folder')),
        };
      },
    });
  }, 120_000);

  test('reads every part', () => {
    expect(run.report.execution.status).toBe('SUCCEEDED');
    expect(results.all).toMatchObject({ code: 0, stdout: '' });
    expect(results.all!.stderr).toMatch(/^Report of arn:aws:states:.* written to .*all\.html\n$/);
    expect(textOf('all.html')).toContain('Copied 300 MiB in 60 parts');
    const { parts } = dataOf('all.html');
    expect(parts.starts).toHaveLength(60);
    expect(parts.unknown).toEqual([]);
    expect(textOf('all.html')).not.toContain('This is a local run');
  });

  test('reads as many as it is told, and says so', () => {
    expect(results.few!.code).toBe(0);
    expect(textOf('few.html')).toContain('are known for 5 of 60 parts');
    const { parts } = dataOf('few.html');
    expect(parts.starts).toHaveLength(60);
    expect(parts.unknown).toHaveLength(55);
  });

  test('an unknown execution is one line', () => {
    expect(results.unknown!.code).toBe(1);
    expect(results.unknown!.stderr).toMatch(/^mpcopy: UnreadableExecution: arn:\S+ does not exist; [^\n]*\n$/);
    expect(existsSync(out('unknown.html'))).toBe(false);
  });

  test('a file that cannot be written is one line', () => {
    expect(results.folder!.code).toBe(2);
    expect(results.folder!.stderr).toMatch(/^mpcopy: FILE [^\n]* cannot be written: it is a folder\n$/);
  });

  test.each([
    ['nonsense', 'is not the ARN of an execution'],
    ['arn:aws:states:us-east-1:111122223333:stateMachine:Copy', 'is not the ARN of an execution'],
    ['arn:aws:states:us-east-1:111122223333:express:Copy:a:b', 'is not the ARN of an execution'],
  ])('%s is refused', async (execution, message) => {
    const { code, stderr } = await mpcopy('report', execution, out('never.html'));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('an endpoint that nobody listens on, and numbers that are none', async () => {
    const arn = 'arn:aws:states:us-east-1:111122223333:execution:Copy:a';
    const silent = await mpcopy('report', arn, out('never.html'), '--endpoint-url', 'http://127.0.0.1:9');
    expect(silent.code).toBe(1);
    expect(silent.stderr).toMatch(/^mpcopy: UnreadableExecution: DescribeExecution of .*\n$/);
    const many = await mpcopy('report', arn, out('never.html'), '--details', 'many');
    expect(many.code).not.toBe(0);
    expect(many.stderr).toContain('Specify a whole number, or all.');
    const noUrl = await mpcopy('report', arn, out('never.html'), '--endpoint-url', 'nowhere');
    expect(noUrl.code).not.toBe(0);
    expect(noUrl.stderr).toContain('Specify a URL');
  });
});
