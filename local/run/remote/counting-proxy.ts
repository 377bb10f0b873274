import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationOf } from '../../s3';

/**
 * Passes requests on to an S3 server as they are, Host included, so that their signatures stay valid, and counts them by operation:
 * another process tells nobody what it serves.
 */
export class CountingProxy {
  static async start(target: URL): Promise<CountingProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new CountingProxy(server, target);
  }

  readonly endpoint: string;
  private readonly byOperation = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.requestTimeout = 0;
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => this.forward(incoming, outgoing));
    // The server behind says whether it wants the body.
    server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      outgoing.writeContinue();
      this.forward(incoming, outgoing);
    });
  }

  /** Requests by operation, in alphabetical order. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    this.agent.destroy();
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const operation = operationOf(incoming);
    this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
    const { hostname, port } = this.target;
    const { method, url: path, rawHeaders: headers } = incoming;
    const passed = request({ hostname, port, method, path, headers, agent: this.agent, setHost: false });
    passed.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
      response.pipe(outgoing);
      response.on('error', () => outgoing.destroy());
    });
    // As if the server behind had been asked itself: a connection that breaks there breaks here.
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  }
}
