import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { ErrorName } from '../../lib/private/protocol';
import { CopyError, explain } from './errors';

const KEY_BYTES = 32;

const keys = new Map<string, Promise<string>>();

/**
 * The customer-provided key (SSE-C) that a secret holds, Base64; undefined where no secret is named. It is read once by each
 * execution environment, and never leaves it but in requests to S3.
 *
 * @throws CustomerKeyInvalid, AccessDenied
 */
export async function customerKey(secretArn: string | undefined): Promise<string | undefined> {
  if (secretArn === undefined) return undefined;
  let key = keys.get(secretArn);
  if (!key) {
    key = readKey(secretArn);
    keys.set(secretArn, key);
    // A refusal may be mended, and the environment may live on.
    key.catch(() => keys.delete(secretArn));
  }
  return key;
}

async function readKey(secretArn: string): Promise<string> {
  const secret = await getSecret(secretArn);
  const bytes = secret.SecretBinary ?? Buffer.from(secret.SecretString?.trim() ?? '', 'base64');
  if (bytes.length === KEY_BYTES) return Buffer.from(bytes).toString('base64');
  throw new CopyError(
    ErrorName.CUSTOMER_KEY_INVALID,
    `secret ${secretArn} holds ${bytes.length} bytes; a customer-provided key is ${KEY_BYTES} bytes, as SecretBinary or as Base64 in SecretString`,
  );
}

async function getSecret(secretArn: string): Promise<GetSecretValueCommandOutput> {
  // Few copies have such a key, and every worker would load this client when it starts.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const region = secretArn.split(':')[3];
  const client = new SecretsManagerClient({ region });
  try {
    return await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      throw new CopyError(
        ErrorName.CUSTOMER_KEY_INVALID,
        `secret ${secretArn} does not exist; name one that holds the customer-provided key`,
        { cause: error },
      );
    }
    throw explain(error, { call: 'GetSecretValue', secret: secretArn });
  } finally {
    client.destroy();
  }
}
