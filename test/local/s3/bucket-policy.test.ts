import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('bucket policies', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
  });

  const statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
  };
  const textOf = (change: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] });
  const put = async (Policy: string) => clientOf(server).send(new PutBucketPolicyCommand({ Bucket, Policy }));

  it('are stored unchanged', async () => {
    const policy = textOf({});
    await put(policy);
    expect((await clientOf(server).send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policy);
  });

  it.each([
    ['no JSON', 'x', 'Policies must be valid JSON'],
    ['a list', '[]', 'Policies must be valid JSON'],
    ['no statement', '{"Version":"2012-10-17"}', 'Missing required field Statement'],
    ['another version', JSON.stringify({ Version: '2020-01-01', Statement: [statement] }), 'valid version string'],
    ['no principal', textOf({ Principal: undefined }), 'Missing required field Principal'],
    ['a principal that is none', textOf({ Principal: { AWS: 'me' } }), 'Invalid principal in policy'],
    ['no action', textOf({ Action: undefined }), 'Missing required field Action'],
    ['an action of another service', textOf({ Action: 'ec2:RunInstances' }), 'Policy has invalid action'],
    ['no resource', textOf({ Resource: undefined }), 'Missing required field Resource'],
    ['any resource', textOf({ Resource: '*' }), 'Policy has invalid resource'],
    ['another bucket', textOf({ Resource: 'arn:aws:s3:::bucket-2/*' }), 'Policy has invalid resource'],
    ['an unknown effect', textOf({ Effect: 'Maybe' }), 'Invalid effect'],
    ['an unknown field', textOf({ Actions: 's3:*' }), 'Unknown field Actions'],
    [
      'an unknown field of its own',
      JSON.stringify({ Statements: [], Statement: [statement] }),
      'Unknown field Statements',
    ],
    ['an action that S3 has not', textOf({ Action: 's3:GetObjects' }), 'Policy has invalid action'],
    ['a wildcard that is no action', textOf({ Action: 's3:Read*' }), 'Policy has invalid action'],
    ['an action on buckets only', textOf({ Resource: 'arn:aws:s3:::bucket/*' }), 'Action does not apply'],
    ['an action on objects only', textOf({ Resource: 'arn:aws:s3:::bucket' }), 'Action does not apply'],
    [
      'a wildcard on objects only',
      textOf({ Action: 's3:GetObject*', Resource: 'arn:aws:s3:::bucket' }),
      'does not apply',
    ],
    ['an unknown condition', textOf({ Condition: { StringEqual: { 's3:prefix': 'a' } } }), 'Invalid Condition type'],
    ['more than 20 KB', textOf({ Sid: 'a'.repeat(20 * 1024) }), 'exceeds the maximum allowed document size'],
  ])('with %s are malformed', async (_, policy, message) => {
    const refused = put(policy);
    await expect(refused).rejects.toMatchObject({ name: 'MalformedPolicy', $metadata: { httpStatusCode: 400 } });
    await expect(refused).rejects.toThrow(message);
  });

  it.each([
    ['both resources by a wildcard', { Resource: 'arn:aws:s3:::bucket*' }],
    ['a wildcard for either', { Action: 's3:Get*', Resource: 'arn:aws:s3:::bucket' }],
    ['every action on objects', { Action: '*', Resource: 'arn:aws:s3:::bucket/*' }],
    ['an action in lower case', { Action: 's3:getobject', Resource: 'arn:aws:s3:::bucket/a/*' }],
    ['what is excluded', { Action: undefined, NotAction: 's3:ListBucket', Resource: 'arn:aws:s3:::bucket/*' }],
    ['conditions', { Condition: { 'ForAnyValue:StringNotLikeIfExists': { a: 'b' }, Null: { c: 'true' } } }],
    ['a network', { Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
  ])('may name %s', async (_, change) => {
    await put(textOf(change));
  });

  it('must not be empty', async () => {
    await expect(put('')).rejects.toMatchObject({ name: 'MalformedPolicy' });
  });

  it.each([
    ['everybody', { Principal: '*' }],
    ['every account', { Principal: { AWS: ['*'] } }],
    ['everybody over TLS', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['half of the internet', { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } }],
    ['accounts like a pattern', { Principal: '*', Condition: { StringLike: { 'aws:SourceAccount': '1*' } } }],
  ])('that open the bucket to %s are blocked until the bucket allows it', async (_, change) => {
    await expect(put(textOf(change))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('prevented by the BlockPublicPolicy setting in S3 Block Public Access'),
    });
    await clientOf(server).send(new DeletePublicAccessBlockCommand({ Bucket }));
    await put(textOf(change));
    const { PolicyStatus } = await clientOf(server).send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus?.IsPublic).toBe(true);
  });

  it.each([
    ['an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } }],
    ['an endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }],
    ['a network', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }],
  ])('for all principals with the condition %s are not public', async (_, Condition) => {
    await put(textOf({ Principal: '*', Condition }));
    await put(textOf({ Principal: '*', Effect: 'Deny' }));
    const { PolicyStatus } = await clientOf(server).send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus?.IsPublic).toBe(false);
  });
});

describe('a public bucket policy', () => {
  let server: S3Server;
  const outsider = { credentials: { accessKeyId: '444455556666', secretAccessKey: 's' } };
  const account = { AWS: 'arn:aws:iam::444455556666:root' };
  const flags = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false };

  beforeEach(async () => {
    server = await startServer({ enforceIam: true });
    server.createBucket('bucket');
    await clientOf(server).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  });

  const open = async (restricts: boolean, principals: readonly unknown[]) => {
    const PublicAccessBlockConfiguration = { ...flags, RestrictPublicBuckets: restricts };
    await clientOf(server).send(new PutPublicAccessBlockCommand({ Bucket: 'bucket', PublicAccessBlockConfiguration }));
    const Statement = principals.map((Principal) => ({
      Effect: 'Allow',
      Principal,
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::bucket/*',
    }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await clientOf(server).send(new PutBucketPolicyCommand({ Bucket: 'bucket', Policy }));
  };
  const statusFor = async (config: S3ClientConfig) =>
    (
      await clientOf(server, config)
        .send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }))
        .catch((error) => error)
    ).$metadata.httpStatusCode;
  const anonymousStatus = async () => (await raw(server, { path: '/bucket/k' })).status;

  it.each([
    ['lets everybody in', false, ['*'], 200, 200],
    ['lets nobody in from elsewhere where public buckets are restricted', true, ['*'], 403, 403],
    ['that also names an account is restricted for it too', true, ['*', account], 403, 403],
    ['that names only an account is none', true, [account], 200, 403],
  ])('%s', async (_, restricts, principals, other, anonymous) => {
    await open(restricts, principals);
    expect(await statusFor({})).toBe(200);
    expect(await statusFor(outsider)).toBe(other);
    expect(await anonymousStatus()).toBe(anonymous);
  });

  it('that is restricted is an explicit deny, reported to signed requests only', async () => {
    await open(true, ['*']);
    const get = clientOf(server, outsider).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    await expect(get).rejects.toThrow('with an explicit deny in a resource-based policy');
    const { body } = await raw(server, { path: '/bucket/k' });
    expect(body).toContain('<Message>Access Denied</Message>');
  });
});

describe('a bucket policy', () => {
  const Bucket = 'bucket';
  const OWNER = '111111111111';
  const OTHER = '222222222222';
  const shut = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
  };
  const open = { ...shut, Effect: 'Allow', Principal: { AWS: OTHER }, Action: 's3:*' };
  const textOf = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
  const calls: [string, () => any][] = [
    ['PutBucketPolicy', () => new PutBucketPolicyCommand({ Bucket, Policy: textOf(shut) })],
    ['GetBucketPolicy', () => new GetBucketPolicyCommand({ Bucket })],
    ['DeleteBucketPolicy', () => new DeleteBucketPolicyCommand({ Bucket })],
  ];
  let server: S3Server;

  const start = async (enforceIam: boolean, policy: string) => {
    server = await startServer({ accountId: OWNER, enforceIam });
    server.createBucket(Bucket, { policy });
  };
  const by = (accessKeyId: string) => clientOf(server, { credentials: { accessKeyId, secretAccessKey: 's' } });

  it.each(calls)('cannot be accessed by other accounts: %s', async (_, command) => {
    const refused = { name: 'MethodNotAllowed', ResourceType: 'BUCKETPOLICY', $metadata: { httpStatusCode: 405 } };
    await start(false, textOf(open));
    await expect(by(OTHER).send(command())).rejects.toMatchObject(refused);
    await start(true, textOf(open));
    await expect(by(OTHER).send(command())).rejects.toMatchObject(refused);
    await expect(by('333333333333').send(command())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each(calls)('that denies everything can still be accessed by the root user: %s', async (_, command) => {
    await start(true, textOf(shut));
    const policies = [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }];
    server.addPrincipal({ accessKeyId: 'user', policies });
    await expect(by('user').send(command())).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(by(OWNER).send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await by(OWNER).send(command());
  });
});
