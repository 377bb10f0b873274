import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalOfHost, refusalOfPage } from '../../front-door';
import { sleep } from '../base/clock';
import { S3Error, s3Error } from '../errors/s3-error';
import { bodyKeys } from '../iam/body-keys';
import { plainAddress } from '../iam/networks';
import { operations } from '../operations';
import { bucketBehind } from '../operations/access-points';
import type { OperationContext } from '../operations/context';
import { checkDirectoryRequest } from '../rules/directory-buckets';
import { checkExpectedOwner } from '../rules/expected-owner';
import { checkHeaderContext } from '../rules/header-context';
import { checkRegion } from '../rules/regions';
import { checkPayer, isCharged } from '../rules/requester-pays';
import type { Fault } from '../simulation/fault-rules';
import type { FaultInjector } from '../simulation/faults';
import type { Latency } from '../simulation/latency';
import type { OperationHooks, OperationPhase } from '../simulation/operation-hooks';
import type { RequestLog } from '../simulation/request-log';
import { parseTarget } from '../wire/addressing';
import type { OperationName } from '../wire/operation-names';
import type { Principal } from '../wire/principal';
import { headersOf, S3Request } from '../wire/request';
import type { S3Response } from '../wire/response';
import { signingScopeOf } from '../wire/signing-scope';
import { HttpRequestBody } from './body';
import { bodyLimitOf, KMS_LIMIT } from './body-limits';
import { accessKeyOf } from './credentials';
import { Exchange } from './exchange';
import { injectAfter, injectInstead, takesEffect } from './fault-injection';
import { answerKms, kmsFailure } from './kms-api';
import { route } from './router';
import { type ReceivedRequest, sha256Hex } from './signatures/canonical-request';
import { verifySignature } from './signatures/verify';

/** Simulated latency, faults and hooks. */
export interface Simulation {
  readonly faults: FaultInjector;
  readonly hooks: OperationHooks;
  readonly log: RequestLog;
  readonly latency: Latency | undefined;
  /** Milliseconds on the clock for each simulated millisecond. */
  readonly timeScale: number;
}

/** Operations that wait for their latency themselves, before they take effect. */
const TRANSFERS: ReadonlySet<OperationName> = new Set<OperationName>(['UploadPart', 'UploadPartCopy', 'CopyObject']);

/** Processes HTTP requests: authenticates, authorizes, performs the operation, and sends the response. */
export class RequestHandler {
  constructor(
    private readonly context: OperationContext,
    private readonly simulation: Simulation,
    /** Whether a host name is one of the server's. */
    private readonly isOwnHost: (name: string) => boolean,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kmsTarget = request.headers['x-amz-target'];
    if (typeof kmsTarget === 'string' && kmsTarget.startsWith('TrentService.')) {
      await this.handleKms(request, response, kmsTarget);
      return;
    }
    const exchange = new Exchange(request, response, this.context, this.context.clock);
    try {
      await this.serve(exchange);
    } catch (error) {
      exchange.fail(asS3Error(error));
    }
    this.record(exchange);
    if (exchange.operation !== undefined) await this.emit(exchange, 'answered').catch(warn);
  }

  /** Handles a request to KMS, which has the same endpoint so that clients can create keys. Not logged. */
  private async handleKms(request: IncomingMessage, response: ServerResponse, target: string): Promise<void> {
    const { kms, accounts, clock } = this.context;
    let answer;
    try {
      this.checkHost(request);
      const { headers } = request;
      const accessKeyId = accessKeyOf(headers, new Map(), this.now());
      const principal = accounts.find(accessKeyId);
      checkPage(request, principal);
      const body = await new HttpRequestBody(request, response, clock, { limit: KMS_LIMIT }).text();
      const signee = { services: ['kms'], payloadHash: sha256Hex(Buffer.from(body)) };
      verifySignature(received(request), principal, this.now(), signee);
      const caller = { accessKeyId, region: signingScopeOf(headers, new Map())?.region };
      answer = answerKms(kms, accounts, target, body, caller);
    } catch (error) {
      answer = kmsFailure(asS3Error(error));
      request.resume();
    }
    const date = new Date(this.now()).toUTCString();
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1', date }).end(answer.body);
  }

  private async serve(exchange: Exchange): Promise<void> {
    const request = this.parse(exchange);
    await this.emit(exchange, 'received');
    const fault = this.simulation.faults.next({
      operation: request.operation,
      bucket: request.bucket,
      key: request.key,
      partNumber: parseHeaderNumber(request.parameter('partNumber')),
    });
    if (fault !== undefined && !takesEffect(fault)) {
      await injectInstead(exchange, fault);
      return;
    }
    await this.check(request);
    await this.delay(exchange, request, fault);
    const answer = await this.run(request);
    await this.emit(exchange, 'done', answer);
    exchange.bytes += request.body.received;
    if (isCharged(this.context.store.findBucket(request.bucket), request)) {
      exchange.response.setHeader('x-amz-request-charged', 'requester');
    }
    if (fault?.kind !== 'reset-after' && fault?.kind !== 'late-effect') await this.waitForAnswer(request, answer);
    if (fault === undefined) await exchange.send(answer);
    else await injectAfter(exchange, fault, answer);
  }

  /** Parses and authenticates a request. Records details in the exchange, which the log needs even if a later step fails. */
  private parse(exchange: Exchange): S3Request {
    const { request, response } = exchange;
    this.checkHost(request);
    const named = parseTarget(request.url ?? '/', request.headers.host);
    exchange.target = named;
    const { bucket, accessPoint } = bucketBehind(this.context, named.bucket);
    const target = { ...named, bucket };
    exchange.target = target;
    const headers = headersOf(request.headers, target.query);
    const method = request.method ?? 'GET';
    const service = signingScopeOf(request.headers, target.query)?.service;
    const operation = route(method, target, (name) => Object.hasOwn(headers, name), service);
    exchange.operation = operation;
    const accessKeyId = accessKeyOf(request.headers, target.query, this.now());
    const principal = this.context.accounts.find(accessKeyId);
    exchange.principal = principal;
    const signatures = verifySignature(received(request), principal, this.now());
    checkPage(request, principal);
    if (isVerified(principal)) exchange.allowEmbedding();
    const limit = bodyLimitOf(operation);
    const body = new HttpRequestBody(request, response, this.context.clock, { limit, headers, signatures });
    const sourceIp = plainAddress(request.socket.remoteAddress ?? '');
    return new S3Request(operation, method, target, headers, body, principal, accessPoint, sourceIp);
  }

  /** @throws AccessDenied if a web page may have made its host name refer to this server */
  private checkHost({ headers }: IncomingMessage): void {
    const detail = refusalOfHost(headers.host, this.isOwnHost);
    if (detail !== undefined) throw s3Error('ForeignRequest', {}, { detail });
  }

  /** Checks that apply to all operations on a bucket. */
  private async check(request: S3Request): Promise<void> {
    if (this.simulation.latency?.admit(request.method, request.bucket, request.key) === false) {
      throw s3Error('SlowDown');
    }
    const bucket = this.context.store.findBucket(request.bucket);
    if (bucket !== undefined) checkRegion(bucket, request);
    const { authorizer } = this.context;
    if (authorizer !== undefined) {
      authorizer.authorizeRequest(request, bucket, await bodyKeys(request, this.now()));
    }
    if (bucket === undefined) return;
    checkExpectedOwner(bucket, request.header('x-amz-expected-bucket-owner'));
    checkPayer(bucket, request);
    if (bucket.settings.directory) checkDirectoryRequest(request);
    checkHeaderContext(request);
  }

  private async delay(exchange: Exchange, request: S3Request, fault: Fault | undefined): Promise<void> {
    if (fault?.kind !== 'delay' && fault?.kind !== 'late-effect') return;
    if (fault.kind === 'late-effect') {
      await request.body.receiveAll();
      exchange.reset();
    }
    const milliseconds = fault.milliseconds * this.simulation.timeScale;
    if (TRANSFERS.has(request.operation)) request.delayMilliseconds = milliseconds;
    else await sleep(this.context.clock, milliseconds);
  }

  private async run(request: S3Request): Promise<S3Response> {
    const operation = operations[request.operation];
    if (operation === undefined) throw s3Error('NotImplemented');
    try {
      return await operation(this.context, request);
    } catch (error) {
      if (error instanceof S3Error && error.code === 'NoSuchKey') this.checkMaySeeKeys(request);
      throw error;
    }
  }

  /**
   * S3 reports a missing key as AccessDenied to principals without s3:ListBucket. For the source of a copy, the copy checks this.
   * @throws AccessDenied
   */
  private checkMaySeeKeys(request: S3Request): void {
    const bucket = this.context.store.findBucket(request.bucket);
    if (bucket === undefined || request.header('x-amz-copy-source') !== undefined) return;
    const { key, accessPoint } = request;
    const named = { bucket, key, ...(accessPoint !== undefined && { accessPoint }) };
    this.context.authorizer?.authorizeMissing(request, named);
  }

  private async waitForAnswer(request: S3Request, answer: S3Response): Promise<void> {
    if (this.simulation.latency === undefined || TRANSFERS.has(request.operation)) return;
    const sent = typeof answer.body === 'object' ? answer.body.length : 0;
    await this.simulation.latency.wait(request.operation, sent + request.body.received);
  }

  private record(exchange: Exchange): void {
    const { operation, target, principal, errorCode, status, bytes } = exchange;
    this.simulation.log.add({
      time: new Date(this.now()).toISOString(),
      operation: operation ?? 'Unknown',
      bucket: target?.bucket ?? '',
      key: target?.key ?? '',
      principal: principal?.accessKeyId ?? 'anonymous',
      status,
      ...(errorCode !== undefined && { errorCode }),
      bytes,
      milliseconds: this.now() - exchange.started,
    });
  }

  private async emit(exchange: Exchange, phase: OperationPhase, answer?: S3Response): Promise<void> {
    const { hooks } = this.simulation;
    const { operation, target } = exchange;
    if (!hooks.isUsed || operation === undefined || target === undefined) return;
    const { query } = target;
    const partNumber = parseHeaderNumber(query.get('partNumber'));
    const [versionId, uploadId] = [query.get('versionId'), query.get('uploadId')];
    const answeredVersionId = answer?.headers?.['x-amz-version-id'];
    await hooks.emit({
      phase,
      operation,
      bucket: target.bucket ?? '',
      key: target.key,
      principal: exchange.principal?.accessKeyId ?? 'anonymous',
      ...(versionId !== undefined && { versionId }),
      ...(uploadId !== undefined && { uploadId }),
      ...(partNumber !== undefined && { partNumber }),
      ...(answeredVersionId !== undefined && { answeredVersionId: String(answeredVersionId) }),
      ...(phase === 'answered' && { status: exchange.status }),
      ...(phase === 'answered' && exchange.errorCode !== undefined && { errorCode: exchange.errorCode }),
    });
  }

  private now(): number {
    return this.context.clock.now();
  }
}

/** Whether signatures of the principal are verified, so that the sender of a request knows the secret. */
function isVerified({ secretAccessKey }: Principal): boolean {
  return secretAccessKey !== undefined;
}

/**
 * Web pages can send requests to this server, but they do not know a secret.
 * @throws AccessDenied for an unverified request of a web page
 */
function checkPage({ headers }: IncomingMessage, principal: Principal): void {
  const reason = isVerified(principal) ? undefined : refusalOfPage(headers);
  if (reason === undefined) return;
  const detail = `${reason} For pages of other origins, the signatures of requests must be verified: add the access key with its secret.`;
  throw s3Error('ForeignRequest', {}, { detail });
}

function received({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): ReceivedRequest {
  return { method, url, rawHeaders };
}

function parseHeaderNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  // A bug of this server: print it, because the client sees only InternalError.
  warn(error);
  return s3Error('InternalError');
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
