import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createListener, serveRequests } from '../../../../local/s3/http/listener';
import { until as untilThere } from '../../../until';
import { until } from '../clients';

let server: Server;
let handled: string[];
let release: (() => void) | undefined;

async function start(): Promise<void> {
  handled = [];
  server = createListener();
  serveRequests(server, (request, response) => {
    handled.push(`${request.method} ${request.url}`);
    request.on('error', () => undefined).resume();
    if (request.url === '/held') release = () => response.end('held');
    else if (request.url === '/streamed') response.write('begun');
    else request.on('end', () => response.end('served'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What comes back until the server closes the connection. */
async function exchange(
  text: string,
  options: { end?: boolean; then?: () => void | Promise<void> } = {},
): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  if (options.end === true) socket.end(text, 'latin1');
  else socket.write(text, 'latin1');
  await options.then?.();
  await closed;
  return answer;
}

const put = (headers: string, body = ''): string => `PUT /b/k HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${body}`;
const error = (status: number, code: string): RegExp =>
  new RegExp(
    `^HTTP/1\\.1 ${status} [^]*x-amz-request-id: (\\w+)[^]*<Error><Code>${code}</Code><Message>[^<]+</Message>[^]*<RequestId>\\1</RequestId><HostId>[^<]+</HostId></Error>$`,
  );

describe('a malformed request', () => {
  beforeEach(() => start());

  it.each([
    ['a length that is no number', put('Content-Length: five'), 400, 'BadRequest'],
    ['a negative length', put('Content-Length: -5'), 400, 'BadRequest'],
    ['two lengths', put('Content-Length: 5\r\nContent-Length: 6', 'hello'), 400, 'BadRequest'],
    ['a length and chunks', put('Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), 400, 'BadRequest'],
    ['chunks that are not the last encoding', put('Transfer-Encoding: chunked, identity'), 400, 'BadRequest'],
    ['a method that nobody knows', 'STEAL /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n', 405, 'MethodNotAllowed'],
    ['a tunnel', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405, 'MethodNotAllowed'],
    ['headers without end', put(`x-amz-meta-a: ${'a'.repeat(70_000)}`), 400, 'RequestHeaderSectionTooLarge'],
    ['an address without end', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`, 400, 'RequestHeaderSectionTooLarge'],
    ['an expectation that is none', put('Expect: foo\r\nContent-Length: 2', 'hi'), 417, 'ExpectationFailed'],
    ['an address beyond ASCII', 'GET /b/h\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'InvalidURI'],
    ['no host', 'GET /b/k HTTP/1.1\r\n\r\n', 400, 'BadRequest'],
    ['a header without a name', put(': value'), 400, 'BadRequest'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00', 400, 'BadRequest'],
  ])('gets an S3 error: %s', async (_, text, status, code) => {
    const answer = await exchange(text);
    expect(answer).toMatch(error(status, code));
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(handled).toEqual([]);
  });

  it('can be a body that ends too early', async () => {
    expect(await exchange(put('Content-Length: 100', 'only this'), { end: true })).toMatch(
      error(400, 'IncompleteBody'),
    );
  });

  it('is answered after the previous request', async () => {
    const answer = exchange('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\nNONSENSE\r\n\r\n');
    (await untilThere(() => release))();
    expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 405']);
  });

  it('is not answered within another response', async () => {
    const answer = await exchange(
      'PUT /streamed HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n',
    );
    expect(answer).not.toContain('<Error>');
  });

  it('does not affect other connections', async () => {
    await exchange('NONSENSE\r\n\r\n');
    expect(await exchange('GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toContain('served');
  });
});

describe('an idle client', () => {
  beforeEach(() => start());

  /** Node reports a head that takes longer than `headersTimeout` like this. */
  async function exchangeUntilTimeout(text: string): Promise<string> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    return exchange(text, {
      then: async () => {
        const [socket] = await accepted;
        await until(() => socket.bytesRead === text.length);
        server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
      },
    });
  }

  it('within request headers gets an error', async () => {
    expect(await exchangeUntilTimeout('PUT /b/k HTTP/1.1\r\nHost: local')).toMatch(error(400, 'RequestTimeout'));
  });

  it('without any bytes is disconnected without a response', async () => {
    expect(await exchangeUntilTimeout('')).toBe('');
  });
});
