import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { chooseStrategy } from '../../../lambda/plan/parts/strategy';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { MIB } from '../harness';

const SINGLE = '"0123456789abcdef0123456789abcdef"';
const OF_3_PARTS = '"0123456789abcdef0123456789abcdef-3"';
const CRC = { ChecksumCRC64NVME: 'crc', ChecksumType: 'FULL_OBJECT' as const };
const COMPOSITE = { ChecksumSHA256: 'sha-3', ChecksumType: 'COMPOSITE' as const };
const SHA = { ChecksumSHA256: 'sha', ChecksumType: 'FULL_OBJECT' as const };

interface Case {
  readonly head?: Partial<HeadObjectCommandOutput>;
  readonly options?: CopyOptions;
  readonly etag?: string;
  readonly size?: number;
  readonly bucket?: string;
  readonly customerKey?: string;
  readonly partSize?: number;
}

function decideFor({ head = {}, options = {}, etag = SINGLE, size = 100 * MIB, bucket = 'lake', ...rest }: Case) {
  return chooseStrategy({
    source: { bucket: 'raw', key: 'k', etag, size, lastModified: '2026-01-01T00:00:00.000Z' },
    head: { $metadata: {}, ...head },
    destination: { bucket, key: 'k', customerKey: rest.customerKey },
    options,
    settings: { maxConcurrency: 250, partSize: rest.partSize },
    firstPartSize: () => Promise.resolve(40 * MIB),
  });
}

describe('the parts of', () => {
  test.each<[string, Case, string]>([
    ['a CRC: by size, small', { head: CRC }, 'whole'],
    ['a CRC: by size, large', { head: CRC, size: 1024 * MIB }, 'EVEN'],
    ['a CRC of a multipart object: not by its parts', { head: CRC, etag: OF_3_PARTS, size: 1024 * MIB }, 'EVEN'],
    [
      'a composite checksum: by its parts, however small',
      { head: COMPOSITE, etag: OF_3_PARTS, size: 11 * MIB },
      'SOURCE',
    ],
    ['a SHA of all bytes: as one, even where parts are faster', { head: SHA, size: 4096 * MIB }, 'whole'],
    ['a SHA of all bytes, too large for one CopyObject', { head: SHA, size: 6000 * MIB }, 'EVEN'],
    ['nothing but the ETag of a multipart object: by its parts', { etag: OF_3_PARTS, size: 1024 * MIB }, 'SOURCE'],
    ['nothing but the ETag of a single put: as one', { size: 4096 * MIB }, 'whole'],
    ['nothing but an ETag, too large for one CopyObject', { size: 6000 * MIB }, 'EVEN'],
    [
      'an ETag that KMS made',
      { head: { ServerSideEncryption: 'aws:kms' }, etag: OF_3_PARTS, size: 1024 * MIB },
      'EVEN',
    ],
    ['an ETag that SSE-C made', { head: { SSECustomerAlgorithm: 'AES256' }, size: 1024 * MIB }, 'EVEN'],
    ['an ETag, into KMS', { options: { serverSideEncryption: 'aws:kms' }, size: 1024 * MIB }, 'EVEN'],
    ['an ETag, into SSE-C', { customerKey: 'arn', size: 1024 * MIB }, 'EVEN'],
    ['an ETag, into a directory bucket', { bucket: 'lake--use1-az4--x-s3', size: 1024 * MIB }, 'EVEN'],
    ['parts of a size that the execution chose', { head: COMPOSITE, options: { partSize: 10 * MIB } }, 'EVEN'],
    [
      'parts of a size that only the workflow chose',
      { head: COMPOSITE, etag: OF_3_PARTS, partSize: 10 * MIB },
      'SOURCE',
    ],
    ['its ETag to be kept', { head: CRC, etag: OF_3_PARTS, options: { preserveEtag: true } }, 'SOURCE'],
    ['its ETag to be kept, put as one', { head: CRC, size: 4096 * MIB, options: { preserveEtag: true } }, 'whole'],
    ['no bytes', { head: COMPOSITE, size: 0 }, 'whole'],
    [
      'a composite checksum to be made',
      { head: CRC, options: { checksumAlgorithm: 'CRC32', checksumType: 'COMPOSITE' } },
      'EVEN',
    ],
    ['a range', { head: CRC, options: { range: 'bytes=0-9' } }, 'EVEN'],
  ])('%s', async (_, given, expected) => {
    const { plan } = await decideFor(given);
    expect(plan?.boundaries ?? 'whole').toBe(expected);
  });

  test('a range start at the first byte of the range', async () => {
    const { plan } = await decideFor({ options: { range: `bytes=${10 * MIB}-${31 * MIB - 1}`, partSize: 10 * MIB } });
    expect(plan).toMatchObject({ offset: 10 * MIB, length: 21 * MIB, parts: 3, partSize: 10 * MIB });
  });

  test('a range beyond the end of the source fail with InvalidInput', async () => {
    await expect(decideFor({ size: 10, options: { range: 'bytes=5-10' } })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('which has 10 bytes'),
    });
  });
});

describe('the proof of the copy of a source with', () => {
  const crc = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'crc' };

  test.each<[string, Case, string, string | undefined]>([
    ['a CRC', { head: CRC, size: 1024 * MIB }, 'full-object-checksum', 'CRC64NVME'],
    ['a composite checksum', { head: COMPOSITE, etag: OF_3_PARTS }, 'composite-checksum', 'SHA256'],
    ['a composite checksum, by other parts', { head: COMPOSITE, options: { partSize: 10 * MIB } }, 'size', 'CRC64NVME'],
    ['a SHA, by CopyObject', { head: SHA }, 'full-object-checksum', 'SHA256'],
    ['an ETag', { etag: OF_3_PARTS }, 'etag', 'CRC64NVME'],
    ['a range', { head: CRC, options: { range: 'bytes=0-9' } }, 'size', 'CRC64NVME'],
    [
      'another algorithm, too large for one CopyObject',
      { head: CRC, size: 6000 * MIB, options: { checksumAlgorithm: 'SHA256' } },
      'size',
      'SHA256',
    ],
    ['another algorithm, small', { head: CRC, options: { checksumAlgorithm: 'SHA1' } }, 'etag', 'SHA1'],
    ['a directory bucket has no MD5', { head: { ChecksumMD5: 'm' }, bucket: 'x--use1-az4--x-s3' }, 'size', undefined],
  ])('%s', async (_, given, verifiedBy, declared) => {
    const decision = await decideFor(given);
    expect(decision.integrity.verifiedBy).toBe(verifiedBy);
    expect(decision.declared?.algorithm).toBe(declared);
  });

  test('a checksum is the checksum of the source', async () => {
    expect((await decideFor({ head: CRC })).proof).toEqual({ by: 'checksum', checksum: crc, sameEtag: undefined });
  });
});

describe('integrity required', () => {
  const required = { integrity: 'required' } as const;

  test.each<[string, Case, RegExp]>([
    ['no checksum, KMS', { head: { ServerSideEncryption: 'aws:kms' } }, /no checksum of it.*encrypted with aws:kms/],
    ['a range', { head: CRC, options: { range: 'bytes=0-9' } }, /no checksum of the range/],
    [
      'other parts',
      { head: COMPOSITE, etag: OF_3_PARTS, options: { partSize: 10 * MIB } },
      /COMPOSITE SHA256.*other parts/,
    ],
    ['no checksum, too large', { size: 6000 * MIB }, /uploaded in one piece/],
  ])('fails with IntegrityUnavailable if only the size could prove the copy: %s', async (_, given, message) => {
    const decision = decideFor({ ...given, options: { ...given.options, ...required } });
    await expect(decision).rejects.toMatchObject({
      name: 'IntegrityUnavailable',
      message: expect.stringMatching(message),
    });
  });

  test('accepts a checksum', async () => {
    expect((await decideFor({ head: CRC, options: required })).proof.sameEtag).toBeUndefined();
  });

  test('requires the ETag of the source if there is no checksum', async () => {
    expect((await decideFor({ options: required })).proof.sameEtag).toBe(true);
  });
});

describe('preserveEtag fails with EtagNotPreservable', () => {
  test.each<[string, Case, RegExp]>([
    ['from KMS', { head: { ...CRC, ServerSideEncryption: 'aws:kms:dsse' } }, /encrypted with aws:kms:dsse/],
    ['into KMS', { head: CRC, options: { serverSideEncryption: 'aws:kms' } }, /will be encrypted with aws:kms/],
    ['from a single put of more than 5 GiB', { head: CRC, size: 6000 * MIB }, /uploaded in one piece/],
    ['into a directory bucket', { head: CRC, bucket: 'x--use1-az4--x-s3' }, /ETags in a directory bucket/],
  ])('%s', async (_, given, message) => {
    const decision = decideFor({ ...given, options: { ...given.options, preserveEtag: true } });
    await expect(decision).rejects.toMatchObject({
      name: 'EtagNotPreservable',
      message: expect.stringMatching(message),
    });
  });
});
