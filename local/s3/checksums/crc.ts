/**
 * The algebra of a reflected CRC with an initial value and a final xor of all ones. The three CRCs of S3 are of this kind.
 *
 * A CRC is the remainder of a polynomial over GF(2). Appending n bytes multiplies it by x^(8n), so the CRC of a message can be computed from
 * the CRCs and lengths of its pieces, without their bytes. Values are bigints of 32 or 64 bits, in the reflected form that S3 sends
 * (big-endian, base64).
 */
export class CrcAlgebra {
  /** x^(2^n) modulo the polynomial, n = 0…63. */
  private readonly squares: bigint[] = [];
  /** x^0 in reflected form: the highest bit. */
  private readonly one: bigint;
  private readonly shifts = new Map<number, bigint>();

  constructor(
    readonly width: 32 | 64,
    /** The polynomial in reflected form, without the leading term. */
    private readonly polynomial: bigint,
  ) {
    this.one = 1n << BigInt(width - 1);
    let power = this.one >> 1n;
    for (let n = 0; n < 64; n++) {
      this.squares.push(power);
      power = this.multiply(power, power);
    }
  }

  /** The CRC of a followed by b, from the CRCs of both and the length of b in bytes. */
  combine(a: bigint, b: bigint, lengthOfB: number): bigint {
    return this.shift(a, lengthOfB) ^ b;
  }

  /** A CRC multiplied by x^(8 · bytes). This is the effect of `bytes` zero bytes on its linear part. */
  shift(crc: bigint, bytes: number): bigint {
    return bytes === 0 ? crc : this.multiply(this.powerOfBytes(bytes), crc);
  }

  /** The linear part of the CRC of a short message: its CRC with 0 as initial value and final xor. */
  linear(message: Uint8Array): bigint {
    let crc = 0n;
    for (const byte of message) {
      crc ^= BigInt(byte);
      for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ this.polynomial : crc >> 1n;
    }
    return crc;
  }

  /** Recent powers are cached, because most parts of a copy have the same length. */
  private powerOfBytes(bytes: number): bigint {
    const known = this.shifts.get(bytes);
    if (known !== undefined) return known;
    let power = this.one;
    let remaining = BigInt(bytes) << 3n;
    for (let n = 0; remaining > 0n; n++, remaining >>= 1n) {
      const square = this.squares[n];
      if (square === undefined) throw new RangeError(`${bytes} bytes are too many to combine`);
      if (remaining & 1n) power = this.multiply(square, power);
    }
    if (this.shifts.size >= 256) this.shifts.clear();
    this.shifts.set(bytes, power);
    return power;
  }

  /** Uses numbers of 32 bits, because each step with bigints would allocate several of them. */
  private multiply(a: bigint, b: bigint): bigint {
    const [polynomialHigh, polynomialLow] = halves(this.polynomial);
    let [high, low] = halves(b);
    let [productHigh, productLow] = [0, 0];
    const [first, second] = halves(a);
    for (const factor of this.width === 32 ? [second] : [first, second]) {
      for (let bit = 31; bit >= 0; bit--) {
        // All ones where the bit is set, otherwise zero.
        const isSet = -((factor >>> bit) & 1);
        productHigh ^= high & isSet;
        productLow ^= low & isSet;
        const isCarried = -(low & 1);
        low = ((low >>> 1) | (high << 31)) ^ (polynomialLow & isCarried);
        high = (high >>> 1) ^ (polynomialHigh & isCarried);
      }
    }
    return (BigInt(productHigh >>> 0) << 32n) | BigInt(productLow >>> 0);
  }
}

/** The upper and the lower 32 bits. */
function halves(value: bigint): [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffffffffn)];
}

export type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME';

/** The polynomials of S3's CRCs, reflected. */
export const CRC_POLYNOMIALS: Readonly<Record<CrcName, bigint>> = {
  CRC32: 0xedb88320n,
  CRC32C: 0x82f63b78n,
  CRC64NVME: 0x9a6c9329ac4bc9b5n,
};

export const CRC_ALGEBRAS: Readonly<Record<CrcName, CrcAlgebra>> = {
  CRC32: new CrcAlgebra(32, CRC_POLYNOMIALS.CRC32),
  CRC32C: new CrcAlgebra(32, CRC_POLYNOMIALS.CRC32C),
  CRC64NVME: new CrcAlgebra(64, CRC_POLYNOMIALS.CRC64NVME),
};

export function crcToBytes(crc: bigint, width: 32 | 64): Buffer {
  const bytes = Buffer.alloc(width / 8);
  if (width === 32) bytes.writeUInt32BE(Number(crc));
  else bytes.writeBigUInt64BE(crc);
  return bytes;
}

export function crcFromBytes(bytes: Uint8Array): bigint {
  const buffer = Buffer.from(bytes);
  return buffer.length === 4 ? BigInt(buffer.readUInt32BE()) : buffer.readBigUInt64BE();
}
