import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock';
import type { BlobStore } from '../content/blobs';
import { readContent } from '../content/reader';
import { S3Error } from '../errors/s3-error';
import type { Store } from '../store/store';
import type { Target } from '../wire/addressing';
import type { OperationName } from '../wire/operation-names';
import type { Principal } from '../wire/principal';
import { encodeHeader, errorDocument, type ObjectBody, type S3Response, sendChunks } from '../wire/response';

/** Headers of all responses, including errors. */
const STANDARD_HEADERS = ['x-amz-request-id', 'x-amz-id-2', 'server', 'date'];

/**
 * Headers for browsers, because an object may be HTML of any author. It runs without scripts, and in another origin than this server.
 * Requests may have no Origin, Referer and Sec-Fetch-Site (old browsers, addresses that are neither localhost nor HTTPS). Then the server
 * does not know whether another page embeds the object, so it tells the browser to refuse that.
 */
const BROWSER_HEADERS = {
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** Where the content of objects is read from. */
export interface ContentSource {
  readonly store: Store;
  readonly blobs: BlobStore;
}

/** An HTTP request, its response, and details that are recorded while the request is processed. */
export class Exchange {
  readonly requestId = randomBytes(8).toString('hex').toUpperCase();
  readonly hostId = randomBytes(56).toString('base64');
  target: Target | undefined;
  operation: OperationName | undefined;
  principal: Principal | undefined;
  /** Code of the error in the response, if any. */
  errorCode: string | undefined;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Bytes of object data received and sent. */
  bytes = 0;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly source: ContentSource,
    private readonly clock: Clock,
  ) {
    this.started = clock.now();
    response.setHeader('x-amz-request-id', this.requestId);
    response.setHeader('x-amz-id-2', this.hostId);
    response.setHeader('server', 'AmazonS3');
    for (const [name, value] of Object.entries(BROWSER_HEADERS)) response.setHeader(name, value);
  }

  /** Allows pages of other origins to embed the object, because the sender of the request knows the secret of its access key. */
  allowEmbedding(): void {
    this.response.removeHeader('cross-origin-resource-policy');
  }

  /** The status of the response; 0 if the connection was closed without one. */
  get status(): number {
    return this.response.headersSent ? this.response.statusCode : 0;
  }

  /** Sends a response. With `truncate`, sends half of its body and closes the connection. */
  async send(answer: S3Response, truncate = false): Promise<void> {
    const { response } = this;
    this.setDate();
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, encodeHeader(String(value)));
    }
    const { body } = answer;
    if (body === undefined) {
      response.end();
    } else if (typeof body === 'string') {
      const bytes = Buffer.from(body);
      response.setHeader('content-length', bytes.length);
      if (truncate) this.cutAfter(bytes.subarray(0, bytes.length >> 1));
      else response.end(bytes);
    } else {
      await this.source.store.hold(body.content, () => this.sendContent(body, truncate));
    }
  }

  private async sendContent(body: ObjectBody, truncate: boolean): Promise<void> {
    this.response.setHeader('content-length', body.length);
    const chunks = readContent(body.content, this.source.blobs);
    if (truncate) {
      for await (const chunk of chunks) {
        this.cutAfter(Buffer.from(chunk.subarray(0, chunk.length >> 1)));
        return;
      }
    }
    this.bytes += await sendChunks(this.response, chunks);
    this.response.end();
  }

  private cutAfter(bytes: Uint8Array): void {
    this.response.write(bytes, () => this.response.socket?.destroySoon());
  }

  /** Sends an error, or closes the connection if a response has been started. */
  fail(error: S3Error): void {
    const { request, response } = this;
    this.errorCode = error.code;
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames()) {
      if (!STANDARD_HEADERS.includes(name) && !Object.hasOwn(BROWSER_HEADERS, name)) response.removeHeader(name);
    }
    this.setDate();
    response.statusCode = error.status;
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    // Do not wait for the rest of a stalled body.
    if (error.code === 'RequestTimeout') response.setHeader('connection', 'close');
    this.discardRequest();
    if (request.method === 'HEAD' || error.status === 304) {
      response.end();
      return;
    }
    response.setHeader('content-type', 'application/xml');
    response.end(errorDocument(error, this.requestId, this.hostId));
  }

  /** Sends an error document with status 200. */
  async failIn200(code: string, message: string, trailingWhitespace: boolean): Promise<void> {
    this.errorCode = code;
    this.discardRequest();
    const document = errorDocument(new S3Error(200, code, message), this.requestId, this.hostId);
    const body = trailingWhitespace ? `${document}\n` : document;
    await this.send({ status: 200, headers: { 'content-type': 'application/xml' }, body });
  }

  sendEmpty200(): void {
    this.discardRequest();
    this.setDate();
    this.response.writeHead(200, { 'content-length': 0 }).end();
  }

  /** Uses the clock of the server. Node.js would use the time of this machine. */
  private setDate(): void {
    this.response.setHeader('date', new Date(this.clock.now()).toUTCString());
  }

  /** Resets the connection. */
  reset(): void {
    this.request.socket.resetAndDestroy();
  }

  /** Resolves when the client closes the connection. */
  clientDisconnects(): Promise<void> {
    return new Promise((resolve) => this.response.once('close', resolve));
  }

  /** Reads the rest of the body, so that the connection can be used for the next request. */
  private discardRequest(): void {
    this.request.removeAllListeners('readable');
    this.request.resume();
  }
}
