import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { type Browser, type Page } from 'playwright-core';
import { S3Server } from '../../../local/s3';
import { describeInBrowser, launch } from '../../bin/report/browser';
import { raw } from '../s3/clients';

/*
 * A hostile page in a real browser. A host name that its owner makes resolve to this machine stands for DNS rebinding.
 */

describeInBrowser('a web page cannot use the embedded S3', () => {
  let browser: Browser;
  let s3: S3Server;
  let site: Server;
  let page: Page;
  let html = '';

  beforeAll(async () => {
    browser = await launch(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
    site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  beforeEach(async () => {
    s3 = await S3Server.start();
    s3.createBucket('bucket');
    const stored = `<script>
      document.title = 'ran';
      fetch('/').then((answer) => answer.text()).then((text) => (document.title = text));
    </script>`;
    for (const [key, type] of [
      ['k', 'text/plain'],
      ['page.html', 'text/html'],
      ['page.svg', 'image/svg+xml'],
    ] as const) {
      const body = key === 'page.svg' ? `<svg xmlns="http://www.w3.org/2000/svg">${stored}</svg>` : stored;
      await raw(s3, { method: 'PUT', path: `/bucket/${key}`, headers: { 'content-type': type }, body });
    }
    page = await (await browser.newContext()).newPage();
  });

  afterEach(async () => {
    await page.context().close();
    await s3.close();
  });

  /** Opens a page of the site. */
  async function visit(markup: string): Promise<void> {
    html = `<!doctype html><title>site</title>${markup}`;
    await page.goto(`http://evil.example:${(site.address() as AddressInfo).port}/`);
  }

  const isThere = async (): Promise<boolean> => (await raw(s3, { method: 'HEAD', path: '/bucket/k' })).status === 200;

  const statuses = (): number[] =>
    s3.requestLog
      .entries()
      .slice(3)
      .map(({ status }) => status);

  test('a form with a presigned query that nobody signed deletes nothing', async () => {
    // What a form of the type text/plain sends for a field: its name, =, its value.
    const [name, value] = ["<Delete a='", "'><Object><Key>k</Key></Object></Delete>"];
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(`${name}=${value}\r\n`));
    const checksum = `x-amz-checksum-crc32=${encodeURIComponent(crc.toString('base64'))}`;
    const query = `AWSAccessKeyId=any&Signature=any&Expires=4102444800&${checksum}`;
    const input = `<input name="${name.replace('<', '&lt;')}" value="${value.replaceAll('<', '&lt;')}">`;
    await visit(
      `<form method="post" enctype="text/plain" action="${s3.endpoint}/bucket?delete&${query}">${input}</form>`,
    );
    const answered = page.waitForResponse((response) => response.url().startsWith(s3.endpoint));
    await page.evaluate('document.forms[0].submit()');
    expect((await answered).status()).toBe(403);
    expect(await isThere()).toBe(true);
  });

  test('a form starts no upload', async () => {
    await visit(`<form method="post" action="${s3.endpoint}/bucket/k?uploads"></form>`);
    const answered = page.waitForResponse((response) => response.url().startsWith(s3.endpoint));
    await page.evaluate('document.forms[0].submit()');
    expect((await answered).status()).toBe(403);
    expect(s3.openUploads()).toEqual([]);
  });

  test('fetch reads and writes nothing', async () => {
    await visit('');
    const attempts = ['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) =>
      ['cors', 'no-cors'].map((mode) => ({ method, mode })),
    );
    for (const attempt of attempts) {
      await page.evaluate(
        ([url, options]) =>
          fetch(url as string, options as RequestInit).then(
            () => 'answered',
            () => 'refused',
          ),
        [`${s3.endpoint}/bucket/k?uploads`, attempt] as const,
      );
    }
    expect(await isThere()).toBe(true);
    expect(s3.openUploads()).toEqual([]);
    const answered = statuses().slice(0, -1);
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter((status) => status < 400)).toEqual([]);
  });

  test('an image, a script and a frame get nothing', async () => {
    const address = `${s3.endpoint}/bucket/k`;
    await visit(`<img src="${address}"><script src="${address}"></script><iframe src="${address}"></iframe>`);
    await page.waitForLoadState('networkidle');
    expect(statuses()).toEqual([403, 403, 403]);
  });

  test('a host name that its owner makes refer to this machine lists nothing', async () => {
    const { port } = new URL(s3.endpoint);
    const answer = await page.goto(`http://evil.example:${port}/`);
    expect(answer!.status()).toBe(403);
    expect(await answer!.text()).toContain('evil.example');
    expect(await answer!.text()).not.toContain('<Name>bucket</Name>');
    expect(
      await page
        .evaluate(() => fetch('/bucket/k?uploads', { method: 'POST' }).then(({ status }) => status))
        .catch(() => 403),
    ).toBe(403);
    expect(s3.openUploads()).toEqual([]);
  });

  test.each(['page.html', 'page.svg'])('%s that is stored runs no script', async (key) => {
    const answer = await page.goto(`${s3.endpoint}/bucket/${key}`);
    expect(answer!.status()).toBe(200);
    await page.waitForLoadState('networkidle');
    expect(await page.title()).not.toContain('ran');
    expect(await page.title()).not.toContain('ListAllMyBucketsResult');
    expect(s3.requestLog.counts().ListBuckets).toBeUndefined();
  });
});
