import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { actionsFor, type ApiPermission } from './permissions';

/** S3 refuses longer keys. */
const MAX_KEY_BYTES = 1024;

/** Throws where a prefix could not be the beginning of a key. */
export function validatePrefix(what: string, prefix: string): void {
  if (Token.isUnresolved(prefix)) return;
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

/** `*`, `?` and `$` are legal in keys and have a meaning in a policy's Resource: written as IAM's escapes they have none. */
function asPolicyLiteral(prefix: string): string {
  return Token.isUnresolved(prefix) ? prefix : prefix.replace(/[*?$]/g, (character) => `\${${character}}`);
}

/** The statements that a role needs on a general purpose bucket, its keys below a prefix and its KMS key. */
export function bucketStatements(
  scope: Construct,
  permissions: ApiPermission[],
  bucket: s3.IBucket,
  prefix: string,
  encryptionKey?: kms.IKey,
): iam.PolicyStatement[] {
  const keys = `${asPolicyLiteral(prefix)}*`;
  const statements = [
    new iam.PolicyStatement({
      actions: actionsFor(permissions, 'object'),
      resources: [bucket.arnForObjects(keys)],
    }),
    new iam.PolicyStatement({
      actions: actionsFor(permissions, 'bucket'),
      resources: [bucket.bucketArn],
      // S3 evaluates the key of a HeadObject as the prefix when it decides between 404 and 403.
      conditions: prefix === '' ? undefined : { StringLike: { 's3:prefix': keys } },
    }),
  ];
  if (encryptionKey) {
    statements.push(
      new iam.PolicyStatement({
        actions: actionsFor(permissions, 'key'),
        resources: [keyArnOf(encryptionKey)],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${bucket.env.region}.${Stack.of(scope).urlSuffix}` },
          // The encryption context is the bucket's ARN with a bucket key, the object's without.
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket.bucketArn, bucket.arnForObjects(keys)] },
        },
      }),
    );
  }
  return statements;
}

/** IAM knows keys by their own ARN only: a statement on the ARN of an alias allows nothing. */
function keyArnOf(encryptionKey: kms.IKey): string {
  const key = encryptionKey instanceof kms.Alias ? encryptionKey.aliasTargetKey : encryptionKey;
  if (key.keyArn.includes(':alias/')) {
    throw new Error(
      `encryptionKey ${JSON.stringify(key.keyId)} is an alias, which IAM policies cannot name; pass the key itself, such as Key.fromKeyArn(scope, id, arn)`,
    );
  }
  return key.keyArn;
}
