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
  /** The checksum that the client sent in a header or a trailer. It has been verified. */
  readonly declared?: DeclaredChecksum;
}

export interface ReceiveOptions {
  /**
   * Set where the `x-amz-checksum-…` header is the checksum of an object and not of the body (CompleteMultipartUpload). Default
   * false.
   */
  readonly ofObject?: boolean;
}

/** The body of a request: decoded, measured, and verified against everything that the client declared about it. */
export interface RequestBody {
  /** Bytes received so far, after decoding. */
  readonly received: number;

  /**
   * The size in bytes that the client announces, after decoding.
   * @throws MissingContentLength if the client announces none
   */
  announcedSize(): number;

  /** The algorithm of the checksum that the client sends with the body, if any. It is known before the body is read. */
  declaredAlgorithm(): ChecksumAlgorithm | undefined;

  /**
   * Reads the whole body into `sink` and computes digests on the way. Verifies length, Content-MD5, x-amz-content-sha256 and the
   * x-amz-checksum-… header or trailer. If it throws, discard what the sink has stored. A chunk may be overwritten once the sink's
   * promise resolves.
   */
  receive(sink: Sink, algorithms?: readonly ChecksumAlgorithm[], options?: ReceiveOptions): Promise<Received>;

  /** The body of a small request as text. It may be called more than once. */
  text(options?: ReceiveOptions): Promise<string>;
}
