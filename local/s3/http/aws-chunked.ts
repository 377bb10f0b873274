import { s3Error } from '../errors/s3-error';
import type { ChunkSignatures } from './signatures/chunks';

/** Minimum size of all chunks except the last one with data. */
const MIN_CHUNK_BYTES = 8192;

/** Maximum length of a line: a chunk size with a signature, or a trailing header. */
const MAX_LINE = 16 * 1024;
const MAX_TRAILERS = 32;

/**
 * Decodes the signed and unsigned variants of `Content-Encoding: aws-chunked`: chunks of a `size[;chunk-signature=…]` line and data, then
 * trailing headers. Call `decode` with bytes as they arrive, then `end`.
 */
export class AwsChunkedDecoder {
  readonly trailers = new Map<string, string>();
  private state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';
  private line = '';
  /** Remaining bytes of the current chunk. */
  private remaining = 0;
  /** Size of the previous chunk. */
  private chunkSize = Infinity;
  private chunks = 0;

  /** Signature of the current chunk. */
  private signature = '';

  /** @param signatures verifies the chunk signatures; if absent, they are not verified */
  constructor(
    private readonly minChunkBytes = MIN_CHUNK_BYTES,
    private readonly signatures?: ChunkSignatures,
  ) {}

  /** Returns the data in the given bytes. */
  *decode(bytes: Uint8Array): Generator<Uint8Array> {
    let position = 0;
    while (position < bytes.length && this.state !== 'done') {
      if (this.state === 'data') {
        const data = bytes.subarray(position, position + this.remaining);
        position += data.length;
        this.remaining -= data.length;
        this.signatures?.update(data);
        if (this.remaining === 0) this.state = 'data-end';
        yield data;
      } else {
        const end = bytes.indexOf(0x0a, position);
        const stop = end < 0 ? bytes.length : end + 1;
        this.line += Buffer.from(bytes.subarray(position, stop)).toString('latin1');
        position = stop;
        if (this.line.length > MAX_LINE) throw s3Error('IncompleteChunk');
        if (end >= 0) this.endOfLine();
      }
    }
  }

  /** Checks that the body is complete. */
  end(): void {
    // Some clients omit the empty line at the end.
    if (this.state === 'trailers' && this.line !== '') this.endOfLine();
    if (this.state !== 'done' && this.state !== 'trailers') throw s3Error('IncompleteChunk');
    this.signatures?.endOfTrailers(this.trailers);
  }

  private endOfLine(): void {
    const line = this.line.replace(/\r?\n$/, '');
    this.line = '';
    if (this.state === 'size') {
      this.startOfChunk(line.trim());
    } else if (this.state === 'data-end') {
      if (line !== '') throw s3Error('IncompleteChunk');
      this.signatures?.endOfChunk(this.signature);
      this.state = 'size';
    } else if (line === '') {
      this.state = 'done';
    } else {
      this.trailer(line);
    }
  }

  private startOfChunk(line: string): void {
    const [, size, extension] = /^([0-9a-f]{1,12})(;.*)?$/i.exec(line) ?? [];
    if (size === undefined) throw s3Error('IncompleteChunk');
    this.signature = /^;chunk-signature=([0-9a-f]{64})$/.exec(extension ?? '')?.[1] ?? '';
    if (this.signatures !== undefined && this.signature === '') throw s3Error('IncompleteChunk');
    this.remaining = parseInt(size, 16);
    this.chunks += 1;
    if (this.remaining > 0 && this.chunkSize < this.minChunkBytes) {
      throw s3Error('InvalidChunkSize', { Chunk: this.chunks, BadChunkSize: this.chunkSize });
    }
    this.chunkSize = this.remaining;
    this.state = this.remaining === 0 ? 'trailers' : 'data';
    if (this.remaining === 0) this.signatures?.endOfChunk(this.signature);
  }

  private trailer(line: string): void {
    const colon = line.indexOf(':');
    if (colon <= 0 || this.trailers.size >= MAX_TRAILERS) throw s3Error('MissingTrailer');
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}
