import { compare, keptChecksum, proveEqual, storedChecksum } from '../../../lambda/shared/integrity';

const source = { bucket: 'raw', key: 'k', etag: '"abc"', size: 10 };
const destination = { bucket: 'lake', key: 'k' };
const crc = (value: string) => ({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value }) as const;

describe('storedChecksum', () => {
  test('prefers what S3 adds by itself', () => {
    const fields = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'x', ChecksumCRC64NVME: 'y' };
    expect(storedChecksum(fields)).toEqual(crc('y'));
  });

  test('tells the checksum of checksums from that of the bytes', () => {
    const composite = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'x-3' };
    expect(storedChecksum({ ChecksumType: 'COMPOSITE', ChecksumCRC32: 'x-3' })).toEqual(composite);
  });

  test('has none of an object without', () => {
    expect(storedChecksum({})).toBeUndefined();
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

describe('keptChecksum', () => {
  const plan = { parts: 3, partSize: 5, boundaries: 'EVEN', mapType: 'INLINE', maxConcurrency: 3 } as const;
  const ofParts = { ...plan, boundaries: 'SOURCE' } as const;
  const sha = { algorithm: 'SHA256', type: 'FULL_OBJECT', value: 'x' } as const;
  const composite = { algorithm: 'SHA256', type: 'COMPOSITE', value: 'x-3' } as const;

  test.each([
    ['a CRC of the bytes, by even parts', crc('y'), plan, true],
    ['a CRC of the bytes, by one CopyObject', crc('y'), undefined, true],
    ['a SHA of the bytes, by even parts', sha, plan, false],
    ['a SHA of the bytes, by one CopyObject', sha, undefined, true],
    ['a composite checksum, by even parts', composite, plan, false],
    ['a composite checksum, by one CopyObject', composite, undefined, false],
    ["a composite checksum, by the source's parts", composite, ofParts, true],
  ])('%s: %s', (_, checksum, by, kept) => {
    expect(keptChecksum({ checksum, plan: by })).toEqual(kept ? checksum : undefined);
  });
});
