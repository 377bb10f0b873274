import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

const gates: Gate[] = [];

/** Where functions wait until a test lets them go on: no test needs to guess how long anything takes. */
export class Gate {
  static async start(): Promise<Gate> {
    const gate = new Gate();
    await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
    gates.push(gate);
    return gate;
  }

  static async closeAll(): Promise<void> {
    for (const { server } of gates.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private readonly waiting: ServerResponse[] = [];
  private arrivals = 0;
  private isOpen = false;
  private watchers: { readonly count: number; readonly resolve: () => void }[] = [];
  private readonly server: Server = createServer((_request, response) => {
    this.arrivals++;
    if (this.isOpen) response.end();
    else this.waiting.push(response);
    this.watchers = this.watchers.filter(({ count, resolve }) => {
      if (this.arrivals < count) return true;
      resolve();
      return false;
    });
  });

  /** A statement of a handler that waits at the gate. */
  get wait(): string {
    return this.waitWith('undefined');
  }

  /** The same with an agent of node:http, given as an expression. */
  waitWith(agent: string): string {
    const { port } = this.server.address() as AddressInfo;
    const get = `require('node:http').get('http://127.0.0.1:${port}', { agent: ${agent} }, (response) => response.resume().on('end', resolve))`;
    return `await new Promise((resolve, reject) => ${get}.on('error', reject));`;
  }

  /** How many have come to the gate. */
  get count(): number {
    return this.arrivals;
  }

  /** Resolves when so many have come to the gate. */
  reached(count: number): Promise<void> {
    if (this.arrivals >= count) return Promise.resolve();
    return new Promise((resolve) => this.watchers.push({ count, resolve }));
  }

  /** Lets everybody through from now on. */
  open(): void {
    this.isOpen = true;
    for (const response of this.waiting.splice(0)) response.end();
  }

  /** Lets one through that waits. */
  letOneThrough(): void {
    this.waiting.shift()?.end();
  }
}
