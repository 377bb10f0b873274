import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Server } from '../../../local/s3';
import { sharedChunks } from '../../../local/s3/base/chunks';
import { backgroundLoad } from '../../../local/s3/checksums/background';
import { raw, until } from './clients';

const MIB = 1024 ** 2;

describe('large uploads', () => {
  let dir: string;
  let server: S3Server;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-'));
    server = await S3Server.start({ dir });
    server.createBucket('bucket');
  });

  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function untilNothingIsInUse(): Promise<void> {
    await until(
      async () =>
        sharedChunks().inUse === 0 &&
        backgroundLoad().digests === 0 &&
        (await readdir(join(dir, 'incoming'))).length === 0,
    );
  }

  it('at the same time do not mix', async () => {
    const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(3 * MIB + index * 70_001, `upload ${index} `));
    const md5 = (body: Buffer) => createHash('md5').update(body).digest();
    const put = async (body: Buffer, index: number): Promise<void> => {
      const headers = { 'content-md5': md5(body).toString('base64') };
      const answer = await raw(server, { method: 'PUT', path: `/bucket/${index}`, headers, body });
      expect([answer.status, answer.headers.etag]).toEqual([200, `"${md5(body).toString('hex')}"`]);
    };
    await Promise.all(bodies.map(put));
    for (const [index, body] of bodies.entries()) {
      const answer = await raw(server, { path: `/bucket/${index}` });
      expect(answer.body === body.toString()).toBe(true);
    }
    await untilNothingIsInUse();
  });

  it('that break off or are wrong store nothing', async () => {
    const { hostname, port } = new URL(server.endpoint);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT /bucket/broken HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${20 * MIB}\r\n\r\n`);
    socket.write(Buffer.alloc(6 * MIB));
    await until(() => sharedChunks().inUse > 0);
    socket.destroy();
    await once(socket, 'close');
    await untilNothingIsInUse();

    const headers = { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' };
    const wrong = await raw(server, {
      method: 'PUT',
      path: '/bucket/broken',
      headers,
      body: Buffer.alloc(5 * MIB, 'x'),
    });
    expect(wrong.body).toContain('<Code>BadDigest</Code>');
    await untilNothingIsInUse();
    expect((await raw(server, { path: '/bucket/broken' })).status).toBe(404);
  });

  it('in small chunks are joined', async () => {
    const piece = Buffer.alloc(777_777, 'signed chunk ');
    const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
    const body = Buffer.concat([...Array.from({ length: 5 }, () => chunk), Buffer.from('0\r\n\r\n')]);
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(5 * piece.length),
    };
    expect((await raw(server, { method: 'PUT', path: '/bucket/chunks', headers, body })).status).toBe(200);
    const answer = await raw(server, { path: '/bucket/chunks' });
    expect(answer.body === piece.toString().repeat(5)).toBe(true);
  });

  it('of XML that is too large are refused before they are complete', async () => {
    const answer = await raw(server, { method: 'PUT', path: '/bucket?versioning', body: Buffer.alloc(9 * MIB, ' ') });
    expect(answer.body).toContain('<Code>MaxMessageLengthExceeded</Code>');
    await untilNothingIsInUse();
  });

  it('can be read by many clients at the same time', async () => {
    const bodies = Array.from({ length: 6 }, (_, index) =>
      Buffer.alloc(4 * MIB + index * 50_001, `download ${index} `),
    );
    for (const [index, body] of bodies.entries()) {
      await raw(server, { method: 'PUT', path: `/bucket/download/${index}`, body });
    }
    const get = async (index: number): Promise<void> => {
      const headers = { range: `bytes=${index + 1}-` };
      const answer = await raw(server, { path: `/bucket/download/${index % 6}`, headers });
      expect(answer.body === bodies[index % 6]?.subarray(index + 1).toString()).toBe(true);
    };
    await Promise.all(Array.from({ length: 24 }, (_, index) => get(index)));
    await untilNothingIsInUse();
  });

  it('release memory if a client stops reading', async () => {
    await raw(server, { method: 'PUT', path: '/bucket/unread', body: Buffer.alloc(40 * MIB) });
    const { hostname, port } = new URL(server.endpoint);
    const socket = connect(Number(port), hostname);
    socket.write('GET /bucket/unread HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    expect(sharedChunks().inUse).toBeGreaterThan(0);
    socket.destroy();
    await untilNothingIsInUse();
  });
});
