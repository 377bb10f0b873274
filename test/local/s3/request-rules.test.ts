import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  RestoreObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('request rules', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
  });

  const s3 = () => clientOf(server);

  it('a path with an empty bucket name is not a request to the service', async () => {
    const answer = await raw(server, { path: '//bucket/key' });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Code>InvalidBucketName</Code>');
    expect((await raw(server, { path: '/' })).body).toContain('ListAllMyBucketsResult');
  });

  it('a request for a delete marker returns the allowed method', async () => {
    server.createBucket('versioned', { versioning: 'Enabled' });
    const object = { Bucket: 'versioned', Key: 'k' };
    await s3().send(new PutObjectCommand({ ...object, Body: 'x' }));
    const { VersionId } = await s3().send(new DeleteObjectCommand(object));
    for (const method of ['GET', 'HEAD']) {
      const answer = await raw(server, { method, path: `/versioned/k?versionId=${VersionId}` });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'DELETE', 'x-amz-delete-marker': 'true' } });
    }
  });

  it('retention dates are whole seconds', async () => {
    server.createBucket('locked', { objectLock: true });
    const object = { Bucket: 'locked', Key: 'k' };
    await s3().send(new PutObjectCommand({ ...object, Body: 'x' }));
    const RetainUntilDate = new Date('2099-01-02T03:04:05.678Z');
    const body = `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${RetainUntilDate.toISOString()}</RetainUntilDate></Retention>`;
    expect((await raw(server, { method: 'PUT', path: '/locked/k?retention', body })).status).toBe(200);
    const whole = new Date('2099-01-02T03:04:05Z');
    const { Retention } = await s3().send(new GetObjectRetentionCommand(object));
    expect(Retention?.RetainUntilDate).toEqual(whole);
    const head = await s3().send(new HeadObjectCommand(object));
    expect(head.ObjectLockRetainUntilDate).toEqual(whole);
    // The same date does not shorten the retention.
    const again = { Mode: 'GOVERNANCE', RetainUntilDate: whole } as const;
    await s3().send(new PutObjectRetentionCommand({ ...object, Retention: again }));
  });

  it('a key that is too long is an error for this key in DeleteObjects', async () => {
    await s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const Objects = [{ Key: 'é'.repeat(513) }, { Key: 'k' }];
    const { Deleted, Errors } = await s3().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ Key: 'k' }]);
    expect(Errors).toMatchObject([{ Key: Objects[0]?.Key, Code: 'KeyTooLongError' }]);
  });

  it('annotations are UTF-8 text', async () => {
    await s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const put = new PutObjectAnnotationCommand({
      Bucket,
      Key: 'k',
      AnnotationName: 'note',
      AnnotationPayload: Buffer.from([0xc3, 0x28]),
    });
    await expect(s3().send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('copies return that reading the source is charged', async () => {
    server.createBucket('paid', { ownerAccountId: '999999999999', requesterPays: true });
    server.putGenerated({ bucket: 'paid', key: 'k', size: 10 });
    const copy = { Bucket, Key: 'k', CopySource: 'paid/k', RequestPayer: 'requester' } as const;
    expect((await s3().send(new CopyObjectCommand(copy))).RequestCharged).toBe('requester');
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const part = await s3().send(new UploadPartCopyCommand({ ...copy, UploadId, PartNumber: 1 }));
    expect(part.RequestCharged).toBe('requester');
    const free = await s3().send(new CopyObjectCommand({ ...copy, CopySource: `${Bucket}/k`, Key: 'l' }));
    expect(free.RequestCharged).toBeUndefined();
  });

  it('DEEP_ARCHIVE does not support expedited retrieval', async () => {
    server.putGenerated({ bucket: Bucket, key: 'deep', size: 10, storageClass: 'DEEP_ARCHIVE' });
    server.putGenerated({ bucket: Bucket, key: 'cold', size: 10, storageClass: 'GLACIER' });
    const restore = (Key: string, Tier: 'Expedited' | 'Bulk') =>
      s3().send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days: 1, GlacierJobParameters: { Tier } } }));
    await expect(restore('deep', 'Expedited')).rejects.toThrow(
      'Retrieval option is not supported by this storage class',
    );
    const get = new GetObjectCommand({ Bucket, Key: 'deep' });
    await expect(s3().send(get)).rejects.toMatchObject({ name: 'InvalidObjectState' });
    await restore('deep', 'Bulk');
    await restore('cold', 'Expedited');
  });

  it.each([
    ['Enabled', 2],
    [undefined, 1],
  ] as const)('a copy onto itself that names the current version: versioning %s', async (versioning, versions) => {
    const target = { Bucket: `versions-${versioning ?? 'none'}`.toLowerCase(), Key: 'k' };
    server.createBucket(target.Bucket, versioning && { versioning });
    const { VersionId = 'null' } = await s3().send(new PutObjectCommand({ ...target, Body: 'x' }));
    const copy = (CopySource: string) => s3().send(new CopyObjectCommand({ ...target, CopySource }));
    const source = `${target.Bucket}/k`;
    await expect(copy(source)).rejects.toMatchObject({ name: 'InvalidRequest' });
    if (versioning === undefined) {
      await expect(copy(`${source}?versionId=${VersionId}`)).rejects.toMatchObject({ name: 'InvalidRequest' });
    } else {
      const made = await copy(`${source}?versionId=${VersionId}`);
      expect(made).toMatchObject({ CopySourceVersionId: VersionId });
      expect(made.VersionId).not.toBe(VersionId);
    }
    const { Versions } = await s3().send(new ListObjectVersionsCommand({ Bucket: target.Bucket }));
    expect(Versions).toHaveLength(versions);
  });

  it('a change from GOVERNANCE to COMPLIANCE requires the bypass', async () => {
    server.createBucket('locked', { objectLock: true });
    const object = { Bucket: 'locked', Key: 'k' };
    await s3().send(new PutObjectCommand({ ...object, Body: 'x' }));
    const until = { RetainUntilDate: new Date('2099-01-01T00:00:00Z') };
    const retain = (Mode: 'GOVERNANCE' | 'COMPLIANCE', BypassGovernanceRetention?: boolean) =>
      s3().send(new PutObjectRetentionCommand({ ...object, Retention: { ...until, Mode }, BypassGovernanceRetention }));
    await retain('GOVERNANCE');
    await expect(retain('COMPLIANCE')).rejects.toMatchObject({ name: 'AccessDenied' });
    await retain('COMPLIANCE', true);
    await expect(retain('GOVERNANCE', true)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['deflate, gzip', 'deflate, gzip'],
    ['aws-chunked', undefined],
    ['aws-chunked, gzip', 'gzip'],
    ['deflate, gzip,aws-chunked', 'deflate, gzip'],
  ])('the content encoding %s is stored as %s', async (sent, kept) => {
    const headers = { 'content-encoding': sent };
    await raw(server, { method: 'PUT', path: '/bucket/k', headers, body: 'x' });
    expect((await raw(server, { method: 'HEAD', path: '/bucket/k' })).headers['content-encoding']).toBe(kept);
  });
});
