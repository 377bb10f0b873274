import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import type { S3Server } from '../../../local/s3';
import { conditionsHold } from '../../../local/s3/iam/conditions';
import { matchesPattern } from '../../../local/s3/iam/patterns';
import { decide } from '../../../local/s3/iam/policy';
import { clientOf, startServer } from './clients';

describe('policy patterns', () => {
  it.each([
    ['arn:aws:s3:::b/k', 'arn:aws:s3:::b/*', true],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b/*', false],
    ['abc', 'a?c', true],
    ['abc', 'a?', false],
    ['a*c', 'a*c', true],
    ['', '*', true],
    ['', '?', false],
    ['aXbXc', 'a*b*c', true],
    ['ac', 'a*b*c', false],
  ])('%s like %s: %s', (text, pattern, expected) => {
    expect(matchesPattern(text, pattern)).toBe(expected);
  });

  it('match like the equivalent regular expression', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(texts, patterns, (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesPattern(text, pattern)).toBe(expression.test(text));
      }),
    );
  });
});

describe('policy conditions', () => {
  const context = new Map([
    ['s3:prefix', ['home/']],
    ['aws:principalarn', ['arn:aws:iam::1:role/r']],
    ['tags', ['a', 'b']],
  ]);

  it.each([
    [{ StringEquals: { 's3:prefix': ['x', 'home/'] } }, true],
    [{ StringEquals: { 'S3:Prefix': 'home/' } }, true],
    [{ StringNotEquals: { 's3:prefix': 'home/' } }, false],
    [{ StringNotEquals: { missing: 'x' } }, true],
    [{ StringEquals: { missing: 'x' } }, false],
    [{ StringEqualsIfExists: { missing: 'x' } }, true],
    [{ StringLike: { 's3:prefix': 'h*' } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, true],
    [{ Null: { missing: 'true' } }, true],
    [{ Null: { 's3:prefix': 'true' } }, false],
    [{ 'ForAllValues:StringEquals': { tags: ['a', 'b', 'c'] } }, true],
    [{ 'ForAllValues:StringEquals': { tags: ['a'] } }, false],
    [{ 'ForAnyValue:StringEquals': { tags: ['b'] } }, true],
    [{ NoSuchOperator: { 's3:prefix': 'home/' } }, false],
    [{ StringEquals: { 's3:prefix': 'home/', missing: 'x' } }, false],
  ])('%j: %s', (conditions, expected) => {
    expect(conditionsHold(conditions, context)).toBe(expected);
  });
});

describe('policies', () => {
  const request = {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    principalArn: 'arn:aws:iam::111111111111:role/r',
    principalAccountId: '111111111111',
    context: new Map(),
  };
  const policy = (...statements: object[]): string[] => [JSON.stringify({ Statement: statements })];

  it.each([
    [[{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }], 'allow'],
    [[{ Effect: 'Allow', Action: 'S3:getobject', Resource: 'arn:aws:s3:::b/*' }], 'allow'],
    [[{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }], 'none'],
    [[{ Effect: 'Allow', NotAction: 's3:PutObject', Resource: '*' }], 'allow'],
    [[{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::b/*' }], 'none'],
    [
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:*', Resource: '*' },
      ],
      'deny',
    ],
    [[{ Effect: 'Allow', Action: '*' }], 'none'],
  ])('%j: %s', (statements, decision) => {
    expect(decide(policy(...statements), request, false)).toBe(decision);
  });

  it.each([
    ['*', 'allow'],
    [{ AWS: '*' }, 'allow'],
    [{ AWS: '111111111111' }, 'allow'],
    [{ AWS: ['arn:aws:iam::111111111111:root'] }, 'allow'],
    [{ AWS: 'arn:aws:iam::111111111111:role/r' }, 'allow'],
    [{ AWS: 'arn:aws:iam::111111111111:role/other' }, 'none'],
    [{ Service: 's3.amazonaws.com' }, 'none'],
    [undefined, 'none'],
  ])('of a resource name principals: %j is %s', (Principal, decision) => {
    expect(decide(policy({ Effect: 'Allow', Principal, Action: '*', Resource: '*' }), request, true)).toBe(decision);
  });
});

describe('a server that enforces policies', () => {
  let server: S3Server;
  const statement = (Action: string[], ...Resource: string[]) => ({ Effect: 'Allow', Action, Resource });
  const as = (accessKeyId: string) => clientOf(server, { credentials: { accessKeyId, secretAccessKey: 's' } });
  const grant = (accessKeyId: string, statements: object[], accountId?: string): void => {
    server.addPrincipal({
      accessKeyId,
      policies: [{ Statement: statements }],
      ...(accountId !== undefined && { accountId }),
    });
  };

  beforeEach(async () => {
    server = await startServer({ enforceIam: true });
    server.createBucket('source');
    server.createBucket('target');
    server.putGenerated({ bucket: 'source', key: 'in/k', size: 10 });
  });

  it('reports the denied action and resource', async () => {
    grant('reader', [statement(['s3:GetObject'], 'arn:aws:s3:::source/in/*')]);
    await as('reader').send(new GetObjectCommand({ Bucket: 'source', Key: 'in/k' }));
    await expect(
      as('reader').send(new PutObjectCommand({ Bucket: 'target', Key: 'k', Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::target/k" because no identity-based policy allows the s3:PutObject action',
    });
  });

  it('authorizes source and destination of a copy', async () => {
    const copy = new CopyObjectCommand({ Bucket: 'target', Key: 'k', CopySource: 'source/in/k' });
    grant('writer', [statement(['s3:PutObject'], 'arn:aws:s3:::target/*')]);
    await expect(as('writer').send(copy)).rejects.toThrow('s3:GetObject on resource: "arn:aws:s3:::source/in/k"');
    grant('copier', [
      statement(['s3:PutObject'], 'arn:aws:s3:::target/*'),
      statement(['s3:GetObject'], 'arn:aws:s3:::source/*'),
    ]);
    await as('copier').send(copy);
  });

  it('does not reveal missing keys without s3:ListBucket', async () => {
    const head = new GetObjectCommand({ Bucket: 'source', Key: 'in/missing' });
    const copy = new CopyObjectCommand({ Bucket: 'target', Key: 'k', CopySource: 'source/in/missing' });
    const may = [
      statement(['s3:GetObject'], 'arn:aws:s3:::source/*'),
      statement(['s3:PutObject'], 'arn:aws:s3:::target/*'),
    ];
    const list = (bucket: string) => statement(['s3:ListBucket'], `arn:aws:s3:::${bucket}`);
    grant('reader', [...may, list('target')]);
    grant('lister', [...may, list('source')]);
    for (const command of [head, copy] as const) {
      const message = expect.stringContaining(
        's3:ListBucket on resource: "arn:aws:s3:::source" because no identity-based policy allows the s3:ListBucket action',
      ) as string;
      await expect(as('reader').send(command as typeof head)).rejects.toMatchObject({ name: 'AccessDenied', message });
      await expect(as('lister').send(command as typeof head)).rejects.toMatchObject({ name: 'NoSuchKey' });
    }
  });

  it('requires both accounts to allow cross-account access', async () => {
    const foreign = '999999999999';
    grant('partner', [statement(['s3:GetObject'], 'arn:aws:s3:::shared/*')], foreign);
    server.createBucket('shared');
    server.putGenerated({ bucket: 'shared', key: 'k', size: 1 });
    const head = new GetObjectCommand({ Bucket: 'shared', Key: 'k' });
    await expect(as('partner').send(head)).rejects.toThrow('because no resource-based policy allows');
    const policy = {
      Statement: [{ ...statement(['s3:GetObject'], 'arn:aws:s3:::open/*'), Principal: { AWS: foreign } }],
    };
    server.createBucket('open', { policy: JSON.stringify(policy) });
    server.putGenerated({ bucket: 'open', key: 'k', size: 1 });
    await expect(as('partner').send(new GetObjectCommand({ Bucket: 'open', Key: 'k' }))).rejects.toThrow(
      'identity-based',
    );
    grant('partner', [statement(['s3:GetObject'], 'arn:aws:s3:::open/*')], foreign);
    await as('partner').send(new GetObjectCommand({ Bucket: 'open', Key: 'k' }));
  });

  it('calls KMS as the caller, with the encryption context', async () => {
    const { arn } = server.createKmsKey();
    server.createBucket('secret', { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: arn } });
    const write = statement(['s3:PutObject'], 'arn:aws:s3:::secret/*');
    const upload = { Bucket: 'secret', Key: 'k' };
    grant('plain', [write]);
    await expect(as('plain').send(new CreateMultipartUploadCommand(upload))).rejects.toThrow(
      'kms:GenerateDataKey on resource',
    );
    const Condition = {
      StringEquals: {
        'kms:ViaService': 's3.us-east-1.amazonaws.com',
        'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::secret/k',
      },
    };
    const read = statement(['s3:GetObject'], 'arn:aws:s3:::source/*');
    grant('keyed', [write, read, { ...statement(['kms:GenerateDataKey', 'kms:Decrypt'], arn), Condition }]);
    const { UploadId } = await as('keyed').send(new CreateMultipartUploadCommand(upload));
    const part = await as('keyed').send(
      new UploadPartCopyCommand({ ...upload, UploadId, PartNumber: 1, CopySource: 'source/in/k' }),
    );
    const Parts = [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }];
    await as('keyed').send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    expect(server.kmsRequests()).toEqual({ GenerateDataKey: 1, Decrypt: 1 });
    const other = new PutObjectCommand({ Bucket: 'secret', Key: 'other', Body: 'x' });
    await expect(as('keyed').send(other)).rejects.toThrow('kms:GenerateDataKey');
  });

  it('allows a principal without policies everything in its own account only', async () => {
    await as('anyone').send(new HeadObjectCommand({ Bucket: 'source', Key: 'in/k' }));
    await expect(
      as('999999999999').send(new GetObjectCommand({ Bucket: 'source', Key: 'in/k' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
