import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('the KMS API', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('bucket');
  });

  const call = async (name: string, input: object): Promise<any> => {
    const headers = { 'x-amz-target': `TrentService.${name}`, 'content-type': 'application/x-amz-json-1.1' };
    const answer = await raw(server, { method: 'POST', path: '/', headers, body: JSON.stringify(input) });
    return JSON.parse(answer.body);
  };

  it('creates and disables keys that S3 uses by ID and alias', async () => {
    const { KeyMetadata } = await call('CreateKey', {});
    await call('CreateAlias', { AliasName: 'alias/mine', TargetKeyId: KeyMetadata.KeyId });
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/mine' } as const;
    const put = await clientOf(server).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x', ...kms }));
    expect(put.SSEKMSKeyId).toBe(KeyMetadata.Arn);
    await call('DisableKey', { KeyId: KeyMetadata.KeyId });
    const get = new GetObjectCommand({ Bucket: 'bucket', Key: 'k' });
    await expect(clientOf(server).send(get)).rejects.toMatchObject({ name: 'KMS.DisabledException' });
    expect((await call('DescribeKey', { KeyId: KeyMetadata.Arn })).KeyMetadata.KeyState).toBe('Disabled');
    await call('EnableKey', { KeyId: KeyMetadata.KeyId });
    await clientOf(server).send(get);
  });

  it('returns errors of KMS', async () => {
    expect((await call('DescribeKey', { KeyId: 'nope' })).__type).toBe('NotFoundException');
    expect((await call('Encrypt', {})).__type).toBe('UnsupportedOperationException');
  });

  it('is not needed if the server creates unknown keys', async () => {
    const lenient = await startServer({ unknownKmsKeys: 'create' });
    lenient.createBucket('bucket');
    const SSEKMSKeyId = 'arn:aws:kms:us-east-1:123456789012:key/134f2428-cec1-4b25-a1ae-9048164dba47';
    const put = new PutObjectCommand({
      Bucket: 'bucket',
      Key: 'k',
      Body: 'x',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId,
    });
    expect((await clientOf(lenient).send(put)).SSEKMSKeyId).toBe(SSEKMSKeyId);
  });

  it.each<[string, object, (key: { arn: string; keyId: string }) => Parameters<S3Server['setKmsKeyState']>]>([
    ['an id', {}, ({ keyId }) => [keyId, 'Disabled']],
    ['an ARN of another Region', { region: 'eu-west-1' }, ({ arn }) => [arn, 'Disabled']],
    ['an id there', { region: 'eu-west-1' }, ({ keyId }) => [keyId, 'Disabled', { region: 'eu-west-1' }]],
    [
      "another account's alias",
      { accountId: '444455556666', aliases: ['alias/same'] },
      () => ['alias/same', 'Disabled', { accountId: '444455556666' }],
    ],
  ])('is not needed to make a key unusable by %s', (_, options, change) => {
    server.createKmsKey({ aliases: ['alias/same'] });
    const key = server.createKmsKey(options);
    server.setKmsKeyState(...change(key));
    expect(server.ensureKmsKey(key.arn, options)).toMatchObject({ arn: key.arn, state: 'Disabled' });
    expect(server.ensureKmsKey('alias/same').state).toBe('Enabled');
  });
});
