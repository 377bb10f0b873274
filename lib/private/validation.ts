import { Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';

/** S3 refuses longer keys. */
const MAX_KEY_BYTES = 1024;

/** Throws where a prefix could not be the beginning of a key. */
export function validatePrefix(what: string, prefix: string | undefined): void {
  if (prefix === undefined || Token.isUnresolved(prefix)) return;
  if (prefix.startsWith('s3://')) {
    throw new Error(
      `${what} takes a key prefix such as 'raw/', got a URI: ${JSON.stringify(prefix)}; give the bucket as the first argument`,
    );
  }
  const bytes = Buffer.byteLength(prefix, 'utf8');
  if (bytes > MAX_KEY_BYTES) {
    throw new Error(`${what} takes a key prefix of at most ${MAX_KEY_BYTES} bytes of UTF-8, got ${bytes} bytes`);
  }
}

export function validateAccount(what: string, account: string | undefined): void {
  if (account === undefined || Token.isUnresolved(account) || /^\d{12}$/.test(account)) return;
  throw new Error(`${what}: account must be the 12 digits of an account id, got ${JSON.stringify(account)}`);
}

export function validateRegion(what: string, region: string | undefined): void {
  if (region === undefined || Token.isUnresolved(region) || /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return;
  throw new Error(`${what}: region must be the name of a Region such as 'eu-west-1', got ${JSON.stringify(region)}`);
}

/** IAM knows keys by their own ARN only: a statement on the ARN of an alias allows nothing. */
export function keyArn(what: string, key: kms.IKey | string): string {
  const arn = typeof key === 'string' ? key : (key instanceof kms.Alias ? key.aliasTargetKey : key).keyArn;
  if (arn.includes(':alias/')) {
    throw new Error(
      `${what}: encryptionKey ${JSON.stringify(arn)} is an alias, which IAM policies cannot name; pass the key itself, such as Key.fromKeyArn(scope, id, arn)`,
    );
  }
  if (!Token.isUnresolved(arn) && !/^arn:[\w-]+:kms:/.test(arn)) {
    throw new Error(
      `${what}: the encryption key must be given by its ARN, such as 'arn:aws:kms:eu-west-1:111122223333:key/…', got ${JSON.stringify(arn)}`,
    );
  }
  return arn;
}
