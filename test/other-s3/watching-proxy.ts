import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationOf } from '../../local/s3';

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
export class WatchingProxy {
  static async start(target: string, before: BeforeRequest = () => Promise.resolve()): Promise<WatchingProxy> {
    const proxy = new WatchingProxy(new URL(target), before);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  readonly requests: Request[] = [];
  private readonly server = createServer();

  private constructor(
    private readonly target: URL,
    private readonly before: BeforeRequest,
  ) {
    this.server.on(
      'request',
      (incoming: IncomingMessage, outgoing: ServerResponse) => void this.pass(incoming, outgoing),
    );
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
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
