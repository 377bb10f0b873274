import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that stands between clients and a server. */
export abstract class TestProxy {
  private readonly server = createServer((incoming, outgoing) => void this.pass(incoming, outgoing));

  protected constructor(protected readonly target: URL) {}

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Answers a request. */
  protected abstract pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}
