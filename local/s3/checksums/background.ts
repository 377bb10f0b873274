import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CHUNK_BYTES } from '../base/chunks';
import type { ChecksumAlgorithm } from './algorithms';
import { type CrcProgram, crcProgram } from './crc-wasm';

/** One thread for each of the two digests of an upload, and a few more for simultaneous uploads. */
const MAX_WORKERS = Math.max(2, Math.min(4, availableParallelism()));

/** A digest that is so slow that another thread computes it. */
type Program = { readonly hash: string } | { readonly crc: CrcProgram };

const PROGRAMS: Partial<Record<ChecksumAlgorithm, () => Program>> = {
  MD5: () => ({ hash: 'md5' }),
  SHA1: () => ({ hash: 'sha1' }),
  SHA256: () => ({ hash: 'sha256' }),
  SHA512: () => ({ hash: 'sha512' }),
  CRC32C: () => ({ crc: crcProgram('CRC32C', CHUNK_BYTES) }),
  CRC64NVME: () => ({ crc: crcProgram('CRC64NVME', CHUNK_BYTES) }),
};

/** The code of the thread as text, so that a bundle of this module does not need another file. */
const WORKER_SOURCE = `
  const { parentPort } = require('node:worker_threads');
  const { createHash } = require('node:crypto');
  const hashes = new Map();
  const instances = new Map();
  const start = ({ hash, crc }) => {
    if (hash !== undefined) return createHash(hash);
    const { code, tables, dataOffset, windowBytes, prefixes, start, mask } = crc;
    let instance = instances.get(mask);
    if (instance === undefined) {
      instance = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
      new BigUint64Array(instance.memory.buffer).set(tables);
      instances.set(mask, instance);
    }
    const windowOffset = dataOffset - windowBytes;
    const memory = new Uint8Array(instance.memory.buffer);
    const window = new Uint8Array(windowBytes);
    window.set(start, windowBytes - start.length);
    return {
      update: (bytes) => {
        memory.set(window, windowOffset);
        memory.set(bytes, dataOffset);
        instance.fold(0n, windowOffset, bytes.length);
        window.set(memory.subarray(windowOffset + bytes.length, dataOffset + bytes.length));
      },
      digest: () => {
        memory.set(window, windowOffset);
        let value = mask;
        let crc = 0n;
        let at = 0;
        for (const length of prefixes) {
          crc = instance.update(crc, windowOffset + at, length - at);
          value ^= BigInt.asUintN(64, crc);
          at = length;
        }
        const digest = Buffer.alloc(8);
        digest.writeBigUInt64BE(value);
        return digest.subarray(mask === 0xffffffffn ? 4 : 0);
      },
    };
  };
  parentPort.on('message', ({ id, program, memory, length, end }) => {
    if (program !== undefined) hashes.set(id, start(program));
    const hash = hashes.get(id);
    if (memory !== undefined) hash.update(new Uint8Array(memory, 0, length));
    if (end) hashes.delete(id);
    parentPort.postMessage({ id, digest: end ? hash.digest() : undefined });
  });
`;

interface Reply {
  readonly id: number;
  readonly digest?: Uint8Array;
}

interface Waiting {
  readonly resolve: (digest: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread, and the requests that it has not answered yet. It answers in order. */
class HashThread {
  hashes = 0;
  private readonly waiting = new Map<number, Waiting[]>();
  private readonly worker = new Worker(WORKER_SOURCE, { eval: true });

  constructor(private readonly ended: (thread: HashThread) => void) {
    this.worker.on('message', ({ id, digest }: Reply) => {
      this.waiting
        .get(id)
        ?.shift()
        ?.resolve(Buffer.from(digest ?? []));
      if (digest !== undefined) this.waiting.delete(id);
    });
    this.worker.on('error', (error) => this.fail(error as Error));
    this.worker.on('exit', () => this.fail(new Error('a thread that computes digests has exited')));
    // The thread must not keep the process alive.
    this.worker.unref();
  }

  ask(id: number, question: object): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const queue = this.waiting.get(id) ?? [];
      this.waiting.set(id, [...queue, { resolve, reject }]);
      this.worker.postMessage({ id, ...question });
    });
  }

  private fail(error: Error): void {
    this.ended(this);
    for (const queue of this.waiting.values()) for (const { reject } of queue) reject(error);
    this.waiting.clear();
  }
}

const threads = new Set<HashThread>();
let nextId = 1;

/** The thread with the fewest digests, or a new one if all are busy and there are fewer than MAX_WORKERS. */
function leastBusyThread(): HashThread {
  const [idlest] = [...threads].sort((a, b) => a.hashes - b.hashes);
  if (idlest !== undefined && (idlest.hashes === 0 || threads.size >= MAX_WORKERS)) return idlest;
  const thread = new HashThread((ended) => threads.delete(ended));
  threads.add(thread);
  return thread;
}

/** The number of threads, and of digests that they are computing. For tests. */
export function backgroundLoad(): { threads: number; digests: number } {
  return { threads: threads.size, digests: [...threads].reduce((sum, thread) => sum + thread.hashes, 0) };
}

/** A digest that another thread computes. `digest` must be called once, to release the thread. */
export class BackgroundHash {
  /** Undefined for an algorithm that is fast enough in this thread. */
  static of(algorithm: ChecksumAlgorithm): BackgroundHash | undefined {
    const program = PROGRAMS[algorithm];
    return program === undefined ? undefined : new BackgroundHash(program());
  }

  private readonly id = nextId++;
  private readonly thread = leastBusyThread();

  private constructor(private program: Program | undefined) {
    this.thread.hashes++;
  }

  /** Resolves when the memory may be reused. */
  async update(memory: SharedArrayBuffer, length: number): Promise<void> {
    await this.thread.ask(this.id, { program: this.takeProgram(), memory, length });
  }

  async digest(): Promise<Buffer> {
    try {
      return await this.thread.ask(this.id, { program: this.takeProgram(), end: true });
    } finally {
      this.thread.hashes--;
    }
  }

  /** Returns the program for the first message only. */
  private takeProgram(): Program | undefined {
    const { program } = this;
    this.program = undefined;
    return program;
  }
}
