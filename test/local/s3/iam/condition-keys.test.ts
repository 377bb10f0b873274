import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../../local/s3';
import { clientOf, raw, startServer } from '../clients';

const Bucket = 'bucket';
const ACCOUNT = '123456789012';
const DAY = 24 * 60 * 60 * 1000;
const k = { Bucket, Key: 'k' };
const head = () => new HeadObjectCommand(k);
const put = (more: object = {}) => new PutObjectCommand({ ...k, Body: 'x', ...more });
const tagged = (Value: string) => new PutObjectTaggingCommand({ ...k, Tagging: { TagSet: [{ Key: 'team', Value }] } });
const list = (more: object) => new ListObjectsV2Command({ Bucket, ...more });
const retained = (days: number) =>
  new PutObjectRetentionCommand({
    ...k,
    Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + days * DAY) },
  });
const hour = 60 * 60 * 1000;

/** Conditions of an Allow, with a request that it is for, and one that it is not for. */
const CASES: [name: string, condition: object, allowed?: () => any, refused?: () => any][] = [
  ['the address', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, head],
  ['other addresses', { NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, undefined, head],
  ['TLS, of which there is none', { Bool: { 'aws:SecureTransport': 'true' } }, undefined, head],
  ['its version', { NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' } }, undefined, head],
  ['the time', { DateGreaterThan: { 'aws:CurrentTime': new Date(Date.now() - hour).toISOString() } }, head],
  ['a time to come', { DateGreaterThan: { 'aws:EpochTime': String(Date.now() + hour) } }, undefined, head],
  ['the principal', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/t*` } }, head],
  ['its account', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }, undefined, head],
  ['its type', { StringEquals: { 'aws:PrincipalType': 'User' } }, head],
  ['its id', { StringLike: { 'aws:userid': 'AIDA*' } }, head],
  ['its tags', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, head],
  [
    'its name',
    { StringEquals: { 's3:prefix': '${aws:username}/' } },
    () => list({ Prefix: 'tester/' }),
    () => list({}),
  ],
  ['the Region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, head],
  ['the owner', { StringEquals: { 's3:ResourceAccount': ACCOUNT, 'aws:ResourceAccount': ACCOUNT } }, head],
  ['the client', { StringLike: { 'aws:UserAgent': 'aws-sdk-js/*' } }, head],
  [
    'the signature',
    { StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256', 's3:authType': 'REST-HEADER' } },
    head,
  ],
  ['a page', { NumericLessThanEquals: { 's3:max-keys': '10' } }, () => list({ MaxKeys: 10 }), () => list({})],
  [
    'a delimiter',
    { StringEquals: { 's3:delimiter': '/' } },
    () => list({ Delimiter: '/' }),
    () => list({ Prefix: '/' }),
  ],
  [
    'a storage class',
    { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } },
    () => put({ StorageClass: 'STANDARD_IA' }),
    put,
  ],
  [
    'encryption',
    { Null: { 's3:x-amz-server-side-encryption': 'false' } },
    () => put({ ServerSideEncryption: 'AES256' }),
    put,
  ],
  [
    'a source',
    { StringLike: { 's3:x-amz-copy-source': '${*}' } },
    undefined,
    () => new CopyObjectCommand({ ...k, Key: 'copy', CopySource: 'bucket/k' }),
  ],
  [
    'new tags',
    { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team'] } },
    () => put({ Tagging: 'team=a' }),
    () => put({ Tagging: 'team=a&other=b' }),
  ],
  ['tags in a body', { StringEquals: { 's3:RequestObjectTag/team': 'b' } }, () => tagged('b'), () => tagged('c')],
  ['tags that are there', { StringEquals: { 's3:ExistingObjectTag/team': 'a' } }, head],
  [
    'other tags',
    { StringEquals: { 's3:ExistingObjectTag/team': 'b' } },
    undefined,
    () => new GetObjectTaggingCommand(k),
  ],
  ['tags of what is overwritten', { StringEquals: { 's3:ExistingObjectTag/team': 'a' } }, undefined, put],
  [
    'versions',
    { Null: { 's3:VersionId': 'true' } },
    () => new DeleteObjectCommand({ ...k, Key: 'other' }),
    () => new DeleteObjectCommand({ ...k, Key: 'other', VersionId: 'null' }),
  ],
  [
    'days of retention',
    { NumericLessThanEquals: { 's3:object-lock-remaining-retention-days': '10' } },
    () => retained(10),
    () => retained(12),
  ],
  ['a mode of retention', { StringEquals: { 's3:object-lock-mode': 'COMPLIANCE' } }, undefined, () => retained(1)],
  [
    'a hold',
    { StringEquals: { 's3:object-lock-legal-hold': 'OFF' } },
    () => new PutObjectLegalHoldCommand({ ...k, LegalHold: { Status: 'OFF' } }),
    () => new PutObjectLegalHoldCommand({ ...k, LegalHold: { Status: 'ON' } }),
  ],
  [
    'grants',
    { Null: { 's3:x-amz-grant-read': 'true' } },
    undefined,
    () => new PutObjectAclCommand({ ...k, GrantRead: `id="${'0'.repeat(64)}"` }),
  ],
  [
    'a location',
    { StringEquals: { 's3:LocationConstraint': 'us-east-1' } },
    undefined,
    () => new CreateBucketCommand({ Bucket: 'new' }),
  ],
  ['a write', { Bool: { 's3:ObjectCreationOperation': 'true' } }, put, head],
  ['no access point', { Null: { 's3:DataAccessPointArn': 'true' } }, head],
];

describe('conditions on', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer({ enforceIam: true });
    server.createBucket(Bucket, { objectLock: true });
    await clientOf(server).send(put({ Tagging: 'team=a', ChecksumAlgorithm: 'CRC32' }));
  });

  const as = (accessKeyId: string) => clientOf(server, { credentials: { accessKeyId, secretAccessKey: 's' } });
  const allow = (Condition: object, conditionKeys = {}): void => {
    const policies = [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] }];
    server.addPrincipal({ accessKeyId: 'tester', policies, conditionKeys });
  };

  const rows = CASES.map(([name, condition, allowed, refused]) => [name, { condition, allowed, refused }] as const);
  it.each(rows)('%s', async (_, { condition, allowed, refused }) => {
    allow(condition, { 'aws:PrincipalTag/team': 'a' });
    if (allowed !== undefined) await as('tester').send(allowed());
    if (refused === undefined) return;
    const error = await as('tester')
      .send(refused())
      .catch((thrown) => thrown);
    expect(error.$metadata.httpStatusCode).toBe(403);
  });

  it('condition keys of addPrincipal', async () => {
    allow(
      { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } },
      {
        'aws:SecureTransport': 'true',
        'aws:SourceVpce': 'vpce-2',
      },
    );
    await as('tester').send(head());
  });

  it.each([
    [300_000, 200],
    [1, 403],
  ])('the age of a signature, up to %d ms', async (age, status) => {
    const Condition = {
      NumericLessThan: { 's3:signatureAge': String(age) },
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    };
    allow(Condition);
    const date = new Date(Date.now() - 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
    const credential = `tester/${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const path = `/bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=${date}&X-Amz-Expires=600&X-Amz-Signature=s&X-Amz-SignedHeaders=host`;
    expect((await raw(server, { path })).status).toBe(status);
  });

  it.each([
    [{ StringEquals: { 's3:signatureversion': 'AWS', 's3:authType': 'REST-HEADER' } }, 200],
    [{ NumericEquals: { 's3:signatureAge': '0' } }, 200],
    [{ NumericGreaterThan: { 's3:signatureAge': '0' } }, 403],
  ])('a signature of version 2, and %j: %d', async (condition, status) => {
    allow(condition);
    const headers = { authorization: 'AWS tester:signature' };
    expect((await raw(server, { path: '/bucket/k', headers })).status).toBe(status);
  });

  it('a session of a role', async () => {
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/me`;
    const Condition = {
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/reader` },
      StringLike: { 'aws:userid': 'AROA*:me' },
    };
    const AWS = `arn:aws:iam::${ACCOUNT}:role/reader`;
    const statement = { Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: '*', Condition };
    server.createBucket('roles', { policy: JSON.stringify({ Statement: [statement] }) });
    server.putGenerated({ bucket: 'roles', key: 'k', size: 1 });
    server.addPrincipal({ accessKeyId: 'session', arn, policies: [] });
    await as('session').send(new GetObjectCommand({ Bucket: 'roles', Key: 'k' }));
  });

  it('an unsigned request', async () => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
    const policyOf = (Condition: object) => JSON.stringify({ Statement: [{ ...statement, Condition }] });
    server.createBucket('anyone', {
      policy: policyOf({
        Null: { 'aws:PrincipalArn': 'true', 'aws:PrincipalAccount': 'true', 's3:authType': 'true' },
        StringEquals: { 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' },
      }),
    });
    server.putGenerated({ bucket: 'anyone', key: 'k', size: 1 });
    expect((await raw(server, { path: '/anyone/k' })).status).toBe(200);
  });
});
