import * as fc from 'fast-check';
import { crcOf, loadCrcs } from '../../../../local/s3/checksums/algorithms';
import { CRC_ALGEBRAS, type CrcName, crcFromBytes, crcToBytes } from '../../../../local/s3/checksums/crc';

const NAMES: readonly CrcName[] = ['CRC32', 'CRC32C', 'CRC64NVME'];

describe('CRCs', () => {
  beforeAll(loadCrcs);

  it.each([
    ['CRC32', 0xcbf43926n],
    ['CRC32C', 0xe3069283n],
    ['CRC64NVME', 0xae8b14860a799888n],
  ] as const)('%s of the standard check text', (name, value) => {
    expect(crcOf(name, Buffer.from('123456789'))).toBe(value);
  });

  it.each(NAMES)('%s of the whole can be combined from its pieces', (name) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        const combined = pieces.reduce(
          (crc, piece) => CRC_ALGEBRAS[name].combine(crc, crcOf(name, piece), piece.length),
          0n,
        );
        expect(combined).toBe(crcOf(name, Buffer.concat(pieces)));
      }),
    );
  });

  it.each(NAMES)('%s is affine: equal changes have equal effects', (name) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 64 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (text, change) => {
          const changed = Buffer.from(text);
          change.forEach((byte, index) => (changed[index] = (changed[index] ?? 0) ^ byte));
          const { linear, shift } = {
            linear: CRC_ALGEBRAS[name].linear(change),
            shift: (crc: bigint) => CRC_ALGEBRAS[name].shift(crc, text.length - 8),
          };
          expect(crcOf(name, changed)).toBe(crcOf(name, text) ^ shift(linear));
        },
      ),
    );
  });

  it('accept the length of the largest object', () => {
    const { CRC64NVME } = CRC_ALGEBRAS;
    const half = CRC64NVME.shift(1n, 26_843_545_600_000);
    expect(CRC64NVME.shift(half, 26_843_545_600_000)).toBe(CRC64NVME.shift(1n, 53_687_091_200_000));
  });

  it('keep their value in bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(crcFromBytes(crcToBytes(value, 64))).toBe(value);
        expect(crcFromBytes(crcToBytes(value & 0xffffffffn, 32))).toBe(value & 0xffffffffn);
      }),
    );
  });
});
