import { Arn, ArnFormat, Aws, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { OwnerStatements } from '../copy-location';
import type { BoundLocation, PolicyName } from './bound-location';
import type { Feature } from './protocol';
import {
  actionsFor,
  type Asked,
  DESTINATION_PERMISSIONS,
  type Need,
  type Side,
  SOURCE_PERMISSIONS,
} from './protocol/permissions';

type Conditions = Record<string, Record<string, string | string[]>>;

/** Something that the role may do, and whose policy has to say so, too, where that is another account's. */
interface AccessRule {
  readonly policyOf: 'bucket' | 'access point' | 'key';
  readonly actions: string[];
  readonly resource: string;
  readonly conditions: Conditions;
}

/** What the role itself needs to read from or write to a location. */
export function roleStatements(
  side: Side,
  location: BoundLocation,
  features: readonly Feature[],
): iam.PolicyStatement[] {
  return accessRules(side, location, features).map(
    ({ actions, resource, conditions }) => new iam.PolicyStatement({ actions, resources: [resource], conditions }),
  );
}

/**
 * What the owner of a location has to allow the role. The principal is the role's account, narrowed to the role by a
 * condition: S3 and KMS refuse principals that do not exist yet, and forget those that were deleted and made again.
 */
export function ownerStatements(
  side: Side,
  location: BoundLocation,
  features: readonly Feature[],
  role: iam.IRole,
): OwnerStatements {
  const rights = accessRules(side, location, features);
  const statements = (policyOf: AccessRule['policyOf']) =>
    rights
      .filter((each) => each.policyOf === policyOf)
      .map(
        ({ actions, resource, conditions }) =>
          new iam.PolicyStatement({
            principals: [new iam.AccountPrincipal(accountOf(role))],
            actions,
            resources: [policyOf === 'key' ? '*' : resource],
            conditions: { ...conditions, ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
          }),
      );
  return {
    bucketPolicy: statements('bucket'),
    accessPointPolicy: statements('access point'),
    // In the policy of a key the resource is that key, so that one statement is for each of them.
    keyPolicy: statements('key').slice(0, 1),
  };
}

/** In the stack of somebody else, `AWS::AccountId` is somebody else's: taken from the ARN, it stays the role's. */
function accountOf(role: iam.IRole): string {
  const { account } = role.env;
  return Token.isUnresolved(account) ? Arn.split(role.roleArn, ArnFormat.SLASH_RESOURCE_NAME).account! : account;
}

function accessRules(side: Side, location: BoundLocation, features: readonly Feature[]): AccessRule[] {
  const table = side === 'source' ? SOURCE_PERMISSIONS : DESTINATION_PERMISSIONS;
  const asked: Asked = { needs: features, versions: location.versions };
  const onBucket =
    location.kind === 'directory bucket'
      ? [sessionRight(side, location)]
      : location.policyNames.flatMap((name) => [
          right(name, actionsFor(table, 'object', asked), keysBelow(name, location.prefix), {}),
          ...aclRight(side, name, location, features),
          right(name, actionsFor(table, 'bucket', asked), name.bucket, listCondition(location.prefix)),
        ]);
  const onKeys = location.keys.map((key): AccessRule => ({
    policyOf: 'key',
    actions: actionsFor(table, 'key', asked),
    resource: key,
    conditions: location.kind === 'directory bucket' ? directoryKeyConditions(location) : keyConditions(location),
  }));
  return [...onBucket, ...onKeys];
}

function right(name: PolicyName, actions: string[], resource: string, conditions: Conditions): AccessRule {
  return {
    policyOf: name.policyOf,
    actions,
    resource,
    conditions: name.onlyBy
      ? { ...conditions, StringEquals: { ...conditions.StringEquals, 's3:DataAccessPointArn': name.onlyBy } }
      : conditions,
  };
}

/**
 * `*`, `?` and `$` are legal in keys and have a meaning in a policy's Resource: written as IAM's escapes they have none.
 * A token, such as that of a parameter, stays what it is.
 */
function asPolicyLiteral(prefix: string): string {
  return prefix.replace(/\$\{Token\[[^\]]*\]\}|[*?$]/g, (found) => (found.length === 1 ? `\${${found}}` : found));
}

function keysBelow(name: PolicyName, prefix: string): string {
  return `${name.objects}${asPolicyLiteral(prefix)}*`;
}

/** S3 evaluates the key of a HeadObject as the prefix when it decides between 404 and 403. */
function listCondition(prefix: string): Conditions {
  return prefix === '' ? {} : { StringLike: { 's3:prefix': `${asPolicyLiteral(prefix)}*` } };
}

/** With `copyAcl` the role may write any ACL there anyway. */
function aclRight(side: Side, name: PolicyName, location: BoundLocation, features: readonly Feature[]): AccessRule[] {
  if (side === 'source' || !location.bucketOwnerFullControl || features.includes('acl')) return [];
  const rows = DESTINATION_PERMISSIONS.filter(({ needs }) => needs === ('bucketOwnerFullControl' satisfies Need));
  const actions = actionsFor(rows, 'object', { needs: ['bucketOwnerFullControl'], versions: 'none' });
  return [
    right(name, actions, keysBelow(name, location.prefix), {
      StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
    }),
  ];
}

/** CreateSession knows no keys: Plan alone holds copies to the prefix. */
function sessionRight(side: Side, location: BoundLocation): AccessRule {
  const table = side === 'source' ? SOURCE_PERMISSIONS : DESTINATION_PERMISSIONS;
  return {
    policyOf: 'bucket',
    actions: actionsFor(table, 'directory bucket', { needs: [], versions: 'none' }),
    resource: location.policyNames[0]!.bucket,
    conditions: side === 'source' ? { StringEquals: { 's3express:SessionMode': 'ReadOnly' } } : {},
  };
}

function keyConditions(location: BoundLocation): Conditions {
  // By an access point, too, the context names the bucket and its objects.
  const name = location.policyNames.at(-1)!;
  return {
    StringEquals: { 'kms:ViaService': `s3.${location.region}.${Aws.URL_SUFFIX}` },
    // The encryption context is the bucket's ARN with a bucket key, the object's without.
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': [name.bucket, keysBelow(name, location.prefix)] },
  };
}

/**
 * The context is always the bucket's ARN. By which of two names S3 hands it over, and as which of its two services it
 * calls, AWS documents by examples only: either may be.
 */
function directoryKeyConditions(location: BoundLocation): Conditions {
  const { bucket } = location.policyNames[0]!;
  const services = ['s3express', 's3'].map((service) => `${service}.${location.region}.${Aws.URL_SUFFIX}`);
  return {
    StringEquals: { 'kms:ViaService': services },
    StringEqualsIfExists: {
      'kms:EncryptionContext:aws:s3express:arn': bucket,
      'kms:EncryptionContext:aws:s3:arn': bucket,
    },
  };
}
