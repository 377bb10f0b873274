import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { nodeErrorCode } from '../base/node-errors';
import { S3Error, s3Error } from '../errors/s3-error';
import { errorDocument } from '../wire/response';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The current or last request of a connection. */
const exchanges = new WeakMap<Duplex, Exchange>();

/** Creates an HTTP server that responds with S3 errors to malformed requests too, which Node's parser rejects by itself. */
export function createListener(): Server {
  const server = createServer({
    // No limit for a whole upload. Idle clients are detected while the body is read.
    requestTimeout: 0,
    // These timers of Node do not use the injected clock.
    headersTimeout: 60_000,
    connectionsCheckingInterval: 30_000,
    keepAliveTimeout: 60_000,
    // S3's limits are 8 KB of headers and 2 KB of metadata; copy sources can be long.
    maxHeaderSize: 64 * 1024,
    requireHostHeader: false,
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response });
    refuse(request, response, new S3Error(417, 'ExpectationFailed', 'The expectation cannot be met.'));
  });
  server.on('connect', (_, socket: Duplex) => {
    endWith(socket, s3Error('MethodNotAllowed', { Method: 'CONNECT', ResourceType: 'SERVICE' }));
  });
  server.on('clientError', answerMalformed);
  return server;
}

/** Passes well-formed requests to `handle`. */
export function serveRequests(
  server: Server,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    exchanges.set(request.socket, { request, response });
    if (request.headers.host === undefined && request.httpVersion === '1.1') refuse(request, response, badRequest());
    else handle(request, response);
  };
  server.on('request', serve);
  // `Expect: 100-continue` is answered when the body is read, so that refused requests are not uploaded.
  server.on('checkContinue', serve);
}

/** Responds to a malformed request, after the response to the previous one. */
function answerMalformed(parseError: Error, socket: Duplex): void {
  const code = nodeErrorCode(parseError);
  const last = exchanges.get(socket);
  const silent = 'bytesRead' in socket && socket.bytesRead === 0;
  if (code === 'ECONNRESET' || silent || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = errorOf(parseError, last?.request);
  const pending = last !== undefined && !last.response.writableFinished && !last.response.destroyed;
  if (!pending) {
    endWith(socket, error);
  } else if (last.request.complete) {
    // A complete request precedes the malformed one; its response must be sent first.
    last.response.once('finish', () => endWith(socket, error));
  } else if (last.response.headersSent) {
    socket.destroy();
  } else {
    endWith(socket, error);
  }
}

function errorOf(parseError: Error, last: IncomingMessage | undefined): S3Error {
  switch (nodeErrorCode(parseError)) {
    case 'HPE_HEADER_OVERFLOW':
      return new S3Error(
        400,
        'RequestHeaderSectionTooLarge',
        'The request header and query parameters used to make the request exceed the maximum allowed size.',
      );
    case 'HPE_INVALID_METHOD': {
      const { rawPacket } = parseError as { rawPacket?: Buffer };
      // Not an HTTP method at all, for example a TLS handshake.
      return /^[a-z]/i.test(rawPacket?.toString('latin1') ?? '') ? s3Error('MethodNotAllowed') : badRequest();
    }
    case 'HPE_INVALID_URL':
      return s3Error('InvalidUri');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return s3Error('RequestTimeout');
    case 'HPE_INVALID_EOF_STATE':
      return last?.complete === false ? s3Error('IncompleteBody') : badRequest();
    default:
      return badRequest();
  }
}

function badRequest(): S3Error {
  return new S3Error(400, 'BadRequest', 'An error occurred when parsing the HTTP request.');
}

/** Sends an error and closes the connection, because the start of the next request cannot be determined. */
function endWith(socket: Duplex, error: S3Error): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { headers, body } = answerTo(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n`;
  socket.end(head + body, () => socket.destroy());
}

function refuse(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  const { headers, body } = answerTo(error);
  request.resume();
  response.writeHead(error.status, headers).end(request.method === 'HEAD' ? undefined : body);
}

function answerTo(error: S3Error): { headers: Record<string, string | number>; body: string } {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const hostId = randomBytes(56).toString('base64');
  const body = errorDocument(error, requestId, hostId);
  return {
    headers: {
      'x-amz-request-id': requestId,
      'x-amz-id-2': hostId,
      server: 'AmazonS3',
      'content-type': 'application/xml',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    },
    body,
  };
}
