import { Meter } from '../../bin/progress/meter';
import { amountText, formatTime, progressLine } from '../../bin/progress/text';
import { file, mpcopy } from './support';
import { Terminal, testInTerminal } from './terminal';

const MIB = 1024 ** 2;

describe('the meter', () => {
  let now = 0;
  let meter: Meter;
  beforeEach(() => {
    now = 5000;
    meter = new Meter(() => now);
  });

  test('measures from when the first bytes of a phase are reported', () => {
    meter.update({ phase: 'synthesize' });
    now += 60_000;
    meter.update({ phase: 'put', bytes: { done: 0, total: 400 * MIB } });
    now += 2000;
    meter.update({ phase: 'put', bytes: { done: 100 * MIB, total: 400 * MIB } });
    expect(meter.snapshot).toMatchObject({ phase: 'put', rate: 50 * MIB, secondsLeft: 6 });
    now += 2000;
    expect(meter.snapshot).toMatchObject({ rate: 25 * MIB, secondsLeft: 12 });
  });

  test('starts anew with each phase', () => {
    meter.update({ phase: 'put', bytes: { done: MIB, total: MIB } });
    now += 1000;
    meter.update({ phase: 'copy', state: 'Plan' });
    expect(meter.snapshot).toEqual({ phase: 'copy', state: 'Plan' });
  });

  test('keeps what a step does not mention', () => {
    meter.update({ phase: 'copy', state: 'CopyParts' });
    meter.update({ phase: 'copy', parts: { done: 1, failed: 0, total: 4 }, bytes: { done: 1, total: 4 } });
    meter.update({ phase: 'copy' });
    expect(meter.snapshot).toMatchObject({ state: 'CopyParts', parts: { done: 1, total: 4 } });
  });

  test('tells no rate before there is one', () => {
    meter.update({ phase: 'put', bytes: { done: 0, total: MIB } });
    now += 1000;
    expect(meter.snapshot).not.toHaveProperty('rate');
    meter.update({ phase: 'copy', bytes: { done: MIB, total: MIB } });
    expect(meter.snapshot).not.toHaveProperty('secondsLeft');
  });
});

test.each([
  [104, 'Copying  ███░  78%  800 MiB of 1 GiB, 222.90 MiB/s, 0:02 left, 100 of 128 parts, 112 retries  CopyParts'],
  [98, 'Copying  78%  800 MiB of 1 GiB, 222.90 MiB/s, 0:02 left, 100 of 128 parts, 112 retries  CopyParts'],
  [92, 'Copying  78%  800 MiB/1 GiB, 222.90 MiB/s, 0:02 left, 100/128 parts, 112 retries  CopyParts'],
  [81, 'Copying  78%  800 MiB/1 GiB, 222.90 MiB/s, 0:02 left, 100/128 parts, 112 retries'],
  [72, '78%  800 MiB/1 GiB, 222.90 MiB/s, 0:02 left, 100/128 parts, 112 retries'],
])('a terminal of %i columns shows all numbers', (columns, line) => {
  const amount = '800 MiB of 1 GiB, 222.90 MiB/s, 0:02 left, 100 of 128 parts, 112 retries';
  expect(progressLine({ title: 'Copying', bar: '███░', percent: '78%', amount, state: 'CopyParts' }, columns)).toBe(
    line,
  );
});

test.each([
  [{ phase: 'put', bytes: { done: MIB, total: 4 * MIB } }, '1 MiB of 4 MiB'],
  [
    { phase: 'put', bytes: { done: MIB, total: 4 * MIB }, rate: 512 * 1024, secondsLeft: 6 },
    '1 MiB of 4 MiB, 512 KiB/s, 0:06 left',
  ],
  [
    { phase: 'copy', bytes: { done: 0, total: MIB }, parts: { done: 0, failed: 1, total: 4 } },
    '0 B of 1 MiB, 0 of 4 parts, 1 failed',
  ],
] as const)('%j reads %s', (snapshot, text) => {
  expect(amountText(snapshot)).toBe(text);
});

test.each([
  [0, '0:00'],
  [0.2, '0:01'],
  [65, '1:05'],
  [3661, '1:01:01'],
  [36_000, '10:00:00'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatTime(seconds)).toBe(text);
});

describe('in a log, mpcopy local', () => {
  test('writes a line for each phase, state and tenth', async () => {
    const { stderr } = await mpcopy('local', '--size', '100MiB', '--part-size', '10MiB', '--on-disk');
    const lines = stderr.trimEnd().split('\n');
    const phases = lines.filter((line) => !line.startsWith('  '));
    expect(phases.slice(1)).toEqual(['Synthesizing the app', 'Putting the source', 'Copying', 'Comparing']);
    expect(lines).toEqual(expect.arrayContaining(['  Plan', '  CopyParts', '  Done']));
    const copied = lines.filter((line) => /^ {2}\d+ MiB of 100 MiB, .*\d+ of 10 parts$/.test(line));
    expect(copied.length).toBeGreaterThan(3);
    expect(copied.at(-1)).toMatch(/^ {2}100 MiB of 100 MiB, .*10 of 10 parts$/);
    expect(stderr).toMatch(/\n {2}200 MiB of 200 MiB, .*\n$/);
  });

  test('counts a part that fails as failed, not as copied', async () => {
    const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' };
    const faults = file('refused.json', [{ operation: 'UploadPartCopy', partNumber: 7, fault }]);
    const { stderr } = await mpcopy('local', '--size', '10GiB', '--faults', faults);
    expect(stderr).toMatch(/ of 40 parts, 1 failed$/m);
    expect(stderr).not.toContain('40 of 40 parts');
  });
});

describe('in a terminal, mpcopy local', () => {
  testInTerminal('shows phase, bar, bytes, rate and time left, and removes them at the end', async () => {
    const terminal = Terminal.run(['local', '--size', '512MiB', '--on-disk']);
    const amount = String.raw`\d+%  .* of 512 MiB, .*/s, \d+:\d\d left`;
    try {
      await terminal.shows(new RegExp(`^Putting the source  █*░*  ${amount}$`));
      expect(terminal.showsCursor).toBe(false);
      await terminal.shows(/^Comparing {2}█*░* {2}\d+% {2}.* of 1 GiB, .*\/s, \d+:\d\d left$/);
      expect(await terminal.ended()).toBe(0);
      expect(terminal.showsCursor).toBe(true);
      const screen = terminal.screen();
      expect(screen[0]).toMatch(/^Running the app of cdk\.json: /);
      expect(screen[1]).toMatch(/^status +COPIED$/);
      expect(screen.join('\n')).not.toMatch(/[█░]/);
    } finally {
      terminal.close();
    }
  });
});
