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

/** The request that a connection is at, or was at last. */
const exchanges = new WeakMap<Duplex, Exchange>();

/** An HTTP server that answers S3's errors also to what is no request, which Node's parser refuses before anybody has seen it. */
export function createListener(): Server {
  const server = createServer({
    // A long upload is no attack; silence within a request is watched where its body is read.
    requestTimeout: 0,
    // Node's own timers, which follow no other clock.
    headersTimeout: 60_000,
    connectionsCheckingInterval: 30_000,
    keepAliveTimeout: 60_000,
    // 8 KB of headers and 2 KB of metadata, with room for long copy sources.
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

/** Gives the requests that a listener understands to `handle`. */
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
  // The body asks for its bytes when it is read; a request that is refused never uploads them.
  server.on('checkContinue', serve);
}

/** Answers what the parser could not read, in its turn. */
function answerMalformed(trouble: Error, socket: Duplex): void {
  const code = nodeErrorCode(trouble);
  const last = exchanges.get(socket);
  const silent = 'bytesRead' in socket && socket.bytesRead === 0;
  if (code === 'ECONNRESET' || silent || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = errorOf(trouble, last?.request);
  const pending = last !== undefined && !last.response.writableFinished && !last.response.destroyed;
  if (!pending) {
    endWith(socket, error);
  } else if (last.request.complete) {
    // The trouble is behind a request that was read whole: its answer comes first.
    last.response.once('finish', () => endWith(socket, error));
  } else if (last.response.headersSent) {
    socket.destroy();
  } else {
    endWith(socket, error);
  }
}

function errorOf(trouble: Error, last: IncomingMessage | undefined): S3Error {
  switch (nodeErrorCode(trouble)) {
    case 'HPE_HEADER_OVERFLOW':
      return new S3Error(
        400,
        'RequestHeaderSectionTooLarge',
        'The request header and query parameters used to make the request exceed the maximum allowed size.',
      );
    case 'HPE_INVALID_METHOD': {
      const { rawPacket } = trouble as { rawPacket?: Buffer };
      // The greeting of TLS, say, has no method at all.
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

/** The last answer of a connection: what would follow cannot be told apart. */
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
