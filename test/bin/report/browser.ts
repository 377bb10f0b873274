import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, macOS and Google put it. */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

/** Tests in a browser; skipped with a reason where there is none. */
export const describeInBrowser = executablePath === undefined ? describe.skip : describe;

if (executablePath === undefined) {
  process.stderr.write('Tests in a browser are skipped: no Chromium found. Install it, or name it by CHROMIUM.\n');
}

export async function launch(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...args] });
}

/** What a page did that it should not: errors, and requests for anything but itself. */
export interface Complaints {
  readonly errors: string[];
  readonly requests: string[];
}

export interface OpenedPage {
  readonly page: Page;
  readonly complaints: Complaints;
}

/** Opens a file, and waits until its charts are drawn. */
export async function open(
  browser: Browser,
  file: string,
  { width = 1240 }: { readonly width?: number } = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ colorScheme: 'light', viewport: { width, height: 900 }, offline: true });
  const page = await context.newPage();
  const complaints: Complaints = { errors: [], requests: [] };
  page.on('pageerror', (error) => complaints.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => complaints.requests.push(request.url()));
  await page.goto(`file://${file}`);
  await page.locator('[data-ready]').waitFor({ state: 'attached' });
  return { page, complaints };
}
