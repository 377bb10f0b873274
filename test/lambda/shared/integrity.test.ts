import {
  compare,
  type Copy,
  expectedOf,
  proveEqual,
  storedChecksum,
  storedChecksums,
} from '../../../lambda/shared/integrity';
import type { SourceChecksum } from '../../../lib/private/protocol';

const source = { bucket: 'raw', key: 'k', etag: '"abc"', size: 10, lastModified: '2026-01-01T00:00:00.000Z' };
const destination = { bucket: 'lake', key: 'k' };
const prove = (checksum: SourceChecksum | undefined, copy: Copy) =>
  proveEqual(expectedOf(source, checksum), copy, source, destination);
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

  test('of several, all are told', () => {
    const fields = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'x', ChecksumCRC64NVME: 'y' };
    expect(storedChecksums(fields)).toEqual({ CRC64NVME: 'y', CRC32: 'x' });
  });
});

describe('proves by the strongest means that both objects have', () => {
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

  test('the size, and says which checksum the copy has', () => {
    const copy = { ContentLength: 10, ETag: '"other"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'y' };
    expect(prove(undefined, copy)).toEqual({
      verifiedBy: 'size',
      algorithm: 'CRC64NVME',
      checksum: 'y',
    });
  });
});

describe('tells a difference', () => {
  test('in size', () => {
    expect(() => prove(undefined, { ContentLength: 9 })).toThrow(
      expect.objectContaining({ name: 'SizeMismatch', message: expect.stringContaining('9 bytes instead of 10') }),
    );
  });

  test('in checksum, even where the ETag is the same', () => {
    const copy = { ContentLength: 10, ETag: '"abc"', ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: 'z' };
    expect(compare(expectedOf(source, crc('y')), copy)).toMatchObject({ difference: 'ChecksumMismatch' });
    expect(() => prove(crc('y'), copy)).toThrow(/CRC64NVME is z instead of y/);
  });
});

test('of a range, only the size is comparable', () => {
  expect(expectedOf(source, crc('y'), 4)).toEqual({ size: 4 });
  expect(expectedOf(source, crc('y'), 10)).toEqual({ size: 10, etag: '"abc"', checksum: crc('y') });
});
