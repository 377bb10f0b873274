import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeletePublicAccessBlockCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type BucketOptions, canonicalId, type S3Server } from '../../../../local/s3';
import { clientOf, raw, startServer } from '../clients';

const OWNER = '111111111111';
const COPIER = '222222222222';
const READER = '333333333333';
const object = { Bucket: 'lake', Key: 'k' };
const denied = { $metadata: { httpStatusCode: 403 } };

describe('ACLs with enforced policies', () => {
  let server: S3Server;

  /** A bucket of one account that another may write to, and may list. */
  async function start(objectOwnership: BucketOptions['objectOwnership'], more: BucketOptions = {}): Promise<void> {
    server = await startServer({ enforceIam: true });
    server.createBucket('lake', { ownerAccountId: OWNER, objectOwnership, blockPublicAccess: false, ...more });
    server.createBucket('raw', { ownerAccountId: COPIER });
    server.putGenerated({ bucket: 'raw', key: 'source', size: 10 });
    const Principal = { AWS: `arn:aws:iam::${COPIER}:root` };
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal, Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: 'arn:aws:s3:::lake/*' },
      ],
    });
    await as(OWNER).send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy }));
  }

  const as = (account: string): S3Client =>
    clientOf(server, { credentials: { accessKeyId: account, secretAccessKey: 'any' } });
  const head = (account: string) => as(account).send(new HeadObjectCommand(object));
  const copy = (more: Partial<CopyObjectCommandInput> = {}) =>
    as(COPIER).send(new CopyObjectCommand({ ...object, CopySource: 'raw/source', ...more }));

  it.each(['ObjectWriter', 'BucketOwnerPreferred'] as const)(
    'let a copier read its own object in a bucket of another account: %s',
    async (ownership) => {
      await start(ownership);
      await copy();
      expect(server.describeObject('lake', 'k')?.owner).toBe(COPIER);
      await expect(head(COPIER)).resolves.toBeDefined();
      await expect(head(READER)).rejects.toMatchObject(denied);
      // The object is not the bucket owner's.
      await expect(head(OWNER)).rejects.toMatchObject(denied);
    },
  );

  it('allow the bucket owner to read an object that was granted to it', async () => {
    await start('ObjectWriter');
    await copy({ ACL: 'bucket-owner-full-control' });
    await expect(head(OWNER)).resolves.toBeDefined();
    await expect(head(COPIER)).resolves.toBeDefined();
  });

  it('do not allow the writer to read an object of the bucket owner', async () => {
    await start('BucketOwnerPreferred');
    await copy({ ACL: 'bucket-owner-full-control' });
    await expect(head(OWNER)).resolves.toBeDefined();
    await expect(head(COPIER)).rejects.toMatchObject(denied);
  });

  it('do not allow a writer anything if they are disabled', async () => {
    await start('BucketOwnerEnforced');
    await copy();
    await expect(head(COPIER)).rejects.toMatchObject(denied);
    await expect(head(OWNER)).resolves.toBeDefined();
  });

  it('do not override a deny, nor replace identity-based policies', async () => {
    await start('ObjectWriter');
    const policies = [{ Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' } }];
    server.addPrincipal({ accessKeyId: 'WRITER', accountId: COPIER, policies });
    await copy();
    await expect(head('WRITER')).rejects.toMatchObject(denied);
    const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await as(OWNER).send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy }));
    await expect(head(COPIER)).rejects.toMatchObject(denied);
  });

  it("do not let a bucket policy give away what is not its owner's", async () => {
    await start('ObjectWriter');
    await copy();
    const Principal = { AWS: `arn:aws:iam::${READER}:root` };
    const Statement = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await as(OWNER).send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy }));
    await expect(head(READER)).rejects.toMatchObject(denied);
    await as(OWNER).send(new PutObjectCommand({ ...object, Body: "the owner's" }));
    await expect(head(READER)).resolves.toBeDefined();
  });

  it('allow their grantees what they grant', async () => {
    await start('ObjectWriter');
    await as(OWNER).send(new PutObjectCommand({ ...object, Body: 'x', GrantRead: `id=${canonicalId(READER)}` }));
    await expect(head(READER)).resolves.toBeDefined();
    await expect(as(READER).send(new GetObjectAclCommand(object))).rejects.toMatchObject(denied);
    await as(OWNER).send(new PutObjectAclCommand({ ...object, GrantReadACP: `id=${canonicalId(READER)}` }));
    await expect(as(READER).send(new GetObjectAclCommand(object))).resolves.toBeDefined();
    await expect(head(READER)).rejects.toMatchObject(denied);
  });

  it('of buckets allow others to list and write', async () => {
    await start('ObjectWriter');
    const list = () => as(READER).send(new ListObjectsV2Command({ Bucket: 'lake' }));
    await expect(list()).rejects.toMatchObject(denied);
    const grantee = `id=${canonicalId(READER)}`;
    await as(OWNER).send(new PutBucketAclCommand({ Bucket: 'lake', GrantRead: grantee }));
    await expect(list()).resolves.toBeDefined();
    const put = () => as(READER).send(new PutObjectCommand({ ...object, Body: 'x' }));
    await expect(put()).rejects.toMatchObject(denied);
    await as(OWNER).send(new PutBucketAclCommand({ Bucket: 'lake', GrantWrite: grantee }));
    await expect(put()).resolves.toBeDefined();
  });

  it('for AllUsers are ignored with IgnorePublicAcls', async () => {
    await start('ObjectWriter');
    await as(OWNER).send(new PutObjectCommand({ ...object, Body: 'x', ACL: 'public-read' }));
    const anonymous = async () => (await raw(server, { path: '/lake/k' })).status;
    expect(await anonymous()).toBe(200);
    const PublicAccessBlockConfiguration = { IgnorePublicAcls: true };
    await as(OWNER).send(new PutPublicAccessBlockCommand({ Bucket: 'lake', PublicAccessBlockConfiguration }));
    expect(await anonymous()).toBe(403);
    await as(OWNER).send(new DeletePublicAccessBlockCommand({ Bucket: 'lake' }));
    expect(await anonymous()).toBe(200);
  });

  it('for AuthenticatedUsers do not allow unsigned requests', async () => {
    await start('ObjectWriter');
    await as(OWNER).send(new PutObjectCommand({ ...object, Body: 'x', ACL: 'authenticated-read' }));
    await expect(head(READER)).resolves.toBeDefined();
    expect((await raw(server, { path: '/lake/k' })).status).toBe(403);
  });
});
