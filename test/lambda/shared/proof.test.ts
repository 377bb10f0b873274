import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { proveCopy } from '../../../lambda/shared/proof';
import type { MadeState, ProofPlan, SourceChecksum } from '../../../lib/private/protocol';

const crc = (value: string): SourceChecksum => ({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value });

function prove(proof: ProofPlan, head: Partial<HeadObjectCommandOutput>, checksum?: SourceChecksum, bucket = 'lake') {
  const state = {
    action: 'COPY_PARTS',
    source: { bucket: 'raw', key: 'k', etag: '"abc"', size: 10 },
    destination: { bucket, key: 'k' },
    plan: { length: 10 },
    proof,
    expected: { checksum },
    made: { description: 's3://lake/k (ETag "abc")' },
  } as unknown as MadeState;
  return proveCopy(state, { $metadata: {}, ContentLength: 10, ...head });
}

const has = (value: string) => ({ ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: value }) as const;

describe('what was planned is had', () => {
  test('a checksum', () => {
    const integrity = prove({ by: 'checksum', checksum: crc('y') }, { ...has('y'), ETag: '"other"' });
    expect(integrity).toEqual({ verifiedBy: 'full-object-checksum', algorithm: 'CRC64NVME', checksum: 'y' });
  });

  test('the ETag', () => {
    expect(prove({ by: 'etag' }, { ETag: '"abc"' }).verifiedBy).toBe('etag');
  });

  test('the size, with the checksum that S3 has made of the parts', () => {
    const integrity = prove({ by: 'size' }, { ETag: '"abc"', ...has('y') }, crc('y'));
    expect(integrity).toEqual({ verifiedBy: 'size', algorithm: 'CRC64NVME', checksum: 'y' });
  });

  test('the size instead of the ETag, only if S3 says that the bucket makes other ETags', () => {
    const head = { ETag: '"other"', ServerSideEncryption: 'aws:kms' } as const;
    expect(prove({ by: 'etag' }, head).verifiedBy).toBe('size');
    expect(prove({ by: 'etag' }, { ETag: '"other"' }, undefined, 'lake--use1-az4--x-s3').verifiedBy).toBe('size');
  });
});

describe('or the copy fails', () => {
  test.each<[string, ProofPlan, Partial<HeadObjectCommandOutput>, SourceChecksum | undefined, string, RegExp]>([
    ['another size', { by: 'size' }, { ContentLength: 9 }, undefined, 'SizeMismatch', /9 bytes instead of 10/],
    [
      'another checksum, though the ETag is the same',
      { by: 'checksum', checksum: crc('y') },
      { ...has('z'), ETag: '"abc"' },
      undefined,
      'ChecksumMismatch',
      /CRC64NVME is z instead of y/,
    ],
    [
      'no checksum',
      { by: 'checksum', checksum: crc('y') },
      { ETag: '"abc"' },
      undefined,
      'IntegrityUnavailable',
      /was made, but not proven equal .* S3 returns no checksum instead of its FULL_OBJECT CRC64NVME y/,
    ],
    [
      'a checksum of another type',
      { by: 'checksum', checksum: crc('y') },
      { ChecksumType: 'COMPOSITE', ChecksumCRC64NVME: 'y' },
      undefined,
      'IntegrityUnavailable',
      /its COMPOSITE CRC64NVME/,
    ],
    ['another ETag of MD5s', { by: 'etag' }, { ETag: '"other"' }, undefined, 'ChecksumMismatch', /ETag is "other"/],
    ['bytes that S3 put together otherwise', { by: 'size' }, has('z'), crc('y'), 'ChecksumMismatch', /z instead of y/],
    [
      'an ETag that was to be kept',
      { by: 'checksum', checksum: crc('y'), sameEtag: true },
      { ...has('y'), ETag: '"other"', ServerSideEncryption: 'aws:kms' },
      undefined,
      'EtagNotPreservable',
      /encrypts with aws:kms/,
    ],
  ])('%s', (_, proof, head, checksum, name, message) => {
    expect(() => prove(proof, head, checksum)).toThrow(
      expect.objectContaining({ name, message: expect.stringMatching(message) }),
    );
  });
});
