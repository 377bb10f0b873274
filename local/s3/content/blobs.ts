/** Stored bytes, which are written once from start to end and never changed. */
export interface BlobStore {
  /** Begins a blob, which cannot be read before `finish`. */
  create(): Promise<BlobWriter>;
  /** The bytes [offset, offset + length), in chunks. A chunk may be overwritten when the next one is requested. */
  read(id: string, offset: number, length: number): AsyncIterable<Uint8Array>;
  /** Removes a blob. Readers that have started can finish. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface BlobWriter {
  /** Appends a chunk, which may be overwritten once this resolves. The next call need not wait for that. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the bytes durable and returns the id to read them by. */
  finish(): Promise<string>;
  abandon(): Promise<void>;
}

/** Blobs in memory, lost when the process ends. */
export class MemoryBlobs implements BlobStore {
  private readonly blobs = new Map<string, Buffer[]>();
  private next = 1;

  create(): Promise<BlobWriter> {
    const chunks: Buffer[] = [];
    return Promise.resolve({
      // Copied, because the sender may reuse the memory of the chunk.
      write: (chunk: Uint8Array) => Promise.resolve(void chunks.push(Buffer.from(chunk))),
      finish: () => {
        const id = `m${this.next++}`;
        this.blobs.set(id, chunks);
        return Promise.resolve(id);
      },
      abandon: () => Promise.resolve(),
    });
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async *read(id: string, offset: number, length: number): AsyncIterable<Uint8Array> {
    const chunks = this.blobs.get(id);
    if (chunks === undefined) throw new Error(`blob ${id} does not exist`);
    let position = 0;
    for (const chunk of chunks) {
      const from = Math.max(0, offset - position);
      const to = Math.min(chunk.length, offset + length - position);
      if (from < to) yield chunk.subarray(from, to);
      position += chunk.length;
      if (position >= offset + length) return;
    }
  }

  remove(id: string): Promise<void> {
    this.blobs.delete(id);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.blobs.clear();
    return Promise.resolve();
  }
}

/** Whether a text has the format of the IDs of blobs, which are also the names of their files. */
export function isBlobId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
