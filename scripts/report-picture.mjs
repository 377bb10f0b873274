// Creates docs/images/report-light.png and report-dark.png, the pictures of the report page in the README, from a local run of 1 TiB at the
// published speed of S3, with a few faults. It takes two minutes, and needs Chromium, and pngquant to compress the files.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'report-picture-'));
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

const setup = { sourceBucket: { name: 'raw-footage' }, destinationBucket: { name: 'media-lake' } };

const slowDown = { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' };
const internalError = { kind: 'error-in-200', code: 'InternalError', message: 'We encountered an internal error.' };
const delay = (milliseconds) => ({ kind: 'delay', milliseconds });
const part = (partNumber, times, fault) => ({ operation: 'UploadPartCopy', partNumber, times, fault });
const some = (probability, seed, fault) => ({ operation: 'UploadPartCopy', probability, seed, fault });
/** A worker makes four attempts, so four faults cause one retry by the state machine. The delays differ, so that no two parts take the same time. */
const faults = [
  part(61, 4, slowDown),
  part(188, 5, slowDown),
  part(134, 8, slowDown),
  part(178, 4, internalError),
  part(172, 1, delay(17_000)),
  some(0.01, 3, delay(9000)),
  some(0.1, 5, delay(3200)),
  some(0.25, 7, delay(1600)),
  some(0.5, 9, delay(700)),
];

try {
  const page = join(folder, 'report.html');
  const faultsFile = write('faults.json', faults);
  const setupFile = write('setup.json', setup);
  const options = ['--latency', 'aws', '--time-scale', '1', '--faults', faultsFile, '--source-setup', setupFile];
  const mpcopy = join(root, 'bin', 'dist', 'mpcopy.js');
  const what = ['local', '--size', '1TiB', '--key', 'incoming/interview-8k.mxf', '--report', page];
  execFileSync(process.execPath, [mpcopy, ...what, ...options], { stdio: 'inherit' });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const colorScheme of ['light', 'dark']) await picture(browser, page, colorScheme);
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Takes a picture from the top of the page to the end of the throughput chart. */
async function picture(browser, file, colorScheme) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 900 }, deviceScaleFactor: 1.5 });
  await page.goto(`file://${file}`);
  await page.locator('[data-ready]').waitFor({ state: 'attached' });
  await page.locator('[data-do="next"]').click();
  await page.locator('[data-do="next"]').click();
  await page.mouse.move(0, 0);
  const { y, height } = await page.locator('#throughput-chart').boundingBox();
  const path = join(root, 'docs', 'images', `report-${colorScheme}.png`);
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 1100, height: y + height + 4 }, fullPage: true });
  execFileSync('pngquant', ['--force', '--ext', '.png', '--speed', '1', '--quality', '80-100', '256', path]);
  await page.close();
}

function write(name, content) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
