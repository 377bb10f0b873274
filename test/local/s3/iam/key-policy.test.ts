import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { NotFoundError, type S3Server } from '../../../../local/s3';
import { clientOf, startServer } from '../clients';

const OWNER = '111111111111';
const OTHER = '222222222222';
const KEY = `arn:aws:kms:us-east-1:${OWNER}:key/11111111-2222-4333-8444-555555555555`;

type Statement = Record<string, unknown>;
const ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];
const allow = (principal: string, more: object = {}): Statement => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: ACTIONS,
  Resource: '*',
  ...more,
});
const root = (account: string) => `arn:aws:iam::${account}:root`;
const role = (account: string) => `arn:aws:iam::${account}:role/copies`;
const textOf = (...statements: Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const NO_IDENTITY = /because no identity-based policy allows the kms:GenerateDataKey action/;
const NO_RESOURCE = /because no resource-based policy allows the kms:GenerateDataKey action/;
const DENIED = /with an explicit deny in a resource-based policy/;

let server: S3Server;
beforeEach(async () => {
  server = await startServer({ enforceIam: true, accountId: OWNER });
  server.createKmsKey({ keyId: KEY.split('/')[1] });
  server.createBucket('bucket', {
    encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: KEY },
    policy: textOf({
      ...allow(root(OTHER)),
      Action: 's3:*',
      Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
    }),
  });
});

/** Puts an object as the role of an account, whose own policies allow S3, and the key if that is said. */
async function put(account: string, keyPolicy: Statement[], ownAllowsKey: boolean): Promise<unknown> {
  server.setKmsKeyPolicy(KEY, textOf(...keyPolicy));
  const own = { Effect: 'Allow', Action: ['s3:*', ...(ownAllowsKey ? ['kms:*'] : [])], Resource: '*' };
  const accessKeyId = `KEY${account}`;
  server.addPrincipal({ accessKeyId, accountId: account, arn: role(account), policies: [textOf(own)] });
  const client = clientOf(server, { credentials: { accessKeyId, secretAccessKey: 'any' } });
  try {
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

const viaS3 = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } };
const viaOthers = { Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } } };

test.each<[what: string, account: string, keyPolicy: Statement[], own: boolean, expected: string | RegExp]>([
  ['a statement for the account leaves it to identity-based policies', OWNER, [allow(root(OWNER))], true, 'allowed'],
  ['which have to allow it', OWNER, [allow(root(OWNER))], false, NO_IDENTITY],
  ['a statement for the role is enough in the key’s account', OWNER, [allow(role(OWNER))], false, 'allowed'],
  ['a policy for others lets nobody else in', OWNER, [allow(role(OTHER))], true, NO_RESOURCE],
  ['another account needs both: the key for the account', OTHER, [allow(root(OTHER))], true, 'allowed'],
  ['another account needs both: the key for the role', OTHER, [allow(role(OTHER))], true, 'allowed'],
  ['another account needs its own policies too', OTHER, [allow(role(OTHER))], false, NO_IDENTITY],
  ['another account is not let in by its own policies', OTHER, [allow(root(OWNER))], true, NO_RESOURCE],
  ['a deny counts', OWNER, [allow(root(OWNER)), { ...allow(role(OWNER)), Effect: 'Deny' }], true, DENIED],
  ['a condition that holds', OTHER, [allow(root(OTHER), viaS3)], true, 'allowed'],
  ['a condition that does not hold', OTHER, [allow(root(OTHER), viaOthers)], true, NO_RESOURCE],
])('%s', async (_what, account, keyPolicy, own, expected) => {
  expect(await put(account, keyPolicy, own)).toEqual(
    typeof expected === 'string' ? expected : expect.stringMatching(expected),
  );
});

test('reading requires kms:Decrypt', async () => {
  expect(await put(OTHER, [allow(root(OTHER))], true)).toBe('allowed');
  server.setKmsKeyPolicy(KEY, textOf(allow(root(OTHER), { Action: 'kms:GenerateDataKey' })));
  const client = clientOf(server, { credentials: { accessKeyId: `KEY${OTHER}`, secretAccessKey: 'any' } });
  const get = client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  await expect(get).rejects.toThrow(/no resource-based policy allows the kms:Decrypt action/);
});

test('an invalid policy and a missing key are refused', () => {
  expect(() => server.setKmsKeyPolicy(KEY, '{}')).toThrow(/a policy of KMS key '.*' has no Statement/);
  expect(() => server.setKmsKeyPolicy('alias/none', textOf())).toThrow(NotFoundError);
});
