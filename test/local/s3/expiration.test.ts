import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('the expiration of objects', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket, { versioning: 'Enabled' });
  });

  const s3 = () => clientOf(server);
  const setRules = async (...Rules: LifecycleRule[]) =>
    s3().send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const expirationOf = async (Key: string, VersionId?: string) =>
    (await s3().send(new HeadObjectCommand({ Bucket, Key, VersionId }))).Expiration;
  const put = (Key: string, more: object = {}) => s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
  const march = 'expiry-date="Mon, 16 Mar 2026 00:00:00 GMT", rule-id="ten%20days"';
  const tenDays = { ID: 'ten days', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 10 } } as const;

  it('is at midnight after its days, for objects that the rule applies to', async () => {
    await setRules(tenDays);
    const lastModified = Date.parse('2026-03-05T12:00:00Z');
    for (const key of ['logs/a', 'other']) server.putGenerated({ bucket: Bucket, key, size: 10, lastModified });
    expect(await expirationOf('logs/a')).toBe(march);
    expect((await s3().send(new GetObjectCommand({ Bucket, Key: 'logs/a' }))).Expiration).toBe(march);
    expect(await expirationOf('other')).toBeUndefined();
  });

  it('is returned by all writes of an object', async () => {
    await setRules(tenDays);
    const told = /^expiry-date=".* 00:00:00 GMT", rule-id="ten%20days"$/;
    expect((await put('logs/a')).Expiration).toMatch(told);
    const copy = { Bucket, Key: 'logs/b', CopySource: `${Bucket}/logs/a` };
    expect((await s3().send(new CopyObjectCommand(copy))).Expiration).toMatch(told);
    const object = { Bucket, Key: 'logs/c' };
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand(object));
    const part = { ...object, UploadId, PartNumber: 1 };
    const { ETag } = await s3().send(new UploadPartCommand({ ...part, Body: 'x' }));
    const complete = { ...object, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    expect((await s3().send(new CompleteMultipartUploadCommand(complete))).Expiration).toMatch(told);
  });

  it('is returned for current versions only', async () => {
    await setRules(tenDays);
    const { VersionId } = await put('logs/a');
    await put('logs/a');
    expect(await expirationOf('logs/a', VersionId)).toBeUndefined();
  });

  it('is that of the earliest matching rule', async () => {
    const rule = (ID: string, Expiration: object, Filter: LifecycleRule['Filter']): LifecycleRule => ({
      ID,
      Status: 'Enabled',
      Expiration,
      Filter,
    });
    await setRules(
      rule('late', { Days: 1000 }, { Prefix: '' }),
      rule('tagged', { Days: 100 }, { Tag: { Key: 'kind', Value: 'log' } }),
      rule('sized', { Days: 50 }, { And: { Prefix: '', ObjectSizeGreaterThan: 1, ObjectSizeLessThan: 3 } }),
      rule('markers', { ExpiredObjectDeleteMarker: true }, { Prefix: '' }),
      { ...rule('off', { Days: 1 }, { Prefix: '' }), Status: 'Disabled' },
    );
    await put('plain');
    await put('tagged', { Tagging: 'kind=log' });
    await put('sized', { Body: 'xx' });
    expect(await expirationOf('plain')).toContain('rule-id="late"');
    expect(await expirationOf('tagged')).toContain('rule-id="tagged"');
    expect(await expirationOf('sized')).toContain('rule-id="sized"');
  });

  it('can be a date, and of a rule without an ID', async () => {
    await setRules({ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Date: new Date('2099-01-01') } });
    const { Rules = [] } = await s3().send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules[0]?.ID).toBeTruthy();
    await put('k');
    const date = 'expiry-date="Thu, 01 Jan 2099 00:00:00 GMT"';
    expect(await expirationOf('k')).toBe(`${date}, rule-id="${Rules[0]?.ID}"`);
  });

  it.each(['<Days>0</Days>', '<Days>1</Days><Date>2099-01-01T00:00:00Z</Date>', '<Date>soon</Date>'])(
    'is not %s',
    async (expiration) => {
      const rule = `<Rule><Status>Enabled</Status><Prefix/><Expiration>${expiration}</Expiration></Rule>`;
      const body = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`;
      const answer = await raw(server, { method: 'PUT', path: '/bucket?lifecycle', body });
      expect(answer.body).toContain('<Code>MalformedXML</Code>');
    },
  );
});
