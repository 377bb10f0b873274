import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { close, listen } from '../../front-door';
import { operationOf } from '../../s3';
import { forward } from '../forward';

/**
 * Passes requests on to an S3 server, and counts them by operation, because a server in another process does not report
 * its requests.
 */
export class CountingProxy {
  static async start(target: URL): Promise<CountingProxy> {
    const server = createServer();
    return new CountingProxy(server, await listen(server), target);
  }

  readonly endpoint: string;
  private readonly byOperation = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    port: number,
    private readonly target: URL,
  ) {
    this.endpoint = `http://127.0.0.1:${port}`;
    server.requestTimeout = 0;
    const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => this.forward(incoming, outgoing);
    server.on('request', pass);
    server.on('checkContinue', pass);
  }

  /** Requests by operation, in alphabetical order. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async close(): Promise<void> {
    await close(this.server);
    this.agent.destroy();
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const operation = operationOf(incoming);
    this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
    forward(incoming, outgoing, this.target, this.agent);
  }
}
