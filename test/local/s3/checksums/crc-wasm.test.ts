import { CRC_POLYNOMIALS, CrcAlgebra } from '../../../../local/s3/checksums/crc';
import { crcProgram, FOLD_DISTANCES } from '../../../../local/s3/checksums/crc-wasm';

describe.each(['CRC32C', 'CRC64NVME'] as const)('the folding of %s', (algorithm) => {
  const distances = FOLD_DISTANCES[algorithm];
  const width = algorithm === 'CRC64NVME' ? 64 : 32;

  it('adds a multiple of the polynomial', () => {
    const algebra = new CrcAlgebra(width, CRC_POLYNOMIALS[algorithm]);
    const greatest = Math.max(...distances);
    const one = 1n << BigInt(width - 1);
    const sum = [0, ...distances].reduce((terms, distance) => terms ^ algebra.shift(one, greatest - distance), 0n);
    expect(sum).toBe(0n);
  });

  it('never reads bytes that the same step writes', () => {
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(64);
  });

  it('leaves room for tables and window before a piece, which is aligned', () => {
    const { tables, dataOffset, windowBytes } = crcProgram(algorithm, 1024 * 1024);
    expect(dataOffset).toBeGreaterThanOrEqual(tables.byteLength + windowBytes);
    expect(dataOffset % 8).toBe(0);
  });
});
