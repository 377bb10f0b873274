import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ExecutionData, loadAssets, renderPage, toReport } from '../../../bin/report';
import { formatBytes, formatDuration, formatUSD, plural, visible } from '../../../bin/report/format';
import { allStates, definitionOf } from '../../asl';
import { copy as workflow } from '../../lib/support';
import { ROOT } from '../support';
import { HOSTILE, hostileCopy, largestCopy, SAMPLES } from './samples';

const ASSETS = loadAssets(join(ROOT, 'bin/dist'));
const DEFINITION = definitionOf(workflow({}).template());
const definition = JSON.stringify(DEFINITION);

const pageOf = (data: ExecutionData) => renderPage(toReport({ definition, ...data }), ASSETS, '1.2.3');

/** Without script, style and data, and without tags. */
function textOf(page: string): string {
  return page
    .replaceAll(/<(script|style)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test.each(Object.keys(SAMPLES))('%s makes a page', (name) => {
  const page = pageOf(SAMPLES[name]!());
  expect(page).toMatch(/^<!doctype html>\n/);
  expect(page).not.toMatch(/\b(undefined|NaN|Infinity)\b/);
  expect(page).not.toContain('[object');
});

test('a copy says how much, in which time, and what proves it', () => {
  const text = textOf(pageOf(SAMPLES['a copy of 750 parts']!()));
  expect(text).toContain('Copied 1.03 TiB in 750 parts in 1 min');
  expect(text).toContain('Proven equal by its full-object checksum (CRC64NVME).');
  expect(text).toContain('750 parts on 250 workers');
  expect(text).toContain('/pRNLY4FycY=');
  expect(text).toContain('List prices of us-east-1 on 2026-11-22');
  expect(text).toMatch(/2026-11-20 08:15:00\.250 UTC to 2026-11-20 08:16:\d\d\.\d{3} UTC/);
});

test('a failed copy says why, and which part', () => {
  const text = textOf(pageOf(SAMPLES['a copy that failed']!()));
  expect(text).toContain('AccessDenied');
  expect(text).toContain('add the copy role to the key policy');
  expect(text).toContain('0 of 10 parts (0 B of 10 GiB) succeeded');
});

test('every state is in the graph', () => {
  const page = pageOf(SAMPLES['a copy of 750 parts']!());
  const [graph = ''] = /<svg\s+class="graph".*?<\/svg>/s.exec(page) ?? [];
  for (const [name] of allStates(DEFINITION)) expect(graph).toContain(`>${name}</text`);
});

test('private values stay out', () => {
  expect(pageOf(SAMPLES['a copy of 750 parts']!())).not.toContain('a private value');
});

test('what comes from outside is escaped, and its invisible characters are shown', () => {
  const page = pageOf(hostileCopy());
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  expect(page).not.toContain('<img');
  expect(page).not.toMatch(/<!--/);
  for (const character of ['\u202e', '\u0000', '\u2028']) expect(page).not.toContain(character);
  expect(page).toContain('\\u{202E}gnp.exe\\u{0000}\\u{2028}\u{1F469}\u200D\u{1F680}');
  const [, data = ''] = /id="report-data">(.*?)<\/script>/s.exec(page) ?? [];
  expect(JSON.parse(data).parts.errors).toEqual([visible(HOSTILE)]);
});

test('the policy allows the own script and style and nothing else', () => {
  const page = pageOf(SAMPLES['a copy by an inline Map']!());
  const [, policy = ''] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? [];
  const hash = (text: string) => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  expect(policy.split('; ')).toEqual([
    'default-src &#39;none&#39;',
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'base-uri &#39;none&#39;',
    'form-action &#39;none&#39;',
  ]);
  expect(page).not.toMatch(/\sstyle="|\son\w+="/);
});

test('10,000 parts take less than 3 MB', () => {
  expect(Buffer.byteLength(pageOf(largestCopy()))).toBeLessThan(3_000_000);
});

test('script and style are small', () => {
  expect(ASSETS.script.length + ASSETS.style.length).toBeLessThan(120_000);
  // uPlot asks for its licence to be passed on.
  expect(ASSETS.script).toContain('Permission is hereby granted, free of charge');
});

describe('numbers for people', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5 GiB'],
    [1024 ** 4 - 1, '1 TiB'],
    [10_000 * 5 * 1024 ** 3, '48.8 TiB'],
  ])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [12_345, '12.3 s'],
    [59_949, '59.9 s'],
    [59_951, '1 min 00 s'],
    [3_725_000, '1 h 02 min 05 s'],
  ])('%d ms', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    [0, '$0'],
    [0.00000001, '< $0.000001'],
    [0.0000032, '$0.0000032'],
    [0.0034, '$0.0034'],
    [0.01, '$0.01'],
    [2.847, '$2.85'],
  ])('%d dollars', (usd, text) => expect(formatUSD(usd)).toBe(text));

  test('one and many', () => {
    expect([plural(1, 'part'), plural(0, 'try'), plural(1, 'try'), plural(10_000, 'part')]).toEqual([
      '1 part',
      '0 tries',
      '1 try',
      '10,000 parts',
    ]);
  });
});
