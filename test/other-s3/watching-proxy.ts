import { type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { operationOf } from '../../local/s3';
import { TestProxy } from '../test-proxy';

/** A request of a worker. */
export interface Request {
  readonly operation: string;
  readonly partNumber?: number;
}

/**
 * Acts before a request reaches the server, as another client may.
 *
 * @returns `refuse` to answer 403 AccessDenied in place of the server
 */
export type BeforeRequest = (request: Request) => Promise<'refuse' | void>;

/** Passes the requests of the workers on to an S3 server. */
export class WatchingProxy extends TestProxy {
  static start(target: string, before: BeforeRequest = () => Promise.resolve()): Promise<WatchingProxy> {
    return new WatchingProxy(new URL(target), before).listen();
  }

  readonly requests: Request[] = [];

  private constructor(
    target: URL,
    private readonly before: BeforeRequest,
  ) {
    super(target);
  }

  protected async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const partNumber = new URL(incoming.url ?? '/', this.target).searchParams.get('partNumber');
    const request = {
      operation: operationOf(incoming),
      ...(partNumber !== null && { partNumber: Number(partNumber) }),
    };
    this.requests.push(request);
    if ((await this.before(request)) !== 'refuse') return this.forward(incoming, outgoing);
    incoming.resume();
    outgoing.writeHead(403, { 'content-type': 'application/xml' });
    outgoing.end('<Error><Code>AccessDenied</Code><Message>refused by the test</Message></Error>');
  }

  /** As `local/run/forward.ts`, with a connection for each request, and for servers that send a body after HEAD, as Swift does. */
  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { hostname, port } = this.target;
    const { method, url: path, rawHeaders: headers } = incoming;
    const passed = send({ hostname, port, method, path, headers, agent: false, setHost: false });
    passed.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
      if (method !== 'HEAD') return response.pipe(outgoing);
      outgoing.end();
      return response.resume();
    });
    passed.on('error', () => {
      if (!outgoing.writableEnded) outgoing.destroy();
    });
    incoming.pipe(passed);
  }
}
