import { randomBytes, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { encodeLocations } from '../../lib/private/protocol';
import { type Secret, SecretsServer } from '../../local/secrets';
import { Harness, MIB } from './harness';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:lake-AbCdEf';
const OPTIONS = { sseCustomerKeySecretArn: ARN };
const BY_PARTS = { source: 's3://raw/in/a', options: { ...OPTIONS, partSize: 5 * MIB } };

/** The current version comes first. */
const secrets: Secret[] = [];

function rotate(): void {
  secrets.unshift({ arn: ARN, name: 'lake', versionId: randomUUID(), text: randomBytes(32).toString('base64') });
}

let harness: Harness;
let server: SecretsServer;
beforeAll(async () => {
  harness = await Harness.start();
  harness.server.createBucket('locked', { blockCustomerKeys: false });
  server = await SecretsServer.start(secrets);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
    MPCOPY_SETTINGS: JSON.stringify({
      account: '123456789012',
      maxConcurrency: 250,
      features: [],
      customerKeys: [ARN],
    }),
    MPCOPY_LOCATIONS: encodeLocations({
      sources: [{ bucket: 'raw', prefix: 'in/' }],
      destinations: [{ bucket: 'locked', prefix: '' }],
    }),
  });
  await harness.client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'in/a', Body: Buffer.alloc(11 * MIB) }));
});
afterAll(async () => {
  await server.close();
  await harness.stop();
});
beforeEach(() => {
  secrets.length = 0;
  rotate();
});

test('a copy keeps its key if the secret is rotated', async () => {
  const state = await harness.begin(await harness.planParts(BY_PARTS));
  await harness.copyPart(state, 1);
  rotate();
  await harness.copyPart(state, 2);
  // A worker that has just started knows no key yet.
  jest.resetModules();
  await harness.copyPart(state, 3);
  expect(await harness.complete(state)).toMatchObject({ status: 'COPIED', sseCustomerAlgorithm: 'AES256' });
});

test('the next copy uses the new key, even if the workers are warm', async () => {
  const before = await harness.copy(BY_PARTS);
  rotate();
  const after = [await harness.copy(BY_PARTS), await harness.copy({ ...BY_PARTS, options: OPTIONS })];
  expect(after[0]!.sseCustomerKeyMd5).not.toBe(before.sseCustomerKeyMd5);
  expect(after[1]!.sseCustomerKeyMd5).toBe(after[0]!.sseCustomerKeyMd5);
});

test('fails with CustomerKeyInvalid if the version of the secret was deleted', async () => {
  const state = await harness.begin(await harness.planParts(BY_PARTS));
  secrets.length = 0;
  rotate();
  jest.resetModules();
  await expect(harness.copyPart(state, 1)).rejects.toMatchObject({
    name: 'CustomerKeyInvalid',
    message: expect.stringContaining('start the copy again'),
  });
});

test.each([
  // Without the spaces and the dash, this would be the Base64 of 32 bytes.
  ['text that only looks like Base64', 'correct horse battery staple - my secret pass phras'],
  ['Base64 with a character too much', `${randomBytes(32).toString('base64')}!`],
])('fails with CustomerKeyInvalid for %s', async (_, text) => {
  secrets[0] = { ...secrets[0]!, text };
  await expect(harness.planParts(BY_PARTS)).rejects.toMatchObject({
    name: 'CustomerKeyInvalid',
    message: expect.stringContaining(
      `secret ${ARN} holds text that is not Base64; a customer-provided key has 32 bytes`,
    ),
  });
});
