import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { type ExecutionData, loadAssets, renderPage, toReport } from '../../../bin/report';
import { visible } from '../../../bin/report/format';
import { definitionOf } from '../../asl';
import { copy as workflow } from '../../lib/support';
import { FOLDER, ROOT } from '../support';
import { describeInBrowser, launch, open } from './browser';
import { HOSTILE, hostileCopy, largestCopy, SAMPLES } from './samples';

const ASSETS = loadAssets(join(ROOT, 'bin/dist'));
const definition = JSON.stringify(definitionOf(workflow({}).template()));

let files = 0;

/** @returns the path of the page */
function save(data: ExecutionData): string {
  const file = join(FOLDER, `${files++}.html`);
  writeFileSync(file, renderPage(toReport({ definition, ...data }), ASSETS, '1.2.3'));
  return file;
}

/** Rules of axe that depend on colours, which are all that differs between light and dark. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * Rules of axe that a page breaks, with the elements. The page's policy allows no script, so axe comes by the debugger.
 *
 * @param rules those that are checked; all by default
 */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

const inspector = (page: Page) => page.locator('#inspector').textContent();

describeInBrowser('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test.each(Object.keys(SAMPLES))('%s: axe finds nothing, in light and in dark', async (name) => {
    const file = save(SAMPLES[name]!());
    const { page, complaints } = await open(browser, file);
    await page.locator('details').evaluateAll((all: any[]) => all.forEach((each) => (each.open = true)));
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, RULES_OF_COLOURS)).toEqual([]);
    expect(complaints).toEqual({ errors: [], requests: [`file://${file}`] });
    await page.context().close();
  });

  test('hostile names are text and nothing else', async () => {
    const file = save(hostileCopy());
    const { page, complaints } = await open(browser, file);
    expect(await page.locator('h1').textContent()).toContain(visible(HOSTILE));
    expect(await page.locator('img').count()).toBe(0);
    await page.locator('#timeline-chart').focus();
    await page.keyboard.press('n');
    expect(await inspector(page)).toContain(visible(HOSTILE));
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual({ errors: [], requests: [`file://${file}`] });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.context().close();
  });

  test('the policy stops scripts that are not the page’s own', async () => {
    const { page } = await open(browser, save(SAMPLES['a copy by an inline Map']!()));
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.body.append(script);
    `);
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    await page.context().close();
  });

  test('a narrow window scrolls tables, not the page', async () => {
    const { page } = await open(browser, save(SAMPLES['a copy that failed']!()), { width: 400 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.context().close();
  });

  test('without JavaScript the texts and tables are there', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${save(SAMPLES['a copy of 750 parts']!())}`);
    expect(await page.locator('main').innerText()).toContain('The charts need JavaScript');
    expect(await page.locator('table').count()).toBeGreaterThan(3);
    await context.close();
  });

  describe('the timeline', () => {
    let page: Page;
    beforeAll(async () => {
      ({ page } = await open(browser, save(SAMPLES['a copy by an inline Map']!())));
    });
    afterAll(() => page?.context().close());
    beforeEach(async () => {
      await page.locator('#timeline-chart').focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('0');
    });

    /** The times that the axis of the timeline shows, drawn into pixels: compared as a picture. */
    const picture = () =>
      page.locator('#timeline-chart canvas').evaluate((canvas: any) => canvas.toDataURL() as string);

    test('goes from part to part by the arrow keys', async () => {
      await page.keyboard.press('ArrowRight');
      const first = await inspector(page);
      expect(first).toMatch(/^Part 1, worker 1: succeeded in 13\.3 s, 1 GiB at /);
      await page.keyboard.press('ArrowDown');
      expect(await inspector(page)).toMatch(/^Part 2, worker 2/);
      await page.keyboard.press('End');
      expect(await inspector(page)).toMatch(/^Part 40, worker 40/);
      await page.keyboard.press('Home');
      expect(await inspector(page)).toBe(first);
    });

    test('goes to what went wrong, and tells it', async () => {
      await page.keyboard.press('n');
      expect(await inspector(page)).toContain('Part 17, worker 17: succeeded');
      expect(await inspector(page)).toContain('3 tries: Throttled after 2.0 s, TransientS3Error after 3.0 s');
      expect(await inspector(page)).toContain('On the critical path.');
      expect(await page.locator('#inspector').getAttribute('aria-live')).toBe('polite');
    });

    test('zooms, moves and shows everything again', async () => {
      const whole = await picture();
      await page.keyboard.press('+');
      const closer = await picture();
      expect(closer).not.toBe(whole);
      await page.keyboard.press('Shift+ArrowRight');
      expect(await picture()).not.toBe(closer);
      await page.keyboard.press('0');
      expect(await picture()).toBe(whole);
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.getByRole('button', { name: 'Show all' }).click();
      expect(await picture()).toBe(whole);
    });

    test('leaves keys alone that it has no use for', async () => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).not.toBe('timeline-chart');
    });

    test('tells about what the mouse points at', async () => {
      const box = (await page.locator('#timeline-chart .u-over').boundingBox())!;
      await page.mouse.move(box.x + box.width / 4, box.y + (box.height * 16.5) / 40);
      expect(await inspector(page)).toContain('Part 17');
      await page.mouse.move(box.x + box.width / 4, box.y - 12);
      expect(await inspector(page)).toContain('State CopyParts: succeeded');
    });

    test('follows the colour scheme', async () => {
      const frames = () =>
        page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const light = await picture();
      await page.emulateMedia({ colorScheme: 'dark' });
      await frames();
      expect(await picture()).not.toBe(light);
      await page.emulateMedia({ colorScheme: 'light' });
      await frames();
      expect(await picture()).toBe(light);
    });
  });

  test('the table of parts can be sorted', async () => {
    const { page } = await open(browser, save(SAMPLES['a copy of 750 parts']!()));
    const durations = () =>
      page
        .locator('table.sortable tbody tr')
        .evaluateAll((rows: any[]) => rows.map((row) => Number(row.cells[3].dataset.value)));
    const head = page.locator('table.sortable th', { hasText: 'Duration' });
    await head.getByRole('button').click();
    const descending = await durations();
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.getByRole('button').click();
    expect(await durations()).toEqual([...descending].sort((a, b) => a - b));
    await page.context().close();
  });

  test('10,000 parts are a few hundred elements, all of them drawn and found', async () => {
    const { page, complaints } = await open(browser, save(largestCopy()));
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(2500);
    await page.locator('#timeline-chart').focus();
    await page.keyboard.press('End');
    expect(await inspector(page)).toMatch(/^Part 10000, worker \d+: succeeded/);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});
