import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ResourceUnavailable } from '../../local/run';
import { requireSpace } from '../../local/run/temporary';
import { until } from '../until';
import { FOLDER, MPCOPY, mpcopyIn } from './support';
import { Terminal, testInTerminal } from './terminal';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A TMPDIR of its own for each run. */
let temporary: string;
beforeEach(() => (temporary = mkdtempSync(join(FOLDER, 'tmp-'))));

function start(...args: string[]): { child: ChildProcess; stderr: () => string } {
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, [MPCOPY, 'local', ...args], { env, cwd: FOLDER });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, stderr: () => stderr };
}

/** The folder of that name among the temporary files, when it is there and holds something. */
function folder(prefix: string): Promise<string> {
  return until(() => {
    const path = readdirSync(temporary).find((name) => name.startsWith(prefix));
    return path !== undefined && readdirSync(join(temporary, path)).length > 0 ? path : undefined;
  });
}

describe('mpcopy local, interrupted', () => {
  test.each(SIGNALS)('by %s while objects are put, leaves nothing and exits with 130', async (signal) => {
    const { child, stderr } = start('--size', '4GiB', '--on-disk', '--json');
    await folder('mpcopy-');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr()).toBe(`mpcopy: interrupted by ${signal}\n`);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('while the app is synthesized, ends the app and leaves nothing', async () => {
    const pid = join(temporary, '..', `pid-${process.pid}`);
    const app = `node -e "fs.writeFileSync(process.env.CDK_OUTDIR + '/x', ''); fs.writeFileSync('${pid}', String(process.pid)); setInterval(() => {}, 1000)"`;
    const { child, stderr } = start('--json', '--app', app);
    await until(() => (existsSync(pid) && readFileSync(pid, 'utf8') !== '' ? true : undefined));
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr()).toBe('mpcopy: interrupted by SIGTERM\n');
    expect(readdirSync(temporary)).toEqual([]);
    await until(() => (isRunning(Number(readFileSync(pid, 'utf8'))) ? undefined : true));
  });

  test('while parts are copied, ends the workers and leaves nothing', async () => {
    const { child, stderr } = start('--size', '48.8TiB', '--time-scale', '1');
    await until(() => (stderr().includes('CopyPartsDistributed') ? true : undefined));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr()).toMatch(/\nmpcopy: interrupted by SIGINT\n$/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('by the end of the process that has started it, leaves nothing', async () => {
    const { child } = start('--size', '4GiB', '--on-disk', '--json');
    await folder('mpcopy-');
    child.kill('SIGKILL');
    await until(() => (readdirSync(temporary).length === 0 ? true : undefined));
  });

  testInTerminal('by Ctrl-C in a terminal, shows the cursor again', async () => {
    const terminal = Terminal.run(['local', '--size', '4GiB', '--on-disk'], { TMPDIR: temporary });
    try {
      await folder('mpcopy-');
      terminal.press('C-c');
      expect(await terminal.ended()).toBe(130);
      expect(terminal.screen()).toContain('mpcopy: interrupted by SIGINT');
      expect(terminal.showsCursor).toBe(true);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      terminal.close();
    }
  });

  testInTerminal('by closing its terminal, leaves nothing', async () => {
    const terminal = Terminal.run(['local', '--size', '4GiB', '--on-disk'], { TMPDIR: temporary });
    await folder('mpcopy-');
    terminal.close();
    await until(() => (readdirSync(temporary).length === 0 ? true : undefined));
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test.each([
  ['its first line', ['plan', '--size', '1TiB']],
  ['the objects are put', ['local', '--size', '4GiB', '--on-disk']],
])('a reader that ends before %s ends the command without a word', async (_, args) => {
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, [MPCOPY, ...args], { env, cwd: FOLDER });
  child.stdout.destroy();
  let stderr = '';
  // Progress goes to stderr.
  if (args[0] === 'local') child.stderr.destroy();
  else child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  expect(await once(child, 'exit')).toEqual([141, null]);
  expect(stderr).toBe('');
  expect(readdirSync(temporary)).toEqual([]);
});

describe('mpcopy local refuses', () => {
  test('a TMPDIR that does not exist, in one line', async () => {
    const env = { ...process.env, TMPDIR: '/does/not/exist' };
    const child = spawn(process.execPath, [MPCOPY, 'local', '--json'], {
      env,
      cwd: FOLDER,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [text] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(text).toMatch(
      /^mpcopy: ResourceUnavailable: TMPDIR \/does\/not\/exist cannot be used: ENOENT.*; set TMPDIR to a .*\n$/,
    );
  });

  test('real bytes that do not fit into TMPDIR', async () => {
    const { code, stderr } = await mpcopyIn(FOLDER, 'local', '--size', '48TiB', '--on-disk', '--json');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mpcopy: ResourceUnavailable: --on-disk --size 48 TiB needs 48\.00 TiB of space in TMPDIR .*, which has .*; free some space, or .*\n$/,
    );
  });

  test('a file that is a folder, and one that is missing', async () => {
    const errors = ['/', '/does/not/exist'].map(
      async (path) => (await mpcopyIn(FOLDER, 'local', '--file', path, '--json')).stderr,
    );
    expect(await Promise.all(errors)).toEqual([
      expect.stringMatching(/^mpcopy: InvalidRun: --file \/ is not a file\n$/),
      expect.stringMatching(/^mpcopy: InvalidRun: --file \/does\/not\/exist cannot be read: ENOENT.*\n$/),
    ]);
  });

  test('nothing that fits', () => {
    expect(() => requireSpace('this', 0)).not.toThrow();
    expect(() => requireSpace('that', Number.MAX_SAFE_INTEGER)).toThrow(ResourceUnavailable);
  });
});
