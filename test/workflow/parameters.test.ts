import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource } from '../../lib';
import { type Copy, copied, copy, failed, WAYS, LET_IN } from './support';

// Every parameter of UploadPartCopy, and the options of the destination, both ways.

const FIRST = '0'.repeat(31) + '1';
const SECOND = '0'.repeat(31) + '2';
const OWNER = '123456789012';
const OTHER = '999999999999';
const MODIFIED = '2026-06-01T12:00:00Z';
const BEFORE = '2026-06-01T11:00:00Z';
const AFTER = '2026-06-01T13:00:00Z';
const VERSIONED: Partial<s3.BucketProps> = { versioned: true };

const modified = { setup: { object: { lastModified: MODIFIED } } };

describe.each(WAYS)('by %s', (way) => {
  test('the version of the input, and not the current one', async () => {
    const given: Copy = {
      setup: { object: { versionId: FIRST }, newerVersions: [{ versionId: SECOND, content: 'newer' }] },
      source: VERSIONED,
      destination: VERSIONED,
      input: { source: { bucket: 'raw', key: 'in/object.bin', versionId: FIRST } },
    };
    const { result, copy: made } = await copied(given, way);
    expect(result!.source.versionId).toBe(FIRST);
    expect(result!.destination.versionId).toBe(made!.versionId);
  });

  describe('conditions on the source', () => {
    test.each<[string, object]>([
      ['copySourceIfMatch', { copySourceIfMatch: '*' }],
      ['copySourceIfNoneMatch', { copySourceIfNoneMatch: '"0123"' }],
      ['copySourceIfModifiedSince', { copySourceIfModifiedSince: BEFORE }],
      ['copySourceIfUnmodifiedSince', { copySourceIfUnmodifiedSince: AFTER }],
      ['a match outweighs a date', { copySourceIfMatch: '*', copySourceIfUnmodifiedSince: BEFORE }],
      ['all at once', { copySourceIfMatch: '*', copySourceIfNoneMatch: 'x', copySourceIfModifiedSince: BEFORE }],
    ])('hold: %s', async (_, options) => {
      await copied({ ...modified, options }, way);
    });

    test.each<[string, object]>([
      ['copySourceIfMatch', { copySourceIfMatch: '"0123"' }],
      ['copySourceIfNoneMatch', { copySourceIfNoneMatch: '*' }],
      ['copySourceIfModifiedSince', { copySourceIfModifiedSince: AFTER }],
      ['copySourceIfUnmodifiedSince', { copySourceIfUnmodifiedSince: BEFORE }],
      ['a match outweighs a date', { copySourceIfNoneMatch: '*', copySourceIfModifiedSince: BEFORE }],
    ])('fail in Plan: %s', async (_, options) => {
      const report = await failed({ ...modified, options }, way, 'PreconditionFailed');
      expect(report.execution.states).toEqual(['Plan']);
    });
  });

  describe('expected owners', () => {
    test('that are right', async () => {
      await copied({ options: { expectedBucketOwner: OWNER, expectedSourceBucketOwner: OWNER } }, way);
    });

    test.each(['expectedBucketOwner', 'expectedSourceBucketOwner'])(
      '%s that is not that of the location',
      async (name) => {
        const report = await failed({ options: { [name]: OTHER } }, way, 'NotAllowed');
        expect(report.execution).toMatchObject({
          states: ['Plan'],
          cause: expect.stringContaining(`options.${name} is ${OTHER}`),
        });
      },
    );

    // Of the name that the app knows, after the app's own bucket was deleted.
    test.each(['source', 'destination'])('another account has created the bucket of the %s anew', async (end) => {
      const setup = { [`${end}Bucket`]: { owner: OTHER, policy: LET_IN } };
      const report = await failed({ setup }, way, 'AccessDenied');
      expect(report.copy).toBeNull();
      expect(report.execution.cause).toContain(`the bucket of the ${end} does not belong to account ${OWNER}`);
    });
  });

  describe('requester pays', () => {
    // The payer is asked for where another account asks.
    const pays = (side: string): Copy => ({
      setup: {
        [side]: { requesterPays: true, owner: OTHER, policy: LET_IN },
      },
      props: () =>
        side === 'sourceBucket'
          ? { sources: [CopySource.bucketName('raw', { account: OTHER, prefix: 'in/' })] }
          : { destinations: [CopyDestination.bucketName('lake', { account: OTHER, prefix: 'out/' })] },
    });

    test.each(['sourceBucket', 'destinationBucket'])('%s', async (side) => {
      const { result } = await copied({ ...pays(side), options: { requestPayer: 'requester' } }, way);
      expect(result!.requestCharged).toBe('requester');
    });

    test.each(['sourceBucket', 'destinationBucket'])('%s, and nobody says who', async (side) => {
      const { execution } = await failed(pays(side), way, 'AccessDenied');
      expect(execution.cause).toContain(
        "a bucket is a Requester Pays bucket and options.requestPayer is not 'requester'",
      );
    });
  });

  describe('the destination', () => {
    const existing: Copy = { setup: { existing: [{ content: 'there' }] } };

    test('overwrite always, by itself', async () => {
      expect((await copied(existing, way)).copy!.size).toBeGreaterThan(5);
    });

    test('overwrite never', async () => {
      const report = await failed({ ...existing, options: { overwrite: 'never' } }, way, 'DestinationExists');
      expect(report.copy!.size).toBe(5);
      await copied({ options: { overwrite: 'never' } }, way);
    });

    test('overwrite if-different: other bytes', async () => {
      await copied({ ...existing, options: { overwrite: 'if-different' } }, way);
    });

    test('ifMatch', async () => {
      const { execution } = await copied({ ...existing, options: { ifMatch: ETAG_OF_THERE } }, way);
      expect(execution.status).toBe('SUCCEEDED');
      await failed({ ...existing, options: { ifMatch: '"0123"' } }, way, 'DestinationExists');
      await failed({ options: { ifMatch: ETAG_OF_THERE } }, way, 'DestinationNotFound');
    });

    test('written while the copy runs, and overwrite is never', async () => {
      const report = await failed(
        { options: { overwrite: 'never' }, run: { ...meanwhile('lake', 'out/object.bin') } },
        way,
        'DestinationExists',
      );
      expect(report.copy!.size).toBe(7);
    });
  });

  test('a source that is overwritten while it is copied is SourceChanged, and nothing is left', async () => {
    const report = await failed({ run: { ...meanwhile('raw', 'in/object.bin') } }, way, 'SourceChanged');
    expect(report.copy).toBeNull();
  });

  test('response elements', async () => {
    const given: Copy = {
      source: VERSIONED,
      destination: { encryption: s3.BucketEncryption.KMS, bucketKeyEnabled: true },
    };
    const { result, source, copy: made } = await copied(given, way);
    expect(result).toMatchObject({
      source: { versionId: source!.versionId, etag: source!.etag, lastModified: source!.lastModified },
      destination: { etag: made!.etag, lastModified: made!.lastModified, size: made!.size },
      checksums: { CRC64NVME: made!.checksum },
      checksumType: 'FULL_OBJECT',
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: made!.ssekmsKeyId,
      bucketKeyEnabled: true,
    });
  });
});

/** MD5 of `there`. */
const ETAG_OF_THERE = '"d850f04cdb48312a9be171e214c0b4ee"';

/** Puts another object in the way when Plan has looked. */
function meanwhile(bucket: string, key: string): Copy['run'] {
  let put = () => {};
  return {
    onReady: (server) => {
      put = () => void server.putGenerated({ bucket, key, size: 7 });
    },
    onProgress: ({ state }) => state === 'Route' && put(),
  };
}

describe('a range', () => {
  test.each([
    ['of the beginning', 'bytes=0-99', 100],
    ['of one byte', 'bytes=7-7', 1],
    ['of several parts', `bytes=1000-${11 * 1024 ** 2 - 1}`, 11 * 1024 ** 2 - 1000],
  ])('%s is an object of its own', async (_, range, size) => {
    const { result, copy: made } = await copied({ options: { range } }, 'parts');
    expect(made!.size).toBe(size);
    expect(result).toMatchObject({ destination: { size }, integrity: { verifiedBy: 'size' } });
  });

  test('of a source that has no such bytes', async () => {
    await failed({ options: { range: 'bytes=0-99999999' } }, 'parts', 'InvalidInput');
  });
});

describe('overwrite if-different', () => {
  test('an equal object is skipped, with the reason', async () => {
    const same = { size: 1000, seed: 'same' };
    const report = await copy({
      setup: { object: same, existing: [same] },
      options: { overwrite: 'if-different' },
    });
    expect(report.result).toMatchObject({
      status: 'SKIPPED',
      reason: "the destination exists and has the source's size and CRC64NVME",
    });
    expect(report.requests.CopyObject).toBeUndefined();
  });
});

test('a dry run plans, and copies nothing', async () => {
  const { result, copy: made } = await copy({ setup: { object: { size: '1TiB' } }, options: { dryRun: true } });
  expect(result).toMatchObject({ status: 'PLANNED', parts: 250, integrity: { verifiedBy: 'full-object-checksum' } });
  expect(made).toBeNull();
});

test('a destination that ends in a slash is a folder, and sizes are text', async () => {
  const given = {
    input: { destination: 's3://lake/out/folder/' },
    options: { partSize: '5M' },
    setup: { object: { size: '11MiB' } },
  };
  const { result } = await copied(given);
  expect(result).toMatchObject({ destination: { key: 'out/folder/object.bin' }, parts: 3, partSize: 5_242_880 });
});

test.each(WAYS)('tags as text that no header can have, by %s', async (way) => {
  const options = { taggingDirective: 'REPLACE', tagging: 'größe=zwei Meter&b=' };
  const report = await copied({ options }, way);
  expect(report.copy!.tags).toEqual({ größe: 'zwei Meter', b: '' });
});

test('metadata that HTTP would change arrives as it is', async () => {
  const options = { metadataDirective: 'REPLACE', metadata: { a: ' b ', c: 'd e' } };
  const report = await copied({ options }, 'parts');
  expect(report.copy!.metadata).toEqual({ a: '=?UTF-8?B?IGIg?=', c: 'd e' });
});
