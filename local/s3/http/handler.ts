import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readContent } from '../content/reader';
import { S3Error, s3Error } from '../errors/s3-error';
import { bodyKeys } from '../iam/body-keys';
import { plainAddress } from '../iam/networks';
import { operations } from '../operations';
import { bucketBehind } from '../operations/access-points';
import { type Operation, type OperationContext } from '../operations/context';
import { checkDirectoryRequest } from '../rules/directory-buckets';
import { checkExpectedOwner } from '../rules/expected-owner';
import { checkRegion } from '../rules/regions';
import { checkPayer, isCharged } from '../rules/requester-pays';
import type { Fault, FaultInjector } from '../simulation/faults';
import type { Latency } from '../simulation/latency';
import type { RequestLog } from '../simulation/request-log';
import { parseTarget, type Target } from '../wire/addressing';
import { type OperationName } from '../wire/operation-names';
import type { Principal } from '../wire/principal';
import { headersOf, S3Request } from '../wire/request';
import { encodeHeader, errorDocument, type S3Response, sendChunks } from '../wire/response';
import { signingScopeOf } from '../wire/signing-scope';
import { HttpRequestBody } from './body';
import { accessKeyOf } from './credentials';
import { answerKms, kmsFailure } from './kms-api';
import { route } from './router';
import { type ReceivedRequest, sha256Hex } from './signatures/canonical-request';
import { verifySignature } from './signatures/verify';

/** What becomes known of a request on its way, for the log and the error document. */
interface Exchange {
  readonly requestId: string;
  readonly hostId: string;
  readonly started: number;
  target?: Target;
  operation?: OperationName;
  principal?: Principal;
  bytes: number;
}

/** Takes a request from the wire to its operation and the answer back. */
export class RequestHandler {
  constructor(
    private readonly context: OperationContext,
    private readonly faults: FaultInjector,
    private readonly log: RequestLog,
    private readonly latency?: Latency,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kmsTarget = request.headers['x-amz-target'];
    if (typeof kmsTarget === 'string' && kmsTarget.startsWith('TrentService.')) {
      await this.handleKms(request, response, kmsTarget);
      return;
    }
    const exchange: Exchange = {
      requestId: randomBytes(8).toString('hex').toUpperCase(),
      hostId: randomBytes(56).toString('base64'),
      started: this.context.clock.now(),
      bytes: 0,
    };
    response.setHeader('x-amz-request-id', exchange.requestId);
    response.setHeader('x-amz-id-2', exchange.hostId);
    response.setHeader('server', 'AmazonS3');
    let errorCode: string | undefined;
    try {
      errorCode = await this.serve(request, response, exchange);
    } catch (error) {
      errorCode = this.fail(request, response, exchange, asS3Error(error));
    }
    this.log.add({
      time: new Date(this.context.clock.now()).toISOString(),
      operation: exchange.operation ?? 'Unknown',
      bucket: exchange.target?.bucket ?? '',
      key: exchange.target?.key ?? '',
      principal: exchange.principal?.accessKeyId ?? 'anonymous',
      status: response.headersSent ? response.statusCode : 0,
      ...(errorCode !== undefined && { errorCode }),
      bytes: exchange.bytes,
      milliseconds: this.context.clock.now() - exchange.started,
    });
  }

  /** KMS answers at the same endpoint, so that clients can make the keys that they name. It is no S3: nothing is logged. */
  private async handleKms(request: IncomingMessage, response: ServerResponse, target: string): Promise<void> {
    const { kms, accounts } = this.context;
    let answer;
    try {
      const body = await new HttpRequestBody(request, response, this.context.clock).text();
      const { headers } = request;
      const accessKeyId = accessKeyOf(headers, new Map(), this.context.clock.now());
      const signee = { services: ['kms'], payloadHash: sha256Hex(Buffer.from(body)) };
      verifySignature(received(request), accounts.find(accessKeyId), this.context.clock.now(), signee);
      const caller = { accessKeyId, region: signingScopeOf(headers, new Map())?.region };
      answer = answerKms(kms, accounts, target, body, caller);
    } catch (error) {
      answer = kmsFailure(asS3Error(error));
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
  }

  /** Returns the code of an injected error. */
  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ): Promise<string | undefined> {
    const s3Request = this.understand(request, response, exchange);
    const fault = this.faults.next({
      operation: s3Request.operation,
      bucket: s3Request.bucket,
      key: s3Request.key,
      partNumber: numberOf(s3Request.parameter('partNumber')),
    });
    if (fault !== undefined && !takesEffect(fault)) {
      await this.injectInstead(request, response, exchange, fault);
      return 'code' in fault ? fault.code : fault.kind;
    }
    await this.guard(s3Request);
    const operation = operations[s3Request.operation];
    if (operation === undefined) throw s3Error('NotImplemented');
    const answer = await this.run(operation, s3Request);
    if (isCharged(this.context.store.findBucket(s3Request.bucket), s3Request))
      response.setHeader('x-amz-request-charged', 'requester');
    if (fault?.kind === 'reset-after') {
      request.socket.resetAndDestroy();
      return fault.kind;
    }
    exchange.bytes += s3Request.body.received;
    await this.wait(s3Request, answer);
    await this.send(response, exchange, answer, fault?.kind === 'truncate');
    return fault?.kind;
  }

  private understand(request: IncomingMessage, response: ServerResponse, exchange: Exchange): S3Request {
    const named = parseTarget(request.url ?? '/', request.headers.host);
    exchange.target = named;
    const { bucket, accessPoint } = bucketBehind(this.context, named.bucket);
    const target = { ...named, bucket };
    exchange.target = target;
    const headers = headersOf(request.headers, target.query);
    const method = request.method ?? 'GET';
    exchange.operation = route(
      method,
      target,
      (name) => headers[name] !== undefined,
      signingScopeOf(request.headers, target.query)?.service,
    );
    const sourceIp = plainAddress(request.socket.remoteAddress ?? '');
    const accessKeyId = accessKeyOf(request.headers, target.query, this.context.clock.now());
    exchange.principal = this.context.accounts.find(accessKeyId);
    const signatures = verifySignature(received(request), exchange.principal, this.context.clock.now());
    const body = new HttpRequestBody(request, response, this.context.clock, headers, signatures);
    const { operation, principal } = exchange;
    return new S3Request(operation, method, target, headers, body, principal, accessPoint, sourceIp);
  }

  /** What holds for every operation on a bucket. */
  private async guard(request: S3Request): Promise<void> {
    if (this.latency?.admit(request.method, request.bucket, request.key) === false) throw s3Error('SlowDown');
    const bucket = this.context.store.findBucket(request.bucket);
    if (bucket !== undefined) checkRegion(bucket, request);
    const { authorizer } = this.context;
    if (authorizer !== undefined)
      authorizer.authorizeRequest(request, bucket, await bodyKeys(request, this.context.clock.now()));
    if (bucket === undefined) return;
    checkExpectedOwner(bucket, request.header('x-amz-expected-bucket-owner'));
    checkPayer(bucket, request);
    if (bucket.settings.directory) checkDirectoryRequest(request);
  }

  /** Who may not list a bucket does not learn which keys it lacks. Of the source of a copy, that is checked where it is looked for. */
  private async run(operation: Operation, request: S3Request): Promise<S3Response> {
    try {
      return await operation(this.context, request);
    } catch (error) {
      const bucket = this.context.store.findBucket(request.bucket);
      const missing = error instanceof S3Error && error.code === 'NoSuchKey' && bucket !== undefined;
      if (missing && request.header('x-amz-copy-source') === undefined) {
        const { key, accessPoint } = request;
        this.context.authorizer?.authorizeMissing(request, {
          bucket,
          key,
          ...(accessPoint !== undefined && { accessPoint }),
        });
      }
      throw error;
    }
  }

  private async wait(request: S3Request, answer: S3Response): Promise<void> {
    if (this.latency === undefined) return;
    const sent = typeof answer.body === 'object' ? answer.body.length : 0;
    const bytes = answer.bytesCopied ?? sent + request.body.received;
    await this.latency.wait(request.operation, bytes);
  }

  private async send(
    response: ServerResponse,
    exchange: Exchange,
    answer: S3Response,
    truncate: boolean,
  ): Promise<void> {
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
      if (truncate) cutAfter(response, bytes.subarray(0, bytes.length >> 1));
      else response.end(bytes);
    } else {
      await this.context.store.hold(body.content, async () => {
        response.setHeader('content-length', body.length);
        const chunks = readContent(body.content, this.context.blobs);
        if (truncate) {
          for await (const chunk of chunks)
            return cutAfter(response, Buffer.from(chunk.subarray(0, chunk.length >> 1)));
        }
        exchange.bytes += await sendChunks(response, chunks);
        response.end();
      });
    }
  }

  /** Answers with an error; returns its code. */
  private fail(request: IncomingMessage, response: ServerResponse, exchange: Exchange, error: S3Error): string {
    if (response.headersSent || response.destroyed) {
      // An answer was on its way: all that is left is to let the client notice.
      response.destroy();
      return error.code;
    }
    for (const name of response.getHeaderNames()) {
      if (!['x-amz-request-id', 'x-amz-id-2', 'server'].includes(name)) response.removeHeader(name);
    }
    response.statusCode = error.status;
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    // What would still come of a body that stalled is not worth waiting for.
    if (error.code === 'RequestTimeout') response.setHeader('connection', 'close');
    drain(request);
    if (request.method === 'HEAD' || error.status === 304) {
      response.end();
      return error.code;
    }
    response.setHeader('content-type', 'application/xml');
    response.end(errorDocument(error, exchange.requestId, exchange.hostId));
    return error.code;
  }

  /** A fault in place of the operation. */
  private async injectInstead(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
    fault: Fault,
  ): Promise<void> {
    switch (fault.kind) {
      case 'error':
        throw new S3Error(fault.status, fault.code, fault.message);
      case 'kms-throttling':
        throw s3Error('KmsThrottled');
      case 'error-in-200': {
        const error = new S3Error(200, fault.code, fault.message);
        const document = errorDocument(error, exchange.requestId, exchange.hostId);
        drain(request);
        await this.send(
          response,
          exchange,
          {
            status: 200,
            headers: { 'content-type': 'application/xml' },
            body: fault.trailingWhitespace === true ? `${document}\n` : document,
          },
          false,
        );
        return;
      }
      case 'empty-200':
        drain(request);
        response.writeHead(200, { 'content-length': 0 }).end();
        return;
      case 'hang':
        return new Promise<void>((resolve) => response.once('close', resolve));
      default:
        request.socket.resetAndDestroy();
    }
  }
}

function received({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): ReceivedRequest {
  return { method, url, rawHeaders };
}

/** Whether the operation runs despite the fault. */
function takesEffect(fault: Fault): boolean {
  return fault.kind === 'reset-after' || fault.kind === 'truncate';
}

function cutAfter(response: ServerResponse, bytes: Uint8Array): void {
  response.write(bytes, () => response.socket?.destroySoon());
}

/** Takes the rest of a request's body off the connection, so that the next request can come. */
function drain(request: IncomingMessage): void {
  request.removeAllListeners('readable');
  request.resume();
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  // A fault of this server, not of the request: whoever runs it should see it.
  process.emitWarning(error instanceof Error ? error : String(error));
  return s3Error('InternalError');
}
