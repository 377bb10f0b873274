import { compare, fullObjectChecksum, proveEqual } from '../../../lambda/shared/integrity';

const source = { bucket: 'raw', key: 'k', etag: '"abc"', size: 10 };
const destination = { bucket: 'lake', key: 'k' };
const crc = (value: string) => ({ algorithm: 'CRC64NVME', value }) as const;

describe('fullObjectChecksum', () => {
  test('prefers what S3 adds by itself', () => {
    const fields = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'x', ChecksumCRC64NVME: 'y' };
    expect(fullObjectChecksum(fields)).toEqual(crc('y'));
  });

  test('does not take the checksum of checksums for one', () => {
    expect(fullObjectChecksum({ ChecksumType: 'COMPOSITE', ChecksumCRC32: 'x-3' })).toBeUndefined();
  });

  test('has none of an object without', () => {
    expect(fullObjectChecksum({})).toBeUndefined();
  });
});

describe('proves by the strongest means that both objects have', () => {
  test('a checksum', () => {
    const copy = { ContentLength: 10, ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'y', ETag: '"other"' };
    expect(proveEqual(source, crc('y'), copy, destination)).toEqual({
      verifiedBy: 'full-object-checksum',
      algorithm: 'CRC64NVME',
      checksum: 'y',
    });
  });

  test('the ETag', () => {
    expect(proveEqual(source, undefined, { ContentLength: 10, ETag: '"abc"' }, destination).verifiedBy).toBe('etag');
  });

  test('the size, and says which checksum the copy has', () => {
    const copy = { ContentLength: 10, ETag: '"other"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'y' };
    expect(proveEqual(source, undefined, copy, destination)).toEqual({
      verifiedBy: 'size',
      algorithm: 'CRC64NVME',
      checksum: 'y',
    });
  });
});

describe('tells a difference', () => {
  test('in size', () => {
    expect(() => proveEqual(source, undefined, { ContentLength: 9 }, destination)).toThrow(
      expect.objectContaining({ name: 'SizeMismatch', message: expect.stringContaining('9 bytes instead of 10') }),
    );
  });

  test('in checksum, even where the ETag is the same', () => {
    const copy = { ContentLength: 10, ETag: '"abc"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'z' };
    expect(compare(source, crc('y'), copy)).toMatchObject({ difference: 'ChecksumMismatch' });
    expect(() => proveEqual(source, crc('y'), copy, destination)).toThrow(/CRC64NVME is z instead of y/);
  });
});
