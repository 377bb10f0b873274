import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Hasher } from './algorithms';

/** MD5 is the slowest digest that every upload needs; beyond this size it is worth the way to another thread. */
const CHUNK_BYTES = 1024 * 1024;
/** Chunks of one digest that may be on their way. */
const MAX_IN_FLIGHT = 4;
/** Memory that is not in use is kept for the next chunks: the collector is slow to see what is shared. */
const MAX_FREE = 64;
const free: SharedArrayBuffer[] = [];

/** Plain JavaScript, so that it needs no file of its own wherever this module is bundled to. */
const WORKER_SOURCE = `
  const { parentPort } = require('node:worker_threads');
  const { createHash } = require('node:crypto');
  const hashes = new Map();
  parentPort.on('message', ({ id, memory, length, end }) => {
    const hash = hashes.get(id) ?? createHash('md5');
    hashes.set(id, hash);
    if (length > 0) hash.update(new Uint8Array(memory, 0, length));
    if (end) hashes.delete(id);
    parentPort.postMessage({ id, memory, digest: end ? hash.digest() : undefined });
  });
`;

interface Reply {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
  readonly digest?: Uint8Array;
}

let worker: Worker | undefined;
let nextId = 1;
const listeners = new Map<number, (reply: Reply) => void>();

function theWorker(): Worker {
  if (worker === undefined) {
    worker = new Worker(WORKER_SOURCE, { eval: true });
    worker.on('message', (reply: Reply) => listeners.get(reply.id)?.(reply));
    // It must not keep a program alive that has nothing else to do.
    worker.unref();
  }
  return worker;
}

/** MD5 that is computed in another thread while the bytes of large uploads come in; small ones are hashed on the spot. */
export class BackgroundMd5 implements Hasher {
  private readonly id = nextId++;
  private current: Buffer = Buffer.alloc(0);
  private filled = 0;
  private inFlight = 0;
  private wake: (() => void) | undefined;
  private readonly small: Uint8Array[] = [];
  private smallBytes = 0;
  private finished: ((digest: Buffer) => void) | undefined;

  update(bytes: Uint8Array): void | Promise<void> {
    if (this.current.length === 0) {
      this.small.push(Buffer.from(bytes));
      this.smallBytes += bytes.length;
      if (this.smallBytes < CHUNK_BYTES) return;
      listeners.set(this.id, (reply) => this.received(reply));
      this.current = Buffer.from(this.takeMemory());
      const held = Buffer.concat(this.small.splice(0));
      return this.copy(held);
    }
    return this.copy(bytes);
  }

  async digest(): Promise<Buffer> {
    if (this.current.length === 0) {
      const hash = createHash('md5');
      for (const bytes of this.small) hash.update(bytes);
      return hash.digest();
    }
    const digest = new Promise<Buffer>((resolve) => {
      this.finished = resolve;
    });
    this.post(true);
    return digest;
  }

  private copy(bytes: Uint8Array): void | Promise<void> {
    const room = this.current.length - this.filled;
    if (bytes.length < room) {
      this.current.set(bytes, this.filled);
      this.filled += bytes.length;
      return;
    }
    this.current.set(bytes.subarray(0, room), this.filled);
    this.filled += room;
    this.post(false);
    const rest = bytes.subarray(room);
    if (this.inFlight >= MAX_IN_FLIGHT) return this.waitAndGoOn(rest);
    this.current = Buffer.from(this.takeMemory());
    return this.copy(rest);
  }

  private async waitAndGoOn(rest: Uint8Array): Promise<void> {
    while (this.inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => (this.wake = resolve));
    this.current = Buffer.from(this.takeMemory());
    await this.copy(rest);
  }

  private takeMemory(): SharedArrayBuffer {
    this.filled = 0;
    return free.pop() ?? new SharedArrayBuffer(CHUNK_BYTES);
  }

  private post(end: boolean): void {
    this.inFlight++;
    theWorker().postMessage({ id: this.id, memory: this.current.buffer, length: this.filled, end });
  }

  private received(reply: Reply): void {
    this.inFlight--;
    if (free.length < MAX_FREE) free.push(reply.memory);
    if (reply.digest !== undefined) {
      listeners.delete(this.id);
      this.finished?.(Buffer.from(reply.digest));
    }
    this.wake?.();
  }
}
