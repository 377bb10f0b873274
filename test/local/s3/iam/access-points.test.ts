import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { NotFoundError, type S3Server } from '../../../../local/s3';
import { clientOf, raw, startServer } from '../clients';

const OWNER = '111111111111';
const OTHER = '222222222222';
const POINT = `arn:aws:s3:us-east-1:${OWNER}:accesspoint/door`;
const BUCKET = 'arn:aws:s3:::bucket';

type Statement = Record<string, unknown>;
const allow = (Action: string, Resource: string | string[], more: object = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string, more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const everyone = { Principal: '*' };
const principal = (account: string) => ({ Principal: { AWS: `arn:aws:iam::${account}:root` } });
const textOf = (...statements: Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const onPoint = allow('s3:GetObject', `${POINT}/object/*`);
const onBucket = allow('s3:GetObject', `${BUCKET}/*`);
/** The bucket leaves it to the access points of its account. */
const delegated = allow('*', [BUCKET, `${BUCKET}/*`], {
  Principal: { AWS: '*' },
  Condition: { StringEquals: { 's3:DataAccessPointAccount': OWNER } },
});
/** The bucket leaves it to this access point. */
const delegatedToPoint = allow('s3:GetObject', `${BUCKET}/*`, {
  Principal: { AWS: '*' },
  Condition: { ArnEquals: { 's3:DataAccessPointArn': POINT } },
});
const pointFor = (account: string) => ({ ...onPoint, ...principal(account) });
const bucketFor = (account: string) => ({ ...onBucket, ...principal(account) });
const openPoint = { ...onPoint, ...everyone };

const EXPLICIT = 'with an explicit deny in a resource-based policy';
const NO_IDENTITY = 'because no identity-based policy allows';
const NO_RESOURCE = 'because no resource-based policy allows';

interface Case {
  readonly own: Statement[];
  readonly bucket: Statement[];
  readonly point: Statement[];
}

describe('requests through an access point', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer({ enforceIam: true, accountId: OWNER });
  });

  const by = (accountId: string, { own, bucket, point }: Case) => {
    const accessPoints = [{ name: 'door', ...(point.length > 0 && { policy: textOf(...point) }) }];
    server.createBucket('bucket', { accessPoints, ...(bucket.length > 0 && { policy: textOf(...bucket) }) });
    server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
    server.addPrincipal({ accessKeyId: 'user', accountId, policies: [textOf(...own)] });
    return clientOf(server, { credentials: { accessKeyId: 'user', secretAccessKey: 's' } });
  };
  const get = new GetObjectCommand({ Bucket: `door-${OWNER}`, Key: 'k' });

  it.each<[name: string, account: string, policies: Case]>([
    ['its own policies', OWNER, { own: [onPoint, onBucket], bucket: [], point: [] }],
    ['a delegating bucket and its own policy', OWNER, { own: [onPoint], bucket: [delegated], point: [] }],
    ['a delegating bucket and the access point', OWNER, { own: [], bucket: [delegated], point: [pointFor(OWNER)] }],
    ['one delegating to the access point', OWNER, { own: [], bucket: [delegatedToPoint], point: [pointFor(OWNER)] }],
    ['both names to everybody in the account', OWNER, { own: [], bucket: [bucketFor(OWNER)], point: [openPoint] }],
    [
      'both to another account',
      OTHER,
      { own: [onPoint, onBucket], bucket: [bucketFor(OTHER)], point: [pointFor(OTHER)] },
    ],
    ['one to another account', OTHER, { own: [onPoint, onBucket], bucket: [delegated], point: [pointFor(OTHER)] }],
  ])('are allowed by %s (account %s)', async (_, account, policies) => {
    expect((await by(account, policies).send(get)).ContentLength).toBe(1);
  });

  it('use the policy of the access point', async () => {
    const s3 = by(OTHER, { own: [onPoint, onBucket], bucket: [bucketFor(OTHER)], point: [] });
    server.putAccessPointPolicy('bucket', 'door', textOf(pointFor(OTHER)));
    expect((await s3.send(get)).ContentLength).toBe(1);
    expect(() => server.putAccessPointPolicy('bucket', 'window', textOf(pointFor(OTHER)))).toThrow(
      new NotFoundError("bucket 'bucket' has no access point 'window'"),
    );
  });

  it.each<[name: string, account: string, policies: Case, resource: string, reason: string]>([
    ['no leave on the bucket', OWNER, { own: [onPoint], bucket: [], point: [] }, `${BUCKET}/k`, NO_IDENTITY],
    [
      'no leave on the access point',
      OWNER,
      { own: [onBucket], bucket: [], point: [] },
      `${POINT}/object/k`,
      NO_IDENTITY,
    ],
    [
      'a denying access point',
      OWNER,
      { own: [onPoint, onBucket], bucket: [], point: [deny('s3:*', `${POINT}/object/*`, everyone)] },
      `${POINT}/object/k`,
      EXPLICIT,
    ],
    [
      'a bucket that denies this way in',
      OWNER,
      {
        own: [onPoint, onBucket],
        bucket: [
          deny('s3:*', `${BUCKET}/*`, { ...everyone, Condition: { ArnEquals: { 's3:DataAccessPointArn': POINT } } }),
        ],
        point: [],
      },
      `${BUCKET}/k`,
      EXPLICIT,
    ],
    [
      "an access point without a policy, which is its own account's only",
      OTHER,
      { own: [onPoint, onBucket], bucket: [bucketFor(OTHER)], point: [] },
      `${POINT}/object/k`,
      NO_RESOURCE,
    ],
    [
      'an access point that lets only its own account in',
      OTHER,
      { own: [onPoint, onBucket], bucket: [bucketFor(OTHER)], point: [pointFor(OWNER)] },
      `${POINT}/object/k`,
      NO_RESOURCE,
    ],
    [
      'a bucket that lets only its own account in',
      OTHER,
      { own: [onPoint, onBucket], bucket: [], point: [pointFor(OTHER)] },
      `${BUCKET}/k`,
      NO_RESOURCE,
    ],
    [
      'one that delegates to another account',
      OTHER,
      {
        own: [onPoint, onBucket],
        bucket: [{ ...delegated, Condition: { StringEquals: { 's3:DataAccessPointAccount': '333333333333' } } }],
        point: [pointFor(OTHER)],
      },
      `${BUCKET}/k`,
      NO_RESOURCE,
    ],
    [
      'an access point for everybody, which is restricted',
      OTHER,
      { own: [onPoint, onBucket], bucket: [bucketFor(OTHER)], point: [openPoint, pointFor(OTHER)] },
      `${POINT}/object/k`,
      EXPLICIT,
    ],
    [
      'no policy of their own',
      OTHER,
      { own: [onBucket], bucket: [delegated], point: [pointFor(OTHER)] },
      `${POINT}/object/k`,
      NO_IDENTITY,
    ],
  ])('are refused for %s (account %s)', async (_, account, policies, resource, reason) => {
    const refused = by(account, policies).send(get);
    await expect(refused).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(refused).rejects.toThrow(`s3:GetObject on resource: "${resource}" ${reason}`);
  });

  it('to list are authorized on the access point itself', async () => {
    const list = allow('s3:ListBucket', [POINT, BUCKET]);
    const client = by(OWNER, {
      own: [list],
      bucket: [],
      point: [deny('s3:ListBucket', `${POINT}/object/*`, everyone)],
    });
    expect((await client.send(new ListObjectsV2Command({ Bucket: `door-${OWNER}` }))).KeyCount).toBe(1);
  });

  it.each([
    ['for its own account', [pointFor(OWNER)], '403'],
    ['for both', [pointFor(OTHER)], 'copied'],
  ])('copy from another account through an access point %s', async (_, point, expected) => {
    const into = allow('s3:PutObject', 'arn:aws:s3:::into/*');
    const client = by(OTHER, { own: [onPoint, onBucket, into], bucket: [bucketFor(OTHER)], point });
    server.createBucket('into', { ownerAccountId: OTHER });
    const CopySource = encodeURIComponent(`${POINT}/object/k`);
    const copied = client.send(new CopyObjectCommand({ Bucket: 'into', Key: 'k', CopySource }));
    const result = await copied.then(
      () => 'copied',
      (error) => String(error.$metadata.httpStatusCode),
    );
    expect(result).toBe(expected);
  });

  it('without a signature are denied by every access point', async () => {
    const bucket = [{ ...onBucket, ...everyone }];
    by(OWNER, { own: [], bucket, point: [openPoint] });
    expect((await raw(server, { path: `/door-${OWNER}/k` })).status).toBe(403);
  });

  it('of the root user of another account need both policies too', async () => {
    by(OWNER, { own: [], bucket: [bucketFor(OTHER)], point: [pointFor(OWNER)] });
    const root = clientOf(server, { credentials: { accessKeyId: OTHER, secretAccessKey: 's' } });
    await expect(root.send(get)).rejects.toThrow(`"${POINT}/object/k" ${NO_RESOURCE}`);
    await root.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  });
});
