import { createHash } from 'node:crypto';
import { type S3Error, s3Error } from '../../errors/s3-error';
import { sha256Hex } from './canonical-request';
import { type HmacKey, isSameText } from './signing-key';

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/** Verifies the chunk signatures of an aws-chunked body, each of which includes the previous one. */
export class ChunkSignatures {
  private hash = createHash('sha256');

  /**
   * @param scope date and scope of the request's signature, on two lines
   * @param previous signature of the request (the seed signature)
   */
  constructor(
    private readonly key: HmacKey,
    private readonly scope: string,
    private previous: string,
    private readonly withTrailers: boolean,
    private readonly mismatch: (stringToSign: string, provided: string) => S3Error,
  ) {}

  /** Adds bytes of the current chunk. */
  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  /** @throws SignatureDoesNotMatch if the signature of the chunk is wrong */
  endOfChunk(signature: string): void {
    const ofData = this.hash.digest('hex');
    this.hash = createHash('sha256');
    this.check(['AWS4-HMAC-SHA256-PAYLOAD', this.scope, this.previous, sha256Hex(''), ofData], signature);
  }

  /** @throws SignatureDoesNotMatch if the signature of the trailing headers is wrong */
  endOfTrailers(trailers: ReadonlyMap<string, string>): void {
    if (!this.withTrailers) return;
    const signature = trailers.get(TRAILER_SIGNATURE);
    if (signature === undefined) throw s3Error('IncompleteChunk');
    const signed = [...trailers].filter(([name]) => name !== TRAILER_SIGNATURE);
    const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
    this.check(['AWS4-HMAC-SHA256-TRAILER', this.scope, this.previous, sha256Hex(lines)], signature);
  }

  private check(lines: readonly string[], signature: string): void {
    const stringToSign = lines.join('\n');
    const expected = this.key.sign(stringToSign);
    if (!isSameText(expected, signature)) throw this.mismatch(stringToSign, signature);
    this.previous = expected;
  }
}
