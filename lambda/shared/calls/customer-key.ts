import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { type BucketAccess, ErrorName } from '../../../lib/private/protocol';
import { CopyError, sdkErrorOf } from '../errors';
import { ask, type Caller } from './ask';

const KEY_BYTES = 32;

/** By secret and version. A version never changes, so an execution environment reads each only once. */
const keys = new Map<string, Promise<string>>();

/**
 * Pins the current version of the secret for the whole copy: S3 rejects parts with different keys, and the secret may be
 * rotated while terabytes are copied.
 *
 * @throws CustomerKeyInvalid, AccessDenied
 */
export async function pinCustomerKey<T extends BucketAccess>(caller: Caller, access: T): Promise<T> {
  const { customerKey: secretArn } = access;
  if (secretArn === undefined) return access;
  const secret = await getSecret(caller, secretArn);
  keys.set(idOf(secretArn, secret.VersionId), Promise.resolve(keyOf(secretArn, secret)));
  return { ...access, customerKeyVersion: secret.VersionId };
}

/**
 * The customer-provided key (SSE-C) of an object in Base64. It leaves the execution environment only in requests to S3.
 *
 * @returns undefined if no secret is named
 * @throws CustomerKeyInvalid, AccessDenied
 */
export async function customerKey(caller: Caller, access: BucketAccess): Promise<string | undefined> {
  const { customerKey: secretArn, customerKeyVersion: version } = access;
  if (secretArn === undefined) return undefined;
  const id = idOf(secretArn, version);
  let key = keys.get(id);
  if (!key) {
    key = getSecret(caller, secretArn, version).then((secret) => keyOf(secretArn, secret));
    keys.set(id, key);
    // A call that was denied may be allowed later, in the same execution environment.
    key.catch(() => keys.delete(id));
  }
  return key;
}

function idOf(secretArn: string, version: string | undefined): string {
  return `${secretArn} ${version}`;
}

function keyOf(secretArn: string, { SecretBinary, SecretString = '' }: GetSecretValueCommandOutput): string {
  const bytes = Buffer.from(SecretBinary ?? Buffer.from(SecretString.trim(), 'base64'));
  const key = bytes.toString('base64');
  // `Buffer.from` skips what is not Base64, so it would make a key of any text that is long enough.
  const isBase64 = SecretBinary !== undefined || key === SecretString.trim();
  if (isBase64 && bytes.length === KEY_BYTES) return key;
  const held = isBase64 ? `${bytes.length} bytes` : 'text that is not Base64';
  throw new CopyError(
    ErrorName.CUSTOMER_KEY_INVALID,
    `secret ${secretArn} holds ${held}; a customer-provided key has ${KEY_BYTES} bytes, as SecretBinary or as Base64 in SecretString`,
  );
}

/** @param VersionId default: the current version */
async function getSecret(caller: Caller, secretArn: string, VersionId?: string): Promise<GetSecretValueCommandOutput> {
  // Few copies have such a key, so workers load this client only when they need it.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('./secrets-manager-sdk');
  const client = new SecretsManagerClient({ region: secretArn.split(':')[3], maxAttempts: 1 });
  try {
    return await ask(caller, { api: 'GetSecretValue', resource: secretArn }, () =>
      client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionId })),
    );
  } catch (error) {
    if (sdkErrorOf(error)?.name !== 'ResourceNotFoundException') throw error;
    const what =
      VersionId === undefined
        ? `secret ${secretArn} does not exist; specify a secret that holds the customer-provided key`
        : `secret ${secretArn} no longer has version ${VersionId}, with which the copy was started; start the copy again`;
    throw new CopyError(ErrorName.CUSTOMER_KEY_INVALID, what, { cause: error });
  } finally {
    client.destroy();
  }
}
