import { DeleteObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Harness, MIB } from '../harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

const source = 's3://raw/in/object.bin';

function putSource(size: number, key = 'in/object.bin') {
  return harness.server.putGenerated({ bucket: 'raw', key, size });
}

function putDestination(body: string, encryption: Partial<PutObjectCommandInput> = {}) {
  return harness.client.send(
    new PutObjectCommand({ Bucket: 'lake', Key: 'out/object.bin', Body: body, ...encryption }),
  );
}

describe('the action', () => {
  test.each([
    [0, 'COPY_OBJECT'],
    [1, 'COPY_OBJECT'],
    [64 * MIB, 'COPY_OBJECT'],
    [5 * 1024 * MIB, 'COPY_PARTS'],
    [5 * 1024 * MIB + 1, 'COPY_PARTS'],
    [50_000 * 1024 * MIB, 'COPY_PARTS'],
  ])('for %d bytes is %s', async (size, action) => {
    putSource(size);
    const state = await harness.plan({ source });
    expect(state.action).toBe(action);
    if (state.action === 'COPY_PARTS') expect(state.partNumbers).toHaveLength(state.plan.parts);
  });

  test('for the largest object fits into the 256 KiB of a state', async () => {
    putSource(50_000 * 1024 * MIB);
    const state = await harness.planParts({ source });
    expect(state.plan.parts).toBe(10_000);
    expect(JSON.stringify(state).length).toBeLessThan(64 * 1024);
  });

  test('depends on options before the settings of the workflow', async () => {
    putSource(100 * MIB);
    const { plan } = await harness.planParts({ source, options: { partSize: 10 * MIB, maxConcurrency: 3 } });
    expect(plan).toEqual({
      parts: 10,
      partSize: 10 * MIB,
      offset: 0,
      length: 100 * MIB,
      boundaries: 'EVEN',
      mapType: 'INLINE',
      maxConcurrency: 3,
    });
  });
});

describe('the state has', () => {
  test('the current version and its ETag if the input names no version', async () => {
    const { etag, versionId } = putSource(5);
    expect((await harness.planObject({ source })).source).toEqual({
      bucket: 'raw',
      key: 'in/object.bin',
      owner: harness.server.accountId,
      size: 5,
      etag: expect.stringContaining(etag.replaceAll('"', '')),
      versionId,
      lastModified: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('the version of the input', async () => {
    const { versionId } = putSource(5);
    putSource(6);
    const state = await harness.planObject({ source: { bucket: 'raw', key: 'in/object.bin', versionId } });
    expect(state.source).toMatchObject({ size: 5, versionId });
  });

  test('the checksum of the source', async () => {
    putSource(5);
    expect((await harness.planObject({ source })).proof.checksum).toEqual({
      algorithm: 'CRC64NVME',
      type: 'FULL_OBJECT',
      value: expect.any(String),
    });
  });

  test('the headers, metadata and tags of the source', async () => {
    await harness.client.send(
      new PutObjectCommand({
        Bucket: 'raw',
        Key: 'in/object.bin',
        Body: 'x',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        Metadata: { name: 'value' },
        Tagging: 'a=1&b=%2B',
        StorageClass: 'STANDARD_IA',
      }),
    );
    expect((await harness.planObject({ source })).properties).toEqual({
      metadataDirective: 'COPY',
      taggingDirective: 'COPY',
      contentType: 'text/plain',
      cacheControl: 'no-cache',
      metadata: { name: 'value' },
      tagging: 'a=1&b=%2B',
      storageClass: 'STANDARD_IA',
    });
  });
});

describe('overwrite', () => {
  test('never fails with DestinationExists before anything is copied', async () => {
    putSource(5);
    await putDestination('there');
    await expect(harness.plan({ source, options: { overwrite: 'never' } })).rejects.toMatchObject({
      name: 'DestinationExists',
      message: expect.stringContaining('s3://lake/out/object.bin'),
    });
  });

  test('never copies to a new key', async () => {
    putSource(5, 'in/new.bin');
    const state = await harness.plan({ source: 's3://raw/in/new.bin', options: { overwrite: 'never' } });
    expect(state).toMatchObject({ action: 'COPY_OBJECT', overwrite: 'never' });
  });

  test('if-different skips an equal object, and reports the proof', async () => {
    putSource(5, 'in/same.bin');
    await harness.copy({ source: 's3://raw/in/same.bin' });
    const state = await harness.plan({ source: 's3://raw/in/same.bin', options: { overwrite: 'if-different' } });
    expect(state).toMatchObject({
      action: 'NOTHING',
      result: { status: 'SKIPPED', integrity: { verifiedBy: 'full-object-checksum' }, destination: { bucket: 'lake' } },
    });
  });

  test('if-different copies over other bytes of the same size', async () => {
    await harness.client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'in/object.bin', Body: 'aaaaa' }));
    await putDestination('bbbbb');
    const state = await harness.plan({ source, options: { overwrite: 'if-different' } });
    expect(state.action).toBe('COPY_OBJECT');
  });

  test.each(['Disabled', 'PendingDeletion', 'Deleted'] as const)('an object whose KMS key is %s', async (state) => {
    putSource(5);
    const { keyId, arn } = harness.server.createKmsKey();
    await putDestination('there', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn });
    harness.server.setKmsKeyState(keyId, state);
    const plan = (options: object) => harness.plan({ source, options });
    expect(await plan({ overwrite: 'if-different' })).toMatchObject({ action: 'COPY_OBJECT' });
    expect(await plan({ ifMatch: '"x"' })).toMatchObject({ action: 'COPY_OBJECT', ifMatch: '"x"' });
    await expect(plan({ overwrite: 'never' })).rejects.toMatchObject({ name: 'DestinationExists' });
  });

  test('always does not call S3 for the destination', async () => {
    putSource(5);
    harness.server.requestLog.clear();
    await harness.plan({ source });
    expect(harness.server.requestLog.counts()).toEqual({ HeadObject: 1 });
  });
});

test('a dry run returns the plan and copies nothing', async () => {
  putSource(10 * 1024 * MIB);
  const state = await harness.plan({ source, options: { dryRun: true } });
  expect(state).toMatchObject({
    action: 'NOTHING',
    result: { status: 'PLANNED', parts: 40, partSize: 256 * MIB, integrity: { verifiedBy: 'full-object-checksum' } },
  });
  expect(harness.server.openUploads()).toEqual([]);
});

describe('fails with', () => {
  test('SourceNotFound for a key that does not exist', async () => {
    await expect(harness.plan({ source: 's3://raw/in/missing' })).rejects.toMatchObject({
      name: 'SourceNotFound',
      message: expect.stringContaining('s3://raw/in/missing'),
    });
  });

  test('SourceNotFound for a deleted object and for its delete marker', async () => {
    putSource(5, 'in/deleted');
    const deleted = await harness.client.send(new DeleteObjectCommand({ Bucket: 'raw', Key: 'in/deleted' }));
    await expect(harness.plan({ source: 's3://raw/in/deleted' })).rejects.toMatchObject({ name: 'SourceNotFound' });
    const marker = { bucket: 'raw', key: 'in/deleted', versionId: deleted.VersionId };
    await expect(harness.plan({ source: marker })).rejects.toMatchObject({
      name: 'SourceNotFound',
      message: expect.stringContaining('delete marker'),
    });
  });

  test('SourceNotFound for a version that never existed', async () => {
    putSource(5);
    const unknown = { bucket: 'raw', key: 'in/object.bin', versionId: 'nonsense' };
    await expect(harness.plan({ source: unknown })).rejects.toMatchObject({ name: 'SourceNotFound' });
  });

  test.each(['GLACIER', 'DEEP_ARCHIVE'])('SourceArchived for %s', async (storageClass) => {
    harness.server.putGenerated({ bucket: 'raw', key: 'in/cold', size: 5, storageClass });
    await expect(harness.plan({ source: 's3://raw/in/cold' })).rejects.toMatchObject({
      name: 'SourceArchived',
      message: expect.stringContaining(storageClass),
    });
  });

  test('NotAllowed outside the declared locations, without calling S3', async () => {
    harness.server.requestLog.clear();
    await expect(harness.plan({ source: 's3://raw/else' })).rejects.toMatchObject({ name: 'NotAllowed' });
    await expect(harness.plan({ source, destination: 's3://lake/else' })).rejects.toMatchObject({ name: 'NotAllowed' });
    expect(harness.server.requestLog.counts()).toEqual({});
  });

  test('Throttled or TransientS3Error if S3 keeps answering SlowDown', async () => {
    putSource(5);
    harness.server.faults.add({
      operation: 'HeadObject',
      fault: { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
    });
    // A HEAD has no body: 503 is all that the SDK sees.
    await expect(harness.plan({ source })).rejects.toMatchObject({
      name: expect.stringMatching(/Throttled|Transient/),
    });
  });
});
