import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock';
import { ALGORITHM_TRAITS, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../checksums/algorithms';
import { DigestStream, type Sink } from '../checksums/digest-stream';
import { s3Error } from '../errors/s3-error';
import { checksumHeader } from '../wire/checksum-fields';
import type { DeclaredChecksum, Received, ReceiveOptions, RequestBody } from '../wire/request-body';
import { AwsChunkedDecoder } from './aws-chunked';
import { type BodyLimit, isWithin } from './body-limits';
import { releaseMemory, readRequest } from './read';
import type { ChunkSignatures } from './signatures/chunks';

/** Approximate time after which S3 closes an idle upload with RequestTimeout. */
const IDLE_MILLISECONDS = 20_000;

export interface BodyOptions {
  /** The largest document that `text` accepts. */
  readonly limit: BodyLimit;
  /** Headers, including those that a presigned URL contains. Default: those of the request. */
  readonly headers?: IncomingHttpHeaders;
  /** Verifies the signatures of chunks. Default: they are not verified. */
  readonly signatures?: ChunkSignatures | undefined;
}

export class HttpRequestBody implements RequestBody {
  private readonly chunked: boolean;
  private started = false;
  private whole: Promise<string> | undefined;
  private arrived: Uint8Array[] | undefined;
  private size = 0;
  private readonly headers: IncomingHttpHeaders;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly clock: Clock,
    private readonly options: BodyOptions,
  ) {
    this.headers = options.headers ?? request.headers;
    this.chunked = (this.header('x-amz-content-sha256') ?? '').startsWith('STREAMING-') || this.isAwsChunked();
  }

  get received(): number {
    return this.size;
  }

  announcedSize(): number {
    const decoded = this.header('x-amz-decoded-content-length');
    const text = this.chunked && decoded !== undefined ? decoded : this.header('content-length');
    if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
    if (text === undefined && this.header('transfer-encoding') !== undefined && !this.chunked) {
      throw s3Error('NotImplemented', { Header: 'Transfer-Encoding' });
    }
    throw s3Error('MissingContentLength');
  }

  declaredAlgorithm(): ChecksumAlgorithm | undefined {
    return this.declaration()?.algorithm;
  }

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
        releaseMemory(bytes);
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

  async receiveAll(): Promise<void> {
    const chunks: Uint8Array[] = [];
    await this.read((bytes) => void chunks.push(bytes));
    this.arrived = chunks;
  }

  async text(options: ReceiveOptions = {}): Promise<string> {
    this.whole ??= this.readText(options);
    return this.whole;
  }

  /** @throws MaxMessageLengthExceeded */
  private async readText(options: ReceiveOptions): Promise<string> {
    const { limit } = this.options;
    const announced = this.chunked ? this.header('x-amz-decoded-content-length') : this.header('content-length');
    if (Number(announced) > limit.bytes) throw tooLong(limit);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const take = async (chunk: Uint8Array): Promise<void> => {
      size += chunk.length;
      if (size > limit.bytes) throw tooLong(limit);
      chunks.push(Buffer.from(chunk));
      return Promise.resolve();
    };
    await this.receive(take, [], options);
    const document = Buffer.concat(chunks);
    if (!isWithin(limit, document)) throw tooLong(limit);
    return document.toString('utf8');
  }

  private header(name: string): string | undefined {
    const value = Object.hasOwn(this.headers, name) ? this.headers[name] : undefined;
    return Array.isArray(value) ? value.join(',') : value;
  }

  private isAwsChunked(): boolean {
    const encodings = (this.header('content-encoding') ?? '').split(',').map((encoding) => encoding.trim());
    return encodings.includes('aws-chunked') && this.header('x-amz-decoded-content-length') !== undefined;
  }

  /** Undefined if the body is not aws-chunked. */
  private decoder(): AwsChunkedDecoder | undefined {
    return this.chunked ? new AwsChunkedDecoder(undefined, this.options.signatures) : undefined;
  }

  private take(bytes: Uint8Array, stream: DigestStream): Promise<void> | undefined {
    this.size += bytes.length;
    return stream.write(bytes);
  }

  /** Reads the body, asking the client to send it if it sent `Expect: 100-continue`. */
  private async read(take: (bytes: Uint8Array) => Promise<void> | undefined): Promise<void> {
    if (this.arrived !== undefined) {
      for (const bytes of this.arrived) await take(bytes);
      return;
    }
    if (!this.started && this.header('expect')?.toLowerCase() === '100-continue') this.response.writeContinue();
    this.started = true;
    await readRequest(this.request, take, {
      clock: this.clock.ofClients ?? this.clock,
      milliseconds: IDLE_MILLISECONDS,
    });
  }

  private checkSize(size: number): void {
    const announced = this.chunked ? this.header('x-amz-decoded-content-length') : this.header('content-length');
    if (announced !== undefined && Number(announced) !== size) {
      throw s3Error(this.chunked ? 'IncompleteChunk' : 'IncompleteBody');
    }
  }

  /** The declared checksum, of which there may be at most one. It has no value yet if it is sent in a trailer. */
  private declaration(): { algorithm: ChecksumAlgorithm; value?: string } | undefined {
    const given = CHECKSUM_ALGORITHMS.filter((name) => this.header(checksumHeader(name)) !== undefined);
    const trailers = headerList(this.header('x-amz-trailer'));
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

function tooLong({ bytes }: BodyLimit): Error {
  return s3Error('MaxMessageLengthExceeded', { MaxMessageLengthBytes: bytes });
}

function headerList(header = ''): readonly string[] {
  return header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether a text is canonical base64 of this number of bytes. */
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
