import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { type BucketAccess, ErrorName } from '../../../lib/private/protocol';
import { CopyError, explain } from '../errors';

const KEY_BYTES = 32;

/** By secret and version, which never change: an execution environment reads each of them once. */
const keys = new Map<string, Promise<string>>();

/**
 * Names the version of the secret that is current, for all of a copy: S3 refuses parts whose keys differ, and a secret may be
 * rotated while terabytes are copied.
 *
 * @throws CustomerKeyInvalid, AccessDenied
 */
export async function pinCustomerKey<T extends BucketAccess>(access: T): Promise<T> {
  const { customerKey: secretArn } = access;
  if (secretArn === undefined) return access;
  const secret = await getSecret(secretArn);
  keys.set(idOf(secretArn, secret.VersionId), Promise.resolve(keyOf(secretArn, secret)));
  return { ...access, customerKeyVersion: secret.VersionId };
}

/**
 * The customer-provided key (SSE-C) of an object, Base64; undefined where no secret is named. It never leaves the execution
 * environment but in requests to S3.
 *
 * @throws CustomerKeyInvalid, AccessDenied
 */
export async function customerKey(access: BucketAccess): Promise<string | undefined> {
  const { customerKey: secretArn, customerKeyVersion: version } = access;
  if (secretArn === undefined) return undefined;
  const id = idOf(secretArn, version);
  let key = keys.get(id);
  if (!key) {
    key = getSecret(secretArn, version).then((secret) => keyOf(secretArn, secret));
    keys.set(id, key);
    // A refusal may be mended, and the environment may live on.
    key.catch(() => keys.delete(id));
  }
  return key;
}

function idOf(secretArn: string, version: string | undefined): string {
  return `${secretArn} ${version}`;
}

function keyOf(secretArn: string, { SecretBinary, SecretString = '' }: GetSecretValueCommandOutput): string {
  const bytes = SecretBinary ?? Buffer.from(SecretString.trim(), 'base64');
  if (bytes.length === KEY_BYTES) return Buffer.from(bytes).toString('base64');
  throw new CopyError(
    ErrorName.CUSTOMER_KEY_INVALID,
    `secret ${secretArn} holds ${bytes.length} bytes; a customer-provided key is ${KEY_BYTES} bytes, as SecretBinary or as Base64 in SecretString`,
  );
}

/** @param VersionId default: the current one */
async function getSecret(secretArn: string, VersionId?: string): Promise<GetSecretValueCommandOutput> {
  // Few copies have such a key, and every worker would load this client when it starts.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const region = secretArn.split(':')[3];
  const client = new SecretsManagerClient({ region });
  try {
    return await client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionId }));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      const what =
        VersionId === undefined
          ? `secret ${secretArn} does not exist; name one that holds the customer-provided key`
          : `secret ${secretArn} no longer has version ${VersionId}, with which the copy was started; start it again`;
      throw new CopyError(ErrorName.CUSTOMER_KEY_INVALID, what, { cause: error });
    }
    throw explain(error, { call: 'GetSecretValue', secret: secretArn });
  } finally {
    client.destroy();
  }
}
