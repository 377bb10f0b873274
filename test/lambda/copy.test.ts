import {
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CopyResult, CopyState } from '../../lib/private/protocol';
import type { Fault } from '../../local/s3';
import { Harness, MIB } from './harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

const source = 's3://raw/in/object.bin';
const inParts = { source, options: { partSize: 5 * MIB } };

function putGenerated(size: number, key = 'in/object.bin') {
  harness.server.putGenerated({ bucket: 'raw', key, size });
}

async function headCopy(key = 'out/object.bin') {
  return harness.client.send(new HeadObjectCommand({ Bucket: 'lake', Key: key, ChecksumMode: 'ENABLED' }));
}

async function copiesBelow(prefix: string) {
  const { Contents = [] } = await harness.client.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: prefix }));
  return Contents.map(({ Key }) => Key);
}

/** Copies all parts, if there are any. @returns the last step, which makes the object */
async function startCopy(state: CopyState): Promise<() => Promise<CopyResult>> {
  if (state.action === 'COPY_OBJECT') return () => harness.copyObject(state);
  if (state.action !== 'COPY_PARTS') throw new Error(`Plan decided on ${state.action}`);
  const begun = await harness.begin(state);
  for (const partNumber of state.partNumbers) await harness.copyPart(begun, partNumber);
  return () => harness.complete(begun);
}

describe.each([
  ['in parts', inParts],
  ['by CopyObject', { source }],
])('a copy %s', (_, input) => {
  test('has the bytes of the source', async () => {
    const bytes = Buffer.alloc(12 * MIB, 'some bytes that do not repeat evenly. ');
    await harness.client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'in/object.bin', Body: bytes }));
    const result = await harness.copy(input);
    const { Body } = await harness.client.send(new GetObjectCommand({ Bucket: 'lake', Key: 'out/object.bin' }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(bytes)).toBe(true);
    expect(result).toMatchObject({
      status: 'COPIED',
      source: { size: 12 * MIB },
      integrity: { verifiedBy: 'full-object-checksum', algorithm: 'CRC64NVME' },
      serverSideEncryption: 'AES256',
    });
    expect(harness.server.openUploads().filter(({ key }) => key === 'out/object.bin')).toEqual([]);
  });

  test('has every header, the metadata, the tags and the storage class', async () => {
    const carried = {
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.bin"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'application/x-thing',
      Metadata: { plain: 'value', encoded: '=?UTF-8?Q?=C3=BC?=' },
      StorageClass: 'STANDARD_IA' as const,
    };
    const stored = { Bucket: 'raw', Key: 'in/object.bin' };
    const tags = [
      { Key: 'team', Value: 'a + b/c=@' },
      { Key: 'empty', Value: '' },
    ];
    await harness.client.send(
      new PutObjectCommand({
        ...stored,
        ...carried,
        Body: Buffer.alloc(12 * MIB),
        Expires: new Date('2030-01-01T00:00:00Z'),
        WebsiteRedirectLocation: '/elsewhere',
      }),
    );
    await harness.client.send(new PutObjectTaggingCommand({ ...stored, Tagging: { TagSet: tags } }));

    await harness.copy(input);

    expect(await headCopy()).toMatchObject({
      ...carried,
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
      WebsiteRedirectLocation: '/elsewhere',
    });
    const { TagSet } = await harness.client.send(
      new GetObjectTaggingCommand({ Bucket: 'lake', Key: 'out/object.bin' }),
    );
    expect(TagSet).toEqual(expect.arrayContaining(tags));
  });

  test('has tags that are too long for a header', async () => {
    const tags = Array.from({ length: 10 }, (__, index) => ({
      Key: `${index}${'ü'.repeat(100)}`,
      Value: 'ü'.repeat(250),
    }));
    const stored = { Bucket: 'raw', Key: 'in/object.bin' };
    await harness.client.send(new PutObjectCommand({ ...stored, Body: Buffer.alloc(12 * MIB) }));
    await harness.client.send(new PutObjectTaggingCommand({ ...stored, Tagging: { TagSet: tags } }));
    await harness.copy(input);
    const { TagSet } = await harness.client.send(
      new GetObjectTaggingCommand({ Bucket: 'lake', Key: 'out/object.bin' }),
    );
    expect(TagSet).toHaveLength(10);
    expect(TagSet).toEqual(expect.arrayContaining(tags));
  });

  test('fails with DestinationExists if an object appears meanwhile and overwrite is never', async () => {
    putGenerated(12 * MIB, 'in/raced');
    const state = await harness.plan({
      ...input,
      source: 's3://raw/in/raced',
      options: { ...inParts.options, ...('options' in input ? {} : { partSize: undefined }), overwrite: 'never' },
    });
    const finish = await startCopy(state);
    await harness.client.send(new PutObjectCommand({ Bucket: 'lake', Key: 'out/raced', Body: 'first' }));

    await expect(finish()).rejects.toMatchObject({ name: 'DestinationExists' });
    expect((await headCopy('out/raced')).ContentLength).toBe(5);
    await harness.client.send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'out/raced' }));
  });

  test('fails with SourceChanged if the source changed after Plan', async () => {
    putGenerated(12 * MIB, 'in/moving');
    const state = await harness.plan({ ...input, source: 's3://raw/in/moving' });
    if (state.action !== 'COPY_PARTS' && state.action !== 'COPY_OBJECT') throw new Error(state.action);
    // As in a bucket without versions: only the ETag tells the difference.
    const moved = { ...state, source: { ...state.source, versionId: undefined } };
    await harness.client.send(
      new PutObjectCommand({ Bucket: 'raw', Key: 'in/moving', Body: Buffer.alloc(12 * MIB, 1) }),
    );
    const copy = startCopy(moved).then((finish) => finish());
    await expect(copy).rejects.toMatchObject({ name: 'SourceChanged' });
  });
});

describe('a source with a composite checksum', () => {
  const sizes = [5 * MIB, 7 * MIB, MIB];

  /** Three uneven parts. */
  async function putInParts(ChecksumAlgorithm: ChecksumAlgorithm, key = 'in/composite') {
    const target = { Bucket: 'raw', Key: key };
    const created = await harness.client.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm, ChecksumType: 'COMPOSITE' }),
    );
    const upload = { ...target, UploadId: created.UploadId };
    const Parts: CompletedPart[] = [];
    for (const [index, size] of sizes.entries()) {
      const PartNumber = index + 1;
      const part = { ...upload, PartNumber, ChecksumAlgorithm, Body: Buffer.alloc(size, PartNumber) };
      const { ETag, ...checksums } = await harness.client.send(new UploadPartCommand(part));
      Parts.push({ ETag, PartNumber, [`Checksum${ChecksumAlgorithm}`]: checksums[`Checksum${ChecksumAlgorithm}`] });
    }
    await harness.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    return harness.client.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }));
  }

  test.each<ChecksumAlgorithm>(['SHA256', 'SHA1', 'CRC32', 'CRC32C'])(
    'is copied with the same %s and the same ETag',
    async (algorithm) => {
      const original = await putInParts(algorithm);
      const result = await harness.copy({ source: 's3://raw/in/composite' });
      expect(result).toMatchObject({
        parts: 3,
        partSize: 5 * MIB,
        integrity: { verifiedBy: 'composite-checksum', algorithm, checksum: original[`Checksum${algorithm}`] },
        destination: { etag: original.ETag },
      });
      const copy = await headCopy('out/composite');
      expect(copy).toMatchObject({ ChecksumType: 'COMPOSITE', ETag: original.ETag });
      expect(copy[`Checksum${algorithm}`]).toBe(original[`Checksum${algorithm}`]);
    },
  );

  test('is copied in other parts with options.partSize, and then proven by its size', async () => {
    await putInParts('SHA256');
    const result = await harness.copy({ source: 's3://raw/in/composite', options: { partSize: 6 * MIB } });
    expect(result).toMatchObject({ parts: 3, partSize: 6 * MIB, integrity: { verifiedBy: 'size' } });
  });

  test('fails with ChecksumMismatch and makes no object if the bytes differ', async () => {
    await putInParts('SHA256', 'in/tampered');
    const begun = await harness.begin(await harness.planParts({ source: 's3://raw/in/tampered' }));
    for (const partNumber of begun.partNumbers) await harness.copyPart(begun, partNumber);
    // As long as the right part, but other bytes.
    await harness.client.send(
      new UploadPartCommand({
        Bucket: 'lake',
        Key: 'out/tampered',
        UploadId: begun.upload.uploadId,
        PartNumber: 2,
        ChecksumAlgorithm: 'SHA256',
        Body: Buffer.alloc(sizes[1]!, 9),
      }),
    );
    await expect(harness.complete(begun)).rejects.toMatchObject({ name: 'ChecksumMismatch' });
    expect(await copiesBelow('out/tampered')).toEqual([]);
  });

  test('fails with SourceChanged before a byte is copied if it changed after Plan', async () => {
    await putInParts('SHA256', 'in/moved');
    const state = await harness.planParts({ source: 's3://raw/in/moved' });
    const begun = await harness.begin({ ...state, source: { ...state.source, versionId: undefined } });
    await harness.client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'in/moved', Body: 'other' }));
    await expect(harness.copyPart(begun, 1)).rejects.toMatchObject({ name: 'SourceChanged' });
  });
});

describe('a part', () => {
  const passing: [string, Fault][] = [
    ['a 500', { kind: 'error', status: 500, code: 'InternalError', message: 'We encountered an internal error.' }],
    ['a SlowDown', { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' }],
    [
      'a 200 with an error',
      { kind: 'error-in-200', code: 'InternalError', message: 'We encountered an internal error.' },
    ],
    ['an empty 200', { kind: 'empty-200' }],
    ['a connection cut before', { kind: 'reset-before' }],
    ['a connection cut after', { kind: 'reset-after' }],
  ];

  test.each(passing)('is copied again after %s', async (_, fault) => {
    putGenerated(12 * MIB);
    const begun = await harness.begin(await harness.planParts(inParts));
    harness.server.faults.add({ operation: 'UploadPartCopy', times: 1, fault });
    await expect(harness.copyPart(begun, 2)).resolves.toBe(2);
  });

  test.each<[string, Fault, string]>([
    [
      'a 200 whose error is followed by white space',
      { kind: 'error-in-200', code: 'InternalError', message: 'x', trailingWhitespace: true },
      'TransientS3Error',
    ],
    ['a cut answer', { kind: 'truncate' }, 'TransientS3Error'],
    ['a 500 that stays', { kind: 'error', status: 500, code: 'InternalError', message: 'x' }, 'TransientS3Error'],
    ['a SlowDown that stays', { kind: 'error', status: 503, code: 'SlowDown', message: 'x' }, 'Throttled'],
    ['a refusal', { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' }, 'AccessDenied'],
  ])('fails after %s with its error name', async (_, fault, name) => {
    putGenerated(12 * MIB);
    const begun = await harness.begin(await harness.planParts(inParts));
    harness.server.faults.add({ operation: 'UploadPartCopy', fault });
    await expect(harness.copyPart(begun, 2)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('UploadPartCopy of part 2 (bytes 5242880-10485759)'),
    });
  });

  test('does not fail more often after many failures', async () => {
    putGenerated(12 * MIB);
    const begun = await harness.begin(await harness.planParts(inParts));
    harness.server.faults.add({
      operation: 'UploadPartCopy',
      probability: 0.5,
      seed: 'parts',
      fault: { kind: 'reset-before' },
    });
    // More retries than one shared bucket of retry tokens pays for.
    const copies = Array.from({ length: 100 }, () =>
      harness.copyPart(begun, 1).then(
        () => 'copied',
        () => 'failed',
      ),
    );
    const outcomes = await Promise.all(copies);
    // One in 16 fails four times in a row.
    expect(outcomes.filter((outcome) => outcome === 'failed').length).toBeLessThan(25);
  });

  test('fails with UploadNotFound if the upload was aborted', async () => {
    putGenerated(12 * MIB);
    const begun = await harness.begin(await harness.planParts(inParts));
    const gone = { ...begun, upload: { ...begun.upload, uploadId: `${begun.upload.uploadId.slice(0, -4)}AAAA` } };
    await expect(harness.copyPart(gone, 1)).rejects.toMatchObject({ name: 'UploadNotFound' });
  });
});

test.each(['never', 'if-match'])('CopyObject finds its own copy if the answer was lost: %s', async (rule) => {
  const key = `lost-${rule}`;
  putGenerated(3 * MIB, `in/${key}`);
  const before = { Bucket: 'lake', Key: `out/${key}`, Body: 'before' };
  const ifMatch = rule === 'never' ? undefined : (await harness.client.send(new PutObjectCommand(before))).ETag;
  const options = rule === 'never' ? { overwrite: 'never' } : { ifMatch };
  harness.server.faults.add({ operation: 'CopyObject', times: 1, fault: { kind: 'reset-after' } });
  const result = await harness.copy({ source: `s3://raw/in/${key}`, options });
  expect(result).toMatchObject({ status: 'COPIED', integrity: { verifiedBy: 'full-object-checksum' } });
});

const DENIED: Fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' };

describe('CopyObject, if there may have been an attempt before it', () => {
  async function existingCopy(name: string, options: object) {
    putGenerated(3 * MIB, `in/${name}`);
    const state = await harness.planObject({ source: `s3://raw/in/${name}`, options });
    const { made } = await harness.copyOnce(state);
    return { state, mention: `${made.description} exists, and an earlier attempt` };
  }

  test('before a redrive, does not take an equal object for its own where a condition forbids to copy again', async () => {
    const { state, mention } = await existingCopy('redriven', { overwrite: 'never' });
    for (const retryCount of [0, 1]) {
      await expect(harness.copyOnce(state, { retryCount, redriveCount: 1 })).rejects.toMatchObject({
        name: 'DestinationExists',
        message: expect.stringContaining(mention),
      });
    }
    // Without one, nothing tells the object from its own.
    await expect(harness.copyOnce(state, { retryCount: 1 })).resolves.toBeDefined();
  });

  test.each([{}, { overwrite: 'never' }])('names the object that is there after another error: %j', async (options) => {
    const { state, mention } = await existingCopy(`denied-${Object.keys(options).length}`, options);
    harness.server.faults.add({ operation: 'CopyObject', fault: DENIED });
    const failing = (redriveCount: number) => harness.copyOnce(state, { retryCount: 0, redriveCount });
    await expect(failing(1)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(mention),
    });
    await expect(failing(0)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.not.stringMatching(/an earlier attempt|S3 may still/),
    });
  });
});

describe('Complete', () => {
  async function allParts(key: string) {
    putGenerated(12 * MIB, `in/${key}`);
    const begun = await harness.begin(await harness.planParts({ ...inParts, source: `s3://raw/in/${key}` }));
    for (const partNumber of begun.partNumbers) await harness.copyPart(begun, partNumber);
    return begun;
  }

  test('finds the object that it made if the answer was lost', async () => {
    const begun = await allParts('lost');
    harness.server.faults.add({ operation: 'CompleteMultipartUpload', times: 1, fault: { kind: 'reset-after' } });
    await expect(harness.complete(begun)).resolves.toMatchObject({ status: 'COPIED', parts: 3 });
  });

  test.each([
    [
      false,
      /S3 may still execute a request whose answer was lost: then (.*) is this copy, unless the upload is aborted/,
    ],
    [true, /an earlier attempt, whose answer was lost, may have made (.*), or may make it later/],
  ])('names what an attempt before it may have made, and the upload cannot be listed: %s', async (isUnknown, cause) => {
    const checked = await harness.checkParts(await allParts(`named-${isUnknown}`));
    if (isUnknown) await harness.completeUpload(checked);
    harness.server.faults.add({ operation: isUnknown ? 'ListParts' : 'CompleteMultipartUpload', fault: DENIED });
    for (const earlier of [{ retryCount: 1 }, { retryCount: 0, redriveCount: 1 }]) {
      const error = await harness.completeUpload(checked, earlier).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'AccessDenied' });
      const [, named] = cause.exec((error as Error).message)!;
      expect(named).toBe(`s3://lake/out/named-${isUnknown} (ETag ${checked.expected.etag})`);
    }
    await expect(harness.completeUpload(checked)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.not.stringMatching(/an earlier attempt|S3 may still/),
    });
  });

  test('fails with UploadNotFound if the upload is gone and another object exists', async () => {
    const begun = await allParts('gone');
    await harness.client.send(new PutObjectCommand({ Bucket: 'lake', Key: 'out/gone', Body: 'other' }));
    const gone = { ...begun, upload: { ...begun.upload, uploadId: `${begun.upload.uploadId.slice(0, -4)}AAAA` } };
    await expect(harness.complete(gone)).rejects.toMatchObject({ name: 'UploadNotFound' });
  });

  test('fails with SizeMismatch if a part is missing', async () => {
    putGenerated(12 * MIB, 'in/short');
    const begun = await harness.begin(await harness.planParts({ ...inParts, source: 's3://raw/in/short' }));
    await harness.copyPart(begun, 1);
    await harness.copyPart(begun, 3);
    await expect(harness.complete(begun)).rejects.toMatchObject({
      name: 'SizeMismatch',
      message: expect.stringContaining('2 parts instead of 3'),
    });
    expect(await copiesBelow('out/short')).toEqual([]);
  });

  test('fails with SizeMismatch if a part has another size', async () => {
    const begun = await allParts('uneven');
    const other = { ...begun, plan: { ...begun.plan, partSize: 6 * MIB } };
    await harness.copyPart(other, 2);
    await expect(harness.complete(begun)).rejects.toMatchObject({ name: 'SizeMismatch' });
    expect(await copiesBelow('out/uneven')).toEqual([]);
  });

  test('fails with ChecksumMismatch if the bytes are not those of the source', async () => {
    const begun = await allParts('corrupt');
    // As long as the right range, but other bytes: only the checksum can tell.
    const shifted = { ...begun, source: { ...begun.source, key: 'in/other', versionId: undefined, etag: '' } };
    putGenerated(12 * MIB, 'in/other');
    const { ETag } = await harness.client.send(new HeadObjectCommand({ Bucket: 'raw', Key: 'in/other' }));
    await harness.copyPart({ ...shifted, source: { ...shifted.source, etag: ETag! } }, 2);
    await expect(harness.complete(begun)).rejects.toMatchObject({ name: 'ChecksumMismatch' });
    expect(await copiesBelow('out/corrupt')).toEqual([]);
  });
});
