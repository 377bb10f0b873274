import { compare, type Copy, expectedOf, storedChecksum, storedChecksums } from '../../../lambda/shared/integrity';
import type { SourceChecksum } from '../../../lib/private/protocol';

const source = { bucket: 'raw', key: 'k', etag: '"abc"', size: 10, lastModified: '2026-01-01T00:00:00.000Z' };
const prove = (checksum: SourceChecksum | undefined, copy: Copy) => {
  const comparison = compare(expectedOf(source, checksum), copy);
  if ('difference' in comparison) throw new Error(`${comparison.difference}: ${comparison.text}`);
  return comparison.integrity;
};
const crc = (value: string) => ({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value }) as const;

describe('storedChecksum', () => {
  test('prefers the algorithm that S3 adds by itself', () => {
    const fields = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'x', ChecksumCRC64NVME: 'y' };
    expect(storedChecksum(fields)).toEqual(crc('y'));
  });

  test('distinguishes composite from full-object checksums', () => {
    const composite = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'x-3' };
    expect(storedChecksum({ ChecksumType: 'COMPOSITE', ChecksumCRC32: 'x-3' })).toEqual(composite);
  });

  test('is undefined without a checksum', () => {
    expect(storedChecksum({})).toBeUndefined();
  });

  test('storedChecksums returns all of them', () => {
    const fields = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'x', ChecksumCRC64NVME: 'y' };
    expect(storedChecksums(fields)).toEqual({ CRC64NVME: 'y', CRC32: 'x' });
  });
});

describe('compares by the strongest proof that both objects have', () => {
  test('a checksum', () => {
    const copy = { ContentLength: 10, ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'y', ETag: '"other"' };
    expect(prove(crc('y'), copy)).toEqual({
      verifiedBy: 'full-object-checksum',
      algorithm: 'CRC64NVME',
      checksum: 'y',
    });
  });

  test('the ETag', () => {
    expect(prove(undefined, { ContentLength: 10, ETag: '"abc"' }).verifiedBy).toBe('etag');
  });

  test('the size, and reports the checksum of the copy', () => {
    const copy = { ContentLength: 10, ETag: '"other"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'y' };
    expect(prove(undefined, copy)).toEqual({
      verifiedBy: 'size',
      algorithm: 'CRC64NVME',
      checksum: 'y',
    });
  });
});

describe('finds a difference', () => {
  test('in size', () => {
    expect(() => prove(undefined, { ContentLength: 9 })).toThrow('SizeMismatch: it has 9 bytes instead of 10');
  });

  test('in checksum, even if the ETag is the same', () => {
    const copy = { ContentLength: 10, ETag: '"abc"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'z' };
    expect(compare(expectedOf(source, crc('y')), copy)).toMatchObject({ difference: 'ChecksumMismatch' });
    expect(() => prove(crc('y'), copy)).toThrow(/CRC64NVME is z instead of y/);
  });
});

test('compares only the size of a range', () => {
  expect(expectedOf(source, crc('y'), 4)).toEqual({ size: 4 });
  expect(expectedOf(source, crc('y'), 10)).toEqual({ size: 10, etag: '"abc"', checksum: crc('y') });
});
