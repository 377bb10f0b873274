import { Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { ALIAS_ARN } from './alias-arn';
import { MAX_KEY_BYTES } from './protocol';
import { type BucketKind, RESERVED_NAMES } from './protocol/bucket-kinds';

/** @throws if the prefix cannot be the beginning of a key */
export function validatePrefix(what: string, prefix: string | undefined): void {
  if (prefix === undefined || Token.isUnresolved(prefix)) return;
  if (/^(s3:\/\/|arn:[\w-]+:s3)/.test(prefix)) {
    throw new Error(
      `${what} takes a key prefix such as 'raw/', got ${prefix.startsWith('s3:') ? 'a URI' : 'an ARN'}: ${JSON.stringify(prefix)}; pass the bucket as the first argument`,
    );
  }
  if (/\p{Surrogate}/u.test(prefix)) {
    throw new Error(
      `${what} takes a key prefix that is text, got half of a surrogate pair: ${JSON.stringify(prefix)}; keys in S3 are UTF-8`,
    );
  }
  const bytes = Buffer.byteLength(prefix, 'utf8');
  if (bytes > MAX_KEY_BYTES) {
    throw new Error(`${what} takes a key prefix of at most ${MAX_KEY_BYTES} bytes of UTF-8, got ${bytes} bytes`);
  }
}

/** A value for a message. Constructs cannot be shown as JSON, because they refer to each other in circles. */
export function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor?.name ?? 'Object'}`;
  return JSON.stringify(value) ?? String(value);
}

/** @throws if JavaScript code passes something else, such as a name */
export function validateBucket(what: string, bucket: s3.IBucket | undefined): void {
  if (typeof bucket?.bucketName === 'string') return;
  throw new Error(
    `${what} takes a bucket of the CDK, such as new s3.Bucket(…), got ${nameOf(bucket)}; use bucketName for a bucket that is known by its name`,
  );
}

/**
 * What `StringParameter.valueFromLookup` returns until the CDK CLI has looked the parameter up. If the app fails with this value, the CLI
 * never looks it up (aws-cdk#8699).
 */
const NOT_LOOKED_UP = 'dummy-value-for-';

/** @throws if the name is not that of a bucket of the kind; policies would name something that does not exist */
export function validateBucketName(what: string, kind: BucketKind, name: string | undefined): void {
  if (typeof name !== 'string') throw new Error(`${what} takes ${kind.names.mustBe}, got ${nameOf(name)}`);
  if (Token.isUnresolved(name) || name.startsWith(NOT_LOOKED_UP)) return;
  const given = JSON.stringify(name);
  const reserved = RESERVED_NAMES.find(({ end, ofWhat }) => name.endsWith(end) && ofWhat !== kind.name);
  if (reserved) {
    throw new Error(`${what} takes ${kind.names.mustBe}, got the ${reserved.ofWhat} ${given}; ${reserved.advice}`);
  }
  if (!kind.names.pattern.test(name)) {
    throw new Error(`${what} takes ${kind.names.mustBe}, got ${given}; pass neither an ARN nor a URI`);
  }
}

export function validateAlias(what: string, alias: string | undefined): void {
  if (alias === undefined || Token.isUnresolved(alias) || /^[a-z0-9][a-z0-9-]*-s3alias$/.test(alias)) return;
  throw new Error(
    `${what}: alias must be the alias that S3 gave the access point, such as 'name-1a2b3c-s3alias', got ${JSON.stringify(alias)}; leave it out if executions use the ARN`,
  );
}

export function validateAccount(what: string, account: string | undefined): void {
  if (account === undefined || Token.isUnresolved(account) || /^\d{12}$/.test(account)) return;
  throw new Error(`${what}: account must be an account ID of 12 digits, got ${JSON.stringify(account)}`);
}

export function validateRegion(what: string, region: string | undefined): void {
  if (region === undefined || Token.isUnresolved(region) || /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return;
  throw new Error(`${what}: region must be the name of a Region such as 'eu-west-1', got ${JSON.stringify(region)}`);
}

/** The ARN of a key, or that of an alias if the app knows no more. */
export function keyArn(what: string, key: kms.IKey | string): string {
  const arn = typeof key === 'string' ? key : keyBehind(key).keyArn;
  if (isSomethingElse(arn)) {
    throw new Error(
      `${what}: the encryption key must be an ARN, such as 'arn:aws:kms:eu-west-1:111122223333:key/…', or that of an alias, whose name begins with 'alias/', got ${JSON.stringify(arn)}`,
    );
  }
  return arn;
}

/** In a stack without an environment, partition, Region and account are tokens, and what follows them can be known. */
function isSomethingElse(arn: string): boolean {
  if (!Token.isUnresolved(arn)) return !/^arn:[\w-]+:kms:[^:]*:[^:]*:(key|alias)\//.test(arn);
  return /^arn:[^:]*:kms:[^:]*:[^:]*:(?!key\/|alias\/|\?)/.test(arn.replace(/\$\{Token\[[^\]]*\]\}/g, '?'));
}

function keyBehind(key: kms.IKey): kms.IKey {
  return key instanceof kms.Alias ? key.aliasTargetKey : key;
}

/** @throws if the app knows the key only by an alias: policies do not grant the use of a key by the ARN of its alias */
export function keyItself(prop: string, key: kms.IKey): kms.IKey {
  const itself = keyBehind(key);
  if (!ALIAS_ARN.test(itself.keyArn)) return itself;
  throw new Error(
    `${prop} ${key.node.path} is known only by an alias, and policies need the ARN of the key: pass the key, such as kms.Key.fromKeyArn(…) or kms.Key.fromLookup(…)`,
  );
}
