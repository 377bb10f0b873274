import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

const ROLE = 'arn:aws:iam::123456789012:role/copy';
const FROM = 'arn:aws:s3:::from/*';
const INTO = 'arn:aws:s3:::into/*';

let server: S3Server;
let owner: S3Client;
beforeEach(async () => {
  server = await startServer({ enforceIam: true });
  server.createBucket('from', { objectLock: true });
  server.createBucket('into', { versioning: 'Enabled' });
  owner = clientOf(server);
  const locked = { Tagging: 'a=b', ObjectLockLegalHoldStatus: 'ON' } as const;
  await owner.send(new PutObjectCommand({ Bucket: 'from', Key: 'k', Body: 'x', ...locked }));
  server.accessLog.clear();
});
afterEach(() => owner.destroy());

interface Role {
  readonly client: S3Client;
  readonly policies: string[];
}

function roleWith(...statements: [actions: string[], resource: string][]): Role {
  const Statement = statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  const policies = [JSON.stringify({ Version: '2012-10-17', Statement })];
  server.addPrincipal({ accessKeyId: 'ROLE', arn: ROLE, policies });
  return { client: clientOf(server, { credentials: { accessKeyId: 'ROLE', secretAccessKey: 's' } }), policies };
}

const copy = new CopyObjectCommand({ Bucket: 'into', Key: 'k', CopySource: 'from/k' });

test('lists unused actions by statement', async () => {
  const { client, policies } = roleWith(
    [['s3:GetObject', 's3:ListBucket'], FROM],
    [['s3:GetObject', 'sns:Publish'], INTO],
  );
  await client.send(new GetObjectCommand({ Bucket: 'from', Key: 'k' }));
  expect(server.accessLog.unusedActions(policies, ['s3'])).toEqual([
    { action: 's3:ListBucket', resource: [FROM] },
    { action: 's3:GetObject', resource: [INTO] },
  ]);
});

test('lists every denial once, with its operation', async () => {
  const { client } = roleWith([['s3:GetObject'], FROM]);
  const put = () => client.send(new PutObjectCommand({ Bucket: 'into', Key: 'k', Body: 'x' }));
  for (let time = 0; time < 3; time++) await expect(put()).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(server.accessLog.checked).toBe(3);
  const denied = { principal: ROLE, action: 's3:PutObject', resource: 'arn:aws:s3:::into/k', operation: 'PutObject' };
  expect(server.accessLog.denials()).toEqual([denied]);
});

test('is empty if policies are not enforced', async () => {
  const free = await startServer();
  free.createBucket('bucket');
  const client = clientOf(free);
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  expect([free.accessLog.checked, free.accessLog.denials()]).toEqual([0, []]);
  expect(free.checkAccess({ accessKeyId: 'x', action: 'a:B', resource: '*', operation: 'B' })).toBeUndefined();
});

test('CopyObject requires permissions to read and write tags', async () => {
  const bytes: [string[], string][] = [
    [['s3:GetObject'], FROM],
    [['s3:PutObject'], INTO],
  ];
  const without = roleWith(...bytes);
  await expect(without.client.send(copy)).rejects.toThrow('s3:GetObjectTagging');
  await expect(roleWith(...bytes, [['s3:GetObjectTagging'], FROM]).client.send(copy)).rejects.toThrow(
    's3:PutObjectTagging',
  );
  const both: [string[], string][] = [...bytes, [['s3:GetObjectTagging'], FROM], [['s3:PutObjectTagging'], INTO]];
  await expect(roleWith(...both).client.send(copy)).resolves.toBeDefined();
  const untagged = { Bucket: 'into', Key: 'k', CopySource: 'from/k', TaggingDirective: 'REPLACE' } as const;
  await expect(roleWith(...bytes).client.send(new CopyObjectCommand(untagged))).resolves.toBeDefined();
});

test('CopyObject requires permissions to read and write annotations', async () => {
  const annotation = { AnnotationName: 'note', AnnotationPayload: Buffer.from('text') };
  await owner.send(new PutObjectAnnotationCommand({ Bucket: 'from', Key: 'k', ...annotation }));
  const basis: [string[], string][] = [
    [['s3:GetObject', 's3:GetObjectTagging'], FROM],
    [['s3:PutObject', 's3:PutObjectTagging'], INTO],
  ];
  await expect(roleWith(...basis).client.send(copy)).rejects.toThrow('s3:ListObjectAnnotations');
  const reading: [string[], string] = [['s3:ListObjectAnnotations', 's3:GetObjectAnnotation'], FROM];
  await expect(roleWith(...basis, reading).client.send(copy)).rejects.toThrow('s3:PutObjectAnnotation');
  const all = roleWith(...basis, reading, [['s3:PutObjectAnnotation'], INTO]);
  await expect(all.client.send(copy)).resolves.toBeDefined();
});

test('HeadObject omits tags and locks without permissions, without a denial', async () => {
  const head = new HeadObjectCommand({ Bucket: 'from', Key: 'k' });
  const few = await roleWith([['s3:GetObject'], FROM]).client.send(head);
  expect([few.TagCount, few.ObjectLockLegalHoldStatus]).toEqual([undefined, undefined]);
  expect(server.accessLog.denials()).toEqual([]);
  const { client, policies } = roleWith([['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectLegalHold'], FROM]);
  expect(await client.send(head)).toMatchObject({ TagCount: 1, ObjectLockLegalHoldStatus: 'ON' });
  expect(server.accessLog.unusedActions(policies, ['s3'])).toEqual([]);
});

test('a write with If-Match requires s3:GetObject', async () => {
  await owner.send(new PutObjectCommand({ Bucket: 'into', Key: 'k', Body: 'old' }));
  const overwrite = new PutObjectCommand({ Bucket: 'into', Key: 'k', Body: 'new', IfMatch: '"x"' });
  await expect(roleWith([['s3:PutObject'], INTO]).client.send(overwrite)).rejects.toThrow('s3:GetObject');
  const both = roleWith([['s3:PutObject', 's3:GetObject'], INTO]);
  await expect(both.client.send(overwrite)).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

describe('a directory bucket', () => {
  const DIRECTORY = 'fast--use1-az4--x-s3';
  const ARN = `arn:aws:s3express:us-east-1:123456789012:bucket/${DIRECTORY}`;

  function readerWith(condition: object, ...more: object[]): S3Client {
    const session = { Effect: 'Allow', Action: 's3express:CreateSession', Resource: ARN, Condition: condition };
    server.addPrincipal({ accessKeyId: 'ROLE', arn: ROLE, policies: [{ Statement: [session, ...more] }] });
    return clientOf(server, { credentials: { accessKeyId: 'ROLE', secretAccessKey: 's' } });
  }

  beforeEach(async () => {
    server.createBucket(DIRECTORY);
    await owner.send(new PutObjectCommand({ Bucket: DIRECTORY, Key: 'k', Body: 'x' }));
  });

  test('creates a session with the mode that policies allow', async () => {
    const readOnly = readerWith({ StringEquals: { 's3express:SessionMode': 'ReadOnly' } });
    await expect(readOnly.send(new HeadObjectCommand({ Bucket: DIRECTORY, Key: 'k' }))).resolves.toBeDefined();
    const put = new PutObjectCommand({ Bucket: DIRECTORY, Key: 'new', Body: 'x' });
    await expect(readOnly.send(put)).rejects.toThrow('the session is read-only');
    await expect(readerWith({}).send(put)).resolves.toBeDefined();
  });

  test('requires a ReadWrite session for deletions', async () => {
    const deletion = new DeleteObjectsCommand({ Bucket: DIRECTORY, Delete: { Objects: [{ Key: 'k' }] } });
    const readOnly = readerWith({ StringEquals: { 's3express:SessionMode': 'ReadOnly' } });
    await expect(readOnly.send(deletion)).rejects.toThrow('the session is read-only');
    expect((await readerWith({}).send(deletion)).Errors).toBeUndefined();
  });

  test('requires a session for the source of a copy', async () => {
    const write = { Effect: 'Allow', Action: 's3:PutObject', Resource: INTO };
    const reader = readerWith({ StringEquals: { 's3express:SessionMode': 'ReadOnly' } }, write);
    const fromDirectory = new CopyObjectCommand({ Bucket: 'into', Key: 'k', CopySource: `${DIRECTORY}/k` });
    await expect(reader.send(fromDirectory)).resolves.toBeDefined();
  });
});

test('a request through an access point must be allowed on the access point and on the bucket', async () => {
  server.createBucket('behind', { accessPoints: ['readers'] });
  await owner.send(new PutObjectCommand({ Bucket: 'behind', Key: 'k', Body: 'x' }));
  const point = 'arn:aws:s3:us-east-1:123456789012:accesspoint/readers';
  const from = new CopyObjectCommand({
    Bucket: 'into',
    Key: 'k',
    CopySource: encodeURIComponent(`${point}/object/k`),
  });
  const write: [string[], string] = [['s3:PutObject'], INTO];
  const onPoint: [string[], string] = [['s3:GetObject'], `${point}/object/*`];
  const onBucket: [string[], string] = [['s3:GetObject'], 'arn:aws:s3:::behind/*'];
  await expect(roleWith(write, onPoint).client.send(from)).rejects.toThrow('"arn:aws:s3:::behind/k"');
  await expect(roleWith(write, onBucket).client.send(from)).rejects.toThrow(`"${point}/object/k"`);
  await expect(roleWith(write, onPoint, onBucket).client.send(from)).resolves.toBeDefined();
});
