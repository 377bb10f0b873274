// Measures how fast the report page of a copy in 10,000 parts opens: `npm run bench:report`. It creates the page by a local run of
// 48.8 TiB, opens it in headless Chromium, and prints its size, the time until both charts are drawn, and the time of a zoom by keyboard.
/* global document, KeyboardEvent, requestAnimationFrame -- of the page */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROUNDS = 5;
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) throw new Error('Chromium was not found; install it, or set CHROMIUM to its path');

const mpcopy = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'dist', 'mpcopy.js');
const folder = mkdtempSync(join(tmpdir(), 'report-page-'));
const file = join(folder, 'report.html');
try {
  const [, run] = timed(() => mpcopyLocal());
  const [, runWithReport] = timed(() => mpcopyLocal('--report', file));
  console.log(`the run ${run.toFixed(1)} s, with --report ${runWithReport.toFixed(1)} s`);
  console.log(`${(statSync(file).size / 1e6).toFixed(2)} MB for 10,000 parts`);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
    await page.goto(`file://${file}`);
    await page.locator('[data-ready]').waitFor({ state: 'attached' });
    const ready = await page.evaluate(() => performance.getEntriesByName('report-ready')[0].startTime);
    const zoom = await page.evaluate(async () => {
      const began = performance.now();
      document
        .getElementById('timeline-chart')
        .dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true, cancelable: true }));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now() - began;
    });
    console.log(`ready after ${Math.round(ready)} ms, a zoom takes ${Math.round(zoom)} ms`);
    await page.close();
  }
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function mpcopyLocal(...args) {
  const all = [mpcopy, 'local', '--size', '48.8TiB', '--time-scale', '100', '--json', ...args];
  return execFileSync(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 });
}

function timed(action) {
  const began = performance.now();
  return [action(), (performance.now() - began) / 1000];
}
