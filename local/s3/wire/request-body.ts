import type { ChecksumAlgorithm } from '../checksums/algorithms';
import type { Sink } from '../checksums/digest-stream';

export interface DeclaredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

export interface Received {
  /** Bytes after decoding. */
  readonly size: number;
  readonly digests: ReadonlyMap<ChecksumAlgorithm, Buffer>;
  /** The checksum that the client sent in a header or a trailer, already verified. */
  readonly declared?: DeclaredChecksum;
}

export interface ReceiveOptions {
  /**
   * Whether the `x-amz-checksum-…` header is the checksum of the object, not of the body (CompleteMultipartUpload).
   * @default false
   */
  readonly ofObject?: boolean;
}

/** The body of a request. Reading it decodes it and verifies it against the lengths and checksums that the client sent. */
export interface RequestBody {
  /** Bytes received so far, after decoding. */
  readonly received: number;

  /**
   * The size in bytes after decoding, as declared by the client.
   * @throws MissingContentLength if the client does not declare a size
   */
  announcedSize(): number;

  /** The algorithm of the checksum that the client sends with the body, if any. Available before the body is read. */
  declaredAlgorithm(): ChecksumAlgorithm | undefined;

  /**
   * Reads the whole body into `sink` and computes digests. Verifies length, Content-MD5, x-amz-content-sha256 and the x-amz-checksum-…
   * header or trailer. If this fails, the caller discards what the sink has stored. The memory of a chunk is reused when the promise
   * of the sink resolves.
   */
  receive(sink: Sink, algorithms?: readonly ChecksumAlgorithm[], options?: ReceiveOptions): Promise<Received>;

  /** Receives the whole body and keeps it in memory, so that it can be read after the connection is closed. */
  receiveAll(): Promise<void>;

  /** Reads the body of a small request as text. May be called more than once. */
  text(options?: ReceiveOptions): Promise<string>;
}
