import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { S3Server } from '../../../local/s3';
import { raw } from './clients';

/** Sends raw bytes and returns everything received until the server closes; `cut` closes the connection after the last byte. */
async function exchange(server: S3Server, text: string, cut = false): Promise<string> {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      if (cut) socket.end(text, 'latin1');
      else socket.write(text, 'latin1');
    });
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

describe('bad requests', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await S3Server.start();
    server.createBucket('bucket', { versioning: 'Enabled', blockCustomerKeys: false });
    server.putGenerated({ bucket: 'bucket', key: 'k', size: 1000 });
  });

  afterAll(async () => {
    await server.close();
  });

  const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_./%?&=+:;,"<>*#@~'), maxLength: 20 });
  const headerValue = fc.oneof(
    token,
    fc.constantFrom(
      '0',
      '-1',
      '1e9',
      '9'.repeat(30),
      'bytes=0-',
      'bytes=5-2',
      'bucket/k',
      '/bucket/k?versionId=null',
      'AES256',
      'aws:kms',
      'ENABLED',
      '*',
      '""',
      'x'.repeat(3000),
      '\xff\xfe',
    ),
  );
  const header = fc.tuple(
    fc.constantFrom(
      'range',
      'x-amz-copy-source',
      'x-amz-copy-source-range',
      'x-amz-checksum-crc32',
      'x-amz-checksum-type',
      'x-amz-checksum-algorithm',
      'content-md5',
      'x-amz-tagging',
      'x-amz-meta-a',
      'x-amz-storage-class',
      'x-amz-acl',
      'x-amz-grant-read',
      'if-match',
      'if-none-match',
      'if-modified-since',
      'x-amz-server-side-encryption',
      'x-amz-server-side-encryption-customer-key',
      'x-amz-object-lock-mode',
      'x-amz-object-attributes',
      'x-amz-expected-bucket-owner',
      'x-amz-mp-object-size',
      'x-amz-content-sha256',
      'content-encoding',
      'x-amz-decoded-content-length',
      'x-amz-trailer',
      'authorization',
      'x-amz-website-redirect-location',
      'content-type',
      'expires',
      'no-such-header',
      'x-amz-checksum-mode',
      'x-amz-max-parts',
    ),
    headerValue,
  );
  const path = fc.oneof(
    fc
      .tuple(fc.constantFrom('/', '/bucket', '/bucket/k', '/bucket/new', '/nope/k', '//'), token)
      .map(([base, rest]) => base + rest.replaceAll(' ', '')),
    fc
      .tuple(
        fc.constantFrom('/bucket', '/bucket/k'),
        fc.constantFrom(
          'uploads',
          'uploadId=x',
          'partNumber=1&uploadId=x',
          'partNumber=0',
          'partNumber=99999',
          'versionId=zzz',
          'tagging',
          'acl',
          'attributes',
          'retention',
          'legal-hold',
          'restore',
          'annotation',
          'annotation&annotationName=n',
          'versioning',
          'encryption',
          'policy',
          'lifecycle',
          'object-lock',
          'delete',
          'list-type=2',
          'list-type=2&max-keys=-1',
          'versions',
          'continuation-token=%00',
          'session',
          'requestPayment',
          'ownershipControls',
          'response-content-disposition=%0d%0aX:%20y',
          'response-content-type=%E6%97%A5',
          'location',
        ),
      )
      .map(([base, query]) => `${base}?${query}`),
  );
  const body = fc.oneof(
    fc.string({ maxLength: 100 }),
    fc.constantFrom(
      '<',
      '<A/>',
      '<Delete><Object><Key>k</Key></Object></Delete>',
      '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>',
      '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      '<VersioningConfiguration><Status>Maybe</Status></VersioningConfiguration>',
      '{"Statement": 1}',
      `${'<a>'.repeat(500)}`,
      '5\r\nhello\r\n0\r\n\r\n',
      '<RestoreRequest><Days>-1</Days></RestoreRequest>',
      '<LifecycleConfiguration><Rule><Status>Enabled</Status></Rule></LifecycleConfiguration>',
    ),
  );

  it('get an S3 error and do not crash the server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH'),
        path,
        fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name }),
        body,
        async (method, target, headers, content) => {
          const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          const bytes = Buffer.from(content).toString('latin1');
          const answer = await exchange(
            server,
            `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n${lines}\r\n${bytes}`,
          );
          const status = statusOf(answer);
          expect({ answer: answer.slice(0, 500), ok: status >= 200 && status !== 500 }).toEqual({
            answer: answer.slice(0, 500),
            ok: true,
          });
        },
      ),
      { numRuns: 600 },
    );
    expect((await raw(server, { path: '/bucket', method: 'HEAD' })).status).toBe(200);
  });

  it('cannot be smuggled by two Content-Length headers', async () => {
    const smuggled = 'DELETE /bucket/k HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const before = server.requestLog.counts().DeleteObject ?? 0;
    for (const headers of [
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      'Content-Length: 0\r\nContent-Length: 5',
      'Transfer-Encoding: chunked, identity',
    ]) {
      const answer = await exchange(
        server,
        `PUT /bucket/x HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n0\r\n\r\n${smuggled}`,
      );
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      expect(statusOf(answer)).toBe(400);
    }
    expect(server.requestLog.counts().DeleteObject ?? 0).toBe(before);
  });

  it('that are too large are refused before the body is sent', async () => {
    const answer = await exchange(
      server,
      `PUT /bucket/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${6 * 1024 ** 3}\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('<Code>EntityTooLarge</Code>');
  });

  it('with Expect: 100-continue are refused without it', async () => {
    const put = (target: string) =>
      `PUT ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi`;
    expect(await exchange(server, put('/bucket/continued'))).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
    expect(await exchange(server, put('/no-such-bucket/x'))).toMatch(/^HTTP\/1\.1 404/);
  });

  it('that end too early store nothing', async () => {
    await exchange(
      server,
      'PUT /bucket/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this',
      true,
    );
    expect((await raw(server, { path: '/bucket/half' })).status).toBe(404);
    const chunked = 'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: 5';
    const answer = await exchange(
      server,
      `PUT /bucket/half HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${chunked}\r\nContent-Length: 6\r\n\r\n5\r\nhel`,
    );
    expect(answer).toContain('<Code>IncompleteBody</Code>');
  });

  it('leave the connection usable after an error', async () => {
    const get = 'GET /bucket/missing HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const put = 'PUT /nope/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello';
    const last = get.replace('localhost', 'localhost\r\nConnection: close');
    const answer = await exchange(server, put + get + put + last);
    expect(answer.match(/HTTP\/1\.1 404/g)).toHaveLength(4);
  });

  it('never reach a file outside the data directory', async () => {
    const parent = await mkdtemp(join(tmpdir(), 's3-'));
    const files = await S3Server.start({ dir: join(parent, 'data') });
    try {
      files.createBucket('bucket');
      for (const key of ['../../escaped', '..%2F..%2Fescaped', '/etc/passwd', '%2e%2e/%2e%2e/x', 'a/../../../b']) {
        const put = await exchange(
          files,
          `PUT /bucket/${key} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx`,
        );
        expect(statusOf(put)).toBe(200);
      }
      for (const bucket of ['..', '.', '%2e%2e', 'a%2F..%2Fb', 'A%20B']) {
        const put = await exchange(
          files,
          `PUT /${bucket} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
        );
        expect(put).toContain('<Code>InvalidBucketName</Code>');
      }
      expect(await readdir(parent)).toEqual(['data']);
      expect((await readdir(join(parent, 'data'))).sort()).toEqual([
        'blobs',
        'embedded-s3.json',
        'incoming',
        'journal.jsonl',
        'lock',
      ]);
    } finally {
      await files.close();
      await rm(parent, { recursive: true, force: true });
    }
  });
});
