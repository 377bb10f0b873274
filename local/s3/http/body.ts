import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock';
import { ALGORITHM_TRAITS, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../checksums/algorithms';
import { DigestStream, type Sink } from '../checksums/digest-stream';
import { s3Error } from '../errors/s3-error';
import { checksumHeader } from '../wire/checksum-fields';
import type { DeclaredChecksum, Received, ReceiveOptions, RequestBody } from '../wire/request-body';
import { AwsChunkedDecoder } from './aws-chunked';
import { letGo, readRequest } from './read';
import type { ChunkSignatures } from './signatures/chunks';

/** XML bodies: 10,000 parts with checksums are about 2 MB. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** S3 gives up on a silent upload after about this long. */
const IDLE_MILLISECONDS = 20_000;

/** The body of a request: decoded, measured, and verified against all that the client said of it. */
export class HttpRequestBody implements RequestBody {
  private readonly chunked: boolean;
  private started = false;
  private whole: Promise<string> | undefined;
  private size = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly clock: Clock,
    private readonly headers: IncomingHttpHeaders = request.headers,
    private readonly signatures?: ChunkSignatures,
  ) {
    this.chunked = (this.header('x-amz-content-sha256') ?? '').startsWith('STREAMING-') || this.isAwsChunked();
  }

  /** Bytes received so far, after decoding. */
  get received(): number {
    return this.size;
  }

  /**
   * The size that the client announces, in bytes after decoding.
   * @throws MissingContentLength when there is none.
   */
  announcedSize(): number {
    const decoded = this.header('x-amz-decoded-content-length');
    const text = this.chunked && decoded !== undefined ? decoded : this.header('content-length');
    if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
    if (text === undefined && this.header('transfer-encoding') !== undefined && !this.chunked) {
      throw s3Error('NotImplemented', { Header: 'Transfer-Encoding' });
    }
    throw s3Error('MissingContentLength');
  }

  /** The algorithm of the checksum that the client sends along, if any, known before the body is read. */
  declaredAlgorithm(): ChecksumAlgorithm | undefined {
    return this.declaration()?.algorithm;
  }

  /**
   * Reads the body to its end into `sink`, computing digests on the way, and verifies length, Content-MD5, x-amz-content-sha256 and
   * the x-amz-checksum-… header or trailer. Whatever the sink keeps is worthless when this throws. A chunk is overwritten when the
   * sink's promise has resolved.
   */
  async receive(
    sink: Sink,
    algorithms: readonly ChecksumAlgorithm[] = [],
    options: ReceiveOptions = {},
  ): Promise<Received> {
    const declaration = options.ofObject === true ? undefined : this.declaration();
    const md5 = this.expectedMd5();
    const sha256 = this.expectedSha256();
    const wanted = new Set<ChecksumAlgorithm>(algorithms);
    if (declaration !== undefined) wanted.add(declaration.algorithm);
    if (md5 !== undefined) wanted.add('MD5');
    if (sha256 !== undefined) wanted.add('SHA256');
    const decoder = this.decoder();
    const stream = new DigestStream([...wanted], sink);
    let digests: ReadonlyMap<ChecksumAlgorithm, Buffer>;
    try {
      await this.read((bytes) => {
        let wait: Promise<void> | undefined;
        for (const data of decoder?.decode(bytes) ?? [bytes]) wait = this.take(data, stream);
        letGo(bytes);
        return wait;
      });
      decoder?.end();
      this.checkSize(this.size);
      digests = await stream.end();
    } catch (error) {
      await stream.abort();
      throw error;
    }
    verifyMd5(md5, digests.get('MD5'));
    verifySha256(sha256, digests.get('SHA256'));
    const declared = verifyChecksum(declaration, decoder?.trailers, digests);
    return { size: this.size, digests, ...(declared !== undefined && { declared }) };
  }

  /**
   * The body of a small request as text, however often it is asked for.
   * @param options.ofObject the x-amz-checksum-… header is that of an object, not of this body (CompleteMultipartUpload)
   */
  async text(options: ReceiveOptions = {}): Promise<string> {
    this.whole ??= this.readText(options);
    return this.whole;
  }

  private async readText(options: ReceiveOptions): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const take = async (chunk: Uint8Array): Promise<void> => {
      size += chunk.length;
      if (size > MAX_TEXT_BYTES) throw s3Error('EntityTooLarge', { MaxSizeAllowed: MAX_TEXT_BYTES });
      chunks.push(Buffer.from(chunk));
      return Promise.resolve();
    };
    await this.receive(take, [], options);
    return Buffer.concat(chunks).toString('utf8');
  }

  private header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  }

  private isAwsChunked(): boolean {
    const encodings = (this.header('content-encoding') ?? '').split(',').map((encoding) => encoding.trim());
    return encodings.includes('aws-chunked') && this.header('x-amz-decoded-content-length') !== undefined;
  }

  /** Undefined when the bytes on the wire are the data. */
  private decoder(): AwsChunkedDecoder | undefined {
    return this.chunked ? new AwsChunkedDecoder(undefined, this.signatures) : undefined;
  }

  private take(bytes: Uint8Array, stream: DigestStream): Promise<void> | undefined {
    this.size += bytes.length;
    return stream.write(bytes);
  }

  /** Gives the bytes to `take` as they come, and waits while it asks for that. */
  private async read(take: (bytes: Uint8Array) => Promise<void> | undefined): Promise<void> {
    if (!this.started && this.header('expect')?.toLowerCase() === '100-continue') this.response.writeContinue();
    this.started = true;
    await readRequest(this.request, take, { clock: this.clock, milliseconds: IDLE_MILLISECONDS });
  }

  private checkSize(size: number): void {
    const announced = this.chunked ? this.header('x-amz-decoded-content-length') : this.header('content-length');
    if (announced !== undefined && Number(announced) !== size) {
      throw s3Error(this.chunked ? 'IncompleteChunk' : 'IncompleteBody');
    }
  }

  /** The one checksum that the request declares: its value, or that it comes in a trailer. */
  private declaration(): { algorithm: ChecksumAlgorithm; value?: string } | undefined {
    const given = CHECKSUM_ALGORITHMS.filter((name) => this.header(checksumHeader(name)) !== undefined);
    const trailers = namesIn(this.header('x-amz-trailer'));
    const trailing = CHECKSUM_ALGORITHMS.filter((name) => trailers.includes(checksumHeader(name)));
    if (trailers.length > trailing.length) throw s3Error('UnsupportedTrailer');
    if (given.length + trailing.length > 1) throw s3Error('ManyChecksums');
    const [algorithm = trailing[0]] = given;
    const announced = this.header('x-amz-sdk-checksum-algorithm');
    if (algorithm === undefined) {
      if (announced !== undefined && !this.hasChecksumHeader()) throw s3Error('ChecksumAlgorithmWithoutValue');
      return undefined;
    }
    if (announced !== undefined && announced.toUpperCase() !== algorithm) throw s3Error('WrongChecksumAlgorithm');
    const value = this.header(checksumHeader(algorithm));
    if (value === undefined) return { algorithm };
    if (!isDigest(value, ALGORITHM_TRAITS[algorithm].bytes)) {
      throw s3Error('InvalidHeaderChecksum', {}, { header: checksumHeader(algorithm) });
    }
    return { algorithm, value };
  }

  private hasChecksumHeader(): boolean {
    return this.header('content-md5') !== undefined || this.header('x-amz-trailer') !== undefined;
  }

  private expectedMd5(): string | undefined {
    const value = this.header('content-md5');
    if (value !== undefined && !isDigest(value, 16)) throw s3Error('InvalidContentMd5', { 'Content-MD5': value });
    return value;
  }

  private expectedSha256(): string | undefined {
    const value = this.header('x-amz-content-sha256');
    return value !== undefined && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
  }
}

function namesIn(header = ''): readonly string[] {
  return header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether a text is the base64 of so many bytes, and nothing else. */
function isDigest(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

function verifyMd5(expected: string | undefined, actual: Buffer | undefined): void {
  const calculated = actual?.toString('base64');
  if (expected !== undefined && calculated !== expected) {
    throw s3Error('BadContentMd5', { ExpectedDigest: expected, CalculatedDigest: calculated });
  }
}

function verifySha256(expected: string | undefined, actual: Buffer | undefined): void {
  const computed = actual?.toString('hex');
  if (expected !== undefined && computed !== expected) {
    throw s3Error('ContentSha256Mismatch', {
      ClientComputedContentSHA256: expected,
      S3ComputedContentSHA256: computed,
    });
  }
}

function verifyChecksum(
  declaration: { algorithm: ChecksumAlgorithm; value?: string } | undefined,
  trailers: ReadonlyMap<string, string> | undefined,
  digests: ReadonlyMap<ChecksumAlgorithm, Buffer>,
): DeclaredChecksum | undefined {
  if (declaration === undefined) return undefined;
  const { algorithm } = declaration;
  const header = checksumHeader(algorithm);
  const value = declaration.value ?? trailers?.get(header);
  if (value === undefined) throw s3Error('MissingTrailer');
  if (!isDigest(value, ALGORITHM_TRAITS[algorithm].bytes)) throw s3Error('InvalidTrailerChecksum', {}, { header });
  if (digests.get(algorithm)?.toString('base64') !== value) throw s3Error('BadChecksum', {}, { algorithm });
  return { algorithm, value };
}
