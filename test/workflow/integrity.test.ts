import * as s3 from 'aws-cdk-lib/aws-s3';
import { type Copy, copied, failed, WAYS } from './support';

// How a copy is proven, for every kind of source: the table "Checksums and proof" of docs/properties.md.

const UNEVEN = ['5MiB', '6MiB', 1000];
const COMBINABLE = ['CRC64NVME', 'CRC32', 'CRC32C'];
const OTHERS = ['SHA1', 'SHA256', 'SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128'];

describe.each(WAYS)('by %s', (way) => {
  test.each(COMBINABLE)('a full-object %s is kept and compared by S3', async (checksumAlgorithm) => {
    const { result, source, copy } = await copied({ setup: { object: { checksumAlgorithm } } }, way);
    expect(result!.integrity).toEqual({
      verifiedBy: 'full-object-checksum',
      algorithm: checksumAlgorithm,
      checksum: source!.checksum,
    });
    expect(copy).toMatchObject({ checksumAlgorithm, checksumType: 'FULL_OBJECT', checksum: source!.checksum });
    expect(result).toMatchObject({ checksumType: 'FULL_OBJECT', checksums: { [checksumAlgorithm]: source!.checksum } });
  });

  test.each(['CRC32', 'SHA256'])('another algorithm is made: %s', async (checksumAlgorithm) => {
    const { result, copy } = await copied({ options: { checksumAlgorithm } }, way);
    expect(copy).toMatchObject({ checksumAlgorithm });
    expect(result!.checksums).toEqual({ [checksumAlgorithm]: copy!.checksum });
  });
});

test.each(OTHERS)('a full-object %s is kept by one CopyObject', async (checksumAlgorithm) => {
  const { result, source } = await copied({ setup: { object: { size: '1MiB', checksumAlgorithm } } }, 'CopyObject');
  expect(result!.integrity).toEqual({
    verifiedBy: 'full-object-checksum',
    algorithm: checksumAlgorithm,
    checksum: source!.checksum,
  });
});

test.each(['CRC32', 'CRC32C', ...OTHERS])(
  'a composite %s of 3 uneven parts, and the ETag',
  async (checksumAlgorithm) => {
    const object = { parts: UNEVEN, checksumAlgorithm, checksumType: 'COMPOSITE' };
    const { result, source, copy } = await copied({ setup: { object } }, 'parts');
    expect(result!.integrity).toEqual({
      verifiedBy: 'composite-checksum',
      algorithm: checksumAlgorithm,
      checksum: source!.checksum,
    });
    expect(copy).toMatchObject({ etag: source!.etag, checksum: source!.checksum, parts: source!.parts });
    expect(source!.parts).toEqual([5_242_880, 6_291_456, 1000]);
  },
);

test('a composite checksum of one part', async () => {
  const object = { parts: ['1MiB'], checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' };
  const { source, copy } = await copied({ setup: { object } }, 'parts');
  expect(copy).toMatchObject({ etag: source!.etag, checksum: source!.checksum });
});

describe('an object that is older than checksums', () => {
  const old = { checksumAlgorithm: 'none' };

  test('of several parts is proven by its ETag', async () => {
    const { result, source, copy } = await copied({ setup: { object: { ...old, parts: UNEVEN } } }, 'parts');
    expect(result!.integrity.verifiedBy).toBe('etag');
    expect(copy).toMatchObject({ etag: source!.etag, parts: source!.parts });
  });

  test('of one piece is proven by its ETag', async () => {
    const { result, source } = await copied({ setup: { object: { ...old, size: '1GiB' } } }, 'CopyObject');
    expect(result).toMatchObject({ integrity: { verifiedBy: 'etag' }, destination: { etag: source!.etag } });
  });

  test('into SSE-KMS is proven by the sizes of its parts', async () => {
    const given: Copy = { setup: { object: { ...old, parts: UNEVEN } }, destination: KMS };
    expect((await copied(given, 'parts')).result!.integrity.verifiedBy).toBe('size');
  });

  test('is refused where integrity is required and the bucket turns out to use SSE-KMS', async () => {
    const given: Copy = { setup: { object: { ...old, parts: UNEVEN } }, destination: KMS };
    const report = await failed({ ...given, options: { integrity: 'required' } }, 'parts', 'EtagNotPreservable');
    expect(report).toMatchObject({ copy: null, requests: { AbortMultipartUpload: 1 } });
    expect(report.requests.UploadPartCopy).toBeUndefined();
  });
});

const KMS: Partial<s3.BucketProps> = { encryption: s3.BucketEncryption.KMS };

describe('integrity required', () => {
  const options = { integrity: 'required' };

  test.each(WAYS)('takes a checksum: %s', async (way) => {
    expect((await copied({ options }, way)).result!.integrity.verifiedBy).toBe('full-object-checksum');
  });

  test('takes an ETag', async () => {
    const object = { checksumAlgorithm: 'none', parts: UNEVEN };
    expect((await copied({ setup: { object }, options }, 'parts')).result!.integrity.verifiedBy).toBe('etag');
  });

  test.each<[string, Copy]>([
    ['a range', { options: { range: 'bytes=0-99' } }],
    [
      'a composite checksum by other parts',
      {
        setup: { object: { parts: UNEVEN, checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' } },
        options: { partSize: 5_242_880 },
      },
    ],
    ['no checksum, from SSE-KMS', { setup: { object: { checksumAlgorithm: 'none', parts: UNEVEN } }, source: KMS }],
  ])('refuses %s in Plan', async (_, given) => {
    const report = await failed(
      { ...given, options: { ...given.options, ...options } },
      'parts',
      'IntegrityUnavailable',
    );
    expect(report.execution.states).toEqual(['Plan']);
  });
});

describe('preserveEtag', () => {
  const options = { preserveEtag: true };

  test('keeps the ETag of an object of several parts, and its full-object checksum', async () => {
    const { result, source, copy } = await copied({ setup: { object: { parts: UNEVEN } }, options }, 'parts');
    expect(copy).toMatchObject({ etag: source!.etag, checksum: source!.checksum, parts: source!.parts });
    expect(result!.integrity.verifiedBy).toBe('full-object-checksum');
  });

  test('keeps the ETag of a large object of one piece', async () => {
    const { source, copy } = await copied({ setup: { object: { size: '4GiB' } }, options }, 'CopyObject');
    expect(copy!.etag).toBe(source!.etag);
  });

  test('refuses in Plan what it cannot keep', async () => {
    const report = await failed({ source: KMS, options }, 'CopyObject', 'EtagNotPreservable');
    expect(report.execution.states).toEqual(['Plan']);
  });

  test('refuses a bucket that turns out to use SSE-KMS, and leaves no upload', async () => {
    const given: Copy = { setup: { object: { parts: UNEVEN } }, destination: KMS, options };
    const { requests, copy } = await failed(given, 'parts', 'EtagNotPreservable');
    expect([requests.UploadPartCopy, copy]).toEqual([undefined, null]);
  });

  test.each<[string, object, object]>([
    ['preserveEtag', {}, options],
    ['integrity required, of a source without a checksum', { checksumAlgorithm: 'none' }, { integrity: 'required' }],
  ])('is refused by one CopyObject when the object is there, which stays: %s', async (_, object, asked) => {
    const setup = { object, existing: [{ content: 'before' }] };
    const given: Copy = { setup, destination: KMS, options: asked };
    const { execution, source, copy } = await failed(given, 'CopyObject', 'EtagNotPreservable');
    expect(execution.states).toContain('CopyObject');
    expect(execution.cause).toContain('was made without the ETag');
    expect(copy).toMatchObject({ size: source!.size, serverSideEncryption: 'aws:kms' });
    expect(copy!.etag).not.toBe(source!.etag);
  });

  test('is kept in such a bucket by SSE-S3', async () => {
    const given: Copy = { destination: KMS, options: { ...options, serverSideEncryption: 'AES256' } };
    const { source, copy } = await copied(given, 'CopyObject');
    expect(copy).toMatchObject({ etag: source!.etag, serverSideEncryption: 'AES256' });
  });
});
