import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { atMidnight } from '../../../local/s3/operations/lifecycle-run';
import { clientOf, raw, startServer } from './clients';
import { ManualClock } from './manual-clock';

const Bucket = 'bucket';
const DAY = 24 * 60 * 60 * 1000;

/** A midnight so many days from now. */
const midnight = (days: number): number => (Math.ceil(Date.now() / DAY) + days) * DAY;
const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
  ID: 'rule',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  ...more,
});

describe('lifecycle rules', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  const s3 = () => clientOf(server);
  const setRules = (...Rules: LifecycleRule[]) =>
    s3().send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const put = async (Key: string, more: object = {}) =>
    (await s3().send(new PutObjectCommand({ Bucket, Key, Body: 'xx', ...more }))).VersionId;
  /** Versions by their key, the newest first; markers in capitals. */
  const stored = async (): Promise<string[]> => {
    const { Versions = [], DeleteMarkers = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket }));
    const markers = DeleteMarkers.map(({ Key = '' }) => Key.toUpperCase());
    return [...Versions.map(({ Key = '' }) => Key), ...markers].sort();
  };

  it.each<[name: string, rule: Partial<LifecycleRule>, left: string[]]>([
    ['all', {}, []],
    ['a prefix', { Filter: { Prefix: 'a' } }, ['b']],
    ['a tag', { Filter: { Tag: { Key: 'kind', Value: 'log' } } }, ['b']],
    ['a size', { Filter: { ObjectSizeGreaterThan: 2 } }, ['a', 'b']],
    ['a date', { Expiration: { Date: new Date(midnight(0)) } }, []],
    ['a later date', { Expiration: { Date: new Date(midnight(9)) } }, ['a', 'b']],
    ['nothing', { Status: 'Disabled' }, ['a', 'b']],
  ])('expire objects: %s', async (_, more, left) => {
    server.createBucket(Bucket);
    await put('a', { Tagging: 'kind=log' });
    await put('b');
    await setRules(rule({ Expiration: { Days: 1 }, ...more }));
    expect(await server.runLifecycle(midnight(0) - 1)).toEqual({ expired: 0, removed: 0, aborted: 0 });
    expect(await stored()).toEqual(['a', 'b']);
    expect(await server.runLifecycle(midnight(1))).toEqual({ expired: 2 - left.length, removed: 0, aborted: 0 });
    expect(await stored()).toEqual(left);
  });

  it('leave nothing to read of what is gone', async () => {
    server.createBucket(Bucket);
    await put('a');
    await setRules(rule({ Expiration: { Days: 1 } }));
    await server.runLifecycle(midnight(1));
    expect((await raw(server, { path: '/bucket/a' })).status).toBe(404);
  });

  it.each([
    ['Enabled', ['K', 'k', 'k']],
    ['Suspended', ['K']],
  ] as const)('hide current versions where versioning is %s', async (versioning, left) => {
    server.createBucket(Bucket, { versioning });
    for (let time = 0; time < 2; time++) await put('k');
    await setRules(rule({ Expiration: { Days: 1 } }));
    expect((await server.runLifecycle(midnight(1))).expired).toBe(1);
    expect(await stored()).toEqual(left);
    // A marker is no object.
    expect((await server.runLifecycle(midnight(1))).expired).toBe(0);
  });

  it.each<[name: string, rule: Partial<LifecycleRule>, left: string[]]>([
    ['all', { NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, ['k']],
    [
      'but the newest',
      { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 } },
      ['k', 'k', 'k'],
    ],
    ['later', { NoncurrentVersionExpiration: { NoncurrentDays: 9 } }, ['k', 'k', 'k', 'k']],
  ])('remove versions that are not current: %s', async (_, more, left) => {
    server.createBucket(Bucket, { versioning: 'Enabled' });
    for (let version = 0; version < 4; version++) await put('k');
    await setRules(rule(more));
    await server.runLifecycle(midnight(1));
    expect(await stored()).toEqual(left);
  });

  it('remove what was hidden only after its days', async () => {
    server.createBucket(Bucket, { versioning: 'Enabled' });
    await put('k');
    await setRules(rule({ Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
    expect(await server.runLifecycle(midnight(1))).toMatchObject({ expired: 1, removed: 0 });
    expect(await stored()).toEqual(['K', 'k']);
    expect(await server.runLifecycle(midnight(2))).toMatchObject({ expired: 0, removed: 1 });
    expect(await server.runLifecycle(midnight(2))).toMatchObject({ expired: 0, removed: 1 });
    expect(await stored()).toEqual([]);
  });

  it.each<[name: string, rule: Partial<LifecycleRule>, left: string[]]>([
    ['by their own rule', { Expiration: { ExpiredObjectDeleteMarker: true } }, ['H', 'h']],
    ['by their age', { Expiration: { Days: 1 } }, ['H', 'h']],
    ['not by a rule for tags', { Expiration: { Days: 1 }, Filter: { Tag: { Key: 'a', Value: 'b' } } }, ['H', 'L', 'h']],
  ])('remove delete markers that hide nothing: %s', async (_, more, left) => {
    server.createBucket(Bucket, { versioning: 'Enabled' });
    await s3().send(new DeleteObjectCommand({ Bucket, Key: 'l' }));
    await put('h');
    await s3().send(new DeleteObjectCommand({ Bucket, Key: 'h' }));
    await setRules(rule(more));
    await server.runLifecycle(midnight(1));
    expect(await stored()).toEqual(left);
  });

  it('leave what is locked', async () => {
    server.createBucket(Bucket, { objectLock: true });
    const VersionId = await put('k', { ChecksumAlgorithm: 'CRC32' });
    await put('k', { ChecksumAlgorithm: 'CRC32' });
    const hold = (Status: 'ON' | 'OFF') =>
      s3().send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', VersionId, LegalHold: { Status } }));
    await hold('ON');
    await setRules(rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }));
    expect((await server.runLifecycle(midnight(1))).removed).toBe(0);
    await hold('OFF');
    expect((await server.runLifecycle(midnight(1))).removed).toBe(1);
  });

  it('abort uploads', async () => {
    server.createBucket(Bucket);
    for (const Key of ['a', 'b']) await s3().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await setRules(rule({ Filter: { Prefix: 'a' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }));
    expect((await server.runLifecycle(midnight(1))).aborted).toBe(0);
    expect((await server.runLifecycle(midnight(2))).aborted).toBe(1);
    expect(server.openUploads().map(({ key }) => key)).toEqual(['b']);
  });

  it.each(['<NoncurrentDays>0</NoncurrentDays>', '<NewerNoncurrentVersions>1</NewerNoncurrentVersions>'])(
    'cannot have a NoncurrentVersionExpiration of %s',
    async (expiration) => {
      server.createBucket(Bucket);
      const noncurrent = `<NoncurrentVersionExpiration>${expiration}</NoncurrentVersionExpiration>`;
      const body = `<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix/>${noncurrent}</Rule></LifecycleConfiguration>`;
      const answer = await raw(server, { method: 'PUT', path: '/bucket?lifecycle', body });
      expect(answer.body).toContain('<Code>MalformedXML</Code>');
    },
  );
});

describe('what is done at midnight', () => {
  it('is done each day until it is ended', () => {
    const times: string[] = [];
    const clock = new ManualClock(Date.parse('2026-03-01T22:00:00Z'));
    const end = atMidnight(clock, (now) => Promise.resolve(times.push(new Date(now).toISOString())));
    clock.advance(2 * DAY);
    expect(times).toEqual(['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z']);
    end();
    clock.advance(2 * DAY);
    expect(times).toHaveLength(2);
  });
});
