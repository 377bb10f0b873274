import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { S3Server } from '../../local/s3';
import { type Secret, secretArn, SecretsServer } from '../../local/secrets';

const KEY_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:keys/source-AbCdEf';
const SECRETS: Secret[] = [
  { arn: KEY_ARN, name: 'keys/source', text: 'text' },
  { arn: secretArn('bytes', 'us-east-1', '123456789012'), name: 'bytes', binary: Buffer.from([0, 255, 1]) },
  { arn: secretArn('rotated', 'us-east-1', '123456789012'), name: 'rotated', versionId: 'b'.repeat(32), text: 'new' },
  { arn: secretArn('rotated', 'us-east-1', '123456789012'), name: 'rotated', versionId: 'a'.repeat(32), text: 'old' },
];

let s3: S3Server;
let server: SecretsServer;
const clients: SecretsManagerClient[] = [];
beforeAll(async () => {
  s3 = await S3Server.start({ enforceIam: true });
  const arn = 'arn:aws:iam::123456789012:role/copy';
  const allow = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: KEY_ARN };
  s3.addPrincipal({ accessKeyId: 'COPY', arn, policies: [{ Version: '2012-10-17', Statement: [allow] }] });
  server = await SecretsServer.start(SECRETS, { authorize: (access) => s3.checkAccess(access) });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await server.close();
  await s3.close();
});

function clientOf(accessKeyId = 'root'): SecretsManagerClient {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const client = new SecretsManagerClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

test.each([KEY_ARN, 'keys/source', KEY_ARN.replace(/-AbCdEf$/, '')])('%s is found', async (SecretId) => {
  const found = await clientOf().send(new GetSecretValueCommand({ SecretId }));
  expect(found).toMatchObject({
    ARN: KEY_ARN,
    Name: 'keys/source',
    SecretString: 'text',
    VersionStages: ['AWSCURRENT'],
  });
});

test('binary secrets are returned as bytes', async () => {
  const { SecretBinary, SecretString } = await clientOf().send(new GetSecretValueCommand({ SecretId: 'bytes' }));
  expect([...SecretBinary!]).toEqual([0, 255, 1]);
  expect(SecretString).toBeUndefined();
});

test.each([
  [undefined, 'new'],
  ['b'.repeat(32), 'new'],
  ['a'.repeat(32), 'old'],
])('version %s of a secret that was rotated is %s', async (VersionId, text) => {
  const found = await clientOf().send(new GetSecretValueCommand({ SecretId: 'rotated', VersionId }));
  expect(found.SecretString).toBe(text);
});

test.each([
  [{ SecretId: 'none' }, 'ResourceNotFoundException'],
  [{ SecretId: 'rotated', VersionId: 'c'.repeat(32) }, 'ResourceNotFoundException'],
  [{ SecretId: 'bytes', VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
  [{ SecretId: '' }, 'ValidationException'],
])('%j is %s', async (input, name) => {
  await expect(clientOf().send(new GetSecretValueCommand(input))).rejects.toMatchObject({ name });
});

test('other operations are refused by name', async () => {
  const refused = clientOf().send(new ListSecretsCommand({}));
  await expect(refused).rejects.toThrow('does not support the operation "ListSecrets"');
});

test('an invalid body is refused', async () => {
  const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const answer = await fetch(server.endpoint, { method: 'POST', headers, body: '{' });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    expect.objectContaining({ __type: 'SerializationException' }),
  ]);
});

test('a request without a signature is denied where policies decide', async () => {
  const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const body = JSON.stringify({ SecretId: KEY_ARN });
  const answer = await fetch(server.endpoint, { method: 'POST', headers, body });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    expect.objectContaining({ __type: 'AccessDeniedException' }),
  ]);
});

test('policies decide who can read a secret', async () => {
  s3.accessLog.clear();
  const copy = clientOf('COPY');
  expect(await copy.send(new GetSecretValueCommand({ SecretId: KEY_ARN }))).toMatchObject({ SecretString: 'text' });
  await expect(copy.send(new GetSecretValueCommand({ SecretId: 'bytes' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('role/copy is not authorized to perform: secretsmanager:GetSecretValue'),
  });
  expect(s3.accessLog.checked).toBe(2);
  expect(s3.accessLog.denials()).toEqual([
    {
      principal: 'arn:aws:iam::123456789012:role/copy',
      action: 'secretsmanager:GetSecretValue',
      resource: secretArn('bytes', 'us-east-1', '123456789012'),
      operation: 'GetSecretValue',
    },
  ]);
});
