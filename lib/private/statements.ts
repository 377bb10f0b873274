import { Arn, ArnFormat, Aws, type IResolveContext, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { OwnerStatements } from '../copy-location';
import { ALIAS_ARN } from './alias-arn';
import type { BoundLocation, PolicyName } from './bound-location';
import type { Feature } from './protocol';
import {
  actionsFor,
  type Condition,
  DESTINATION_PERMISSIONS,
  permissionsOf,
  type PolicyScope,
  type ResourceKind,
  type Side,
  SWEEPER_PERMISSIONS,
} from './protocol/permissions';

export type Conditions = Record<string, Record<string, string | string[]>>;

/** Access that the role needs. The policy of the resource has to allow it too if it belongs to another account. */
interface AccessRule {
  readonly policyOf: 'bucket' | 'access point' | 'key';
  readonly actions: string[];
  readonly resource: string;
  readonly conditions: Conditions;
}

/** The statements of the role for a location. */
export function roleStatements(
  side: Side,
  location: BoundLocation,
  features: readonly Feature[],
): iam.PolicyStatement[] {
  return accessRules(side, location, features).map((rule) => toRoleStatement(rule, location));
}

/** The statements of the role of the sweeper for a destination. */
export function sweeperStatements(location: BoundLocation): iam.PolicyStatement[] {
  return sweeperRules(location).map((rule) => toRoleStatement(rule, location));
}

function toRoleStatement(rule: AccessRule, location: BoundLocation): iam.PolicyStatement {
  const { actions, resource } = rule;
  return new iam.PolicyStatement({
    actions,
    resources: [withRoom(resource)],
    conditions: withAccount(rule, location),
  });
}

/** Less than the 150 characters that the CDK counts for a token. The difference covers what it does not count in a statement. */
const MAX_WITH_ROOM = 130;

/**
 * Makes a token of a short ARN, for which the CDK counts 150 characters. It divides the permissions of a role into policies by an estimate that
 * does not count all characters of a statement with conditions, so policies of many such statements would exceed IAM's limits.
 */
function withRoom(arn: string): string {
  return Token.isUnresolved(arn) || arn.length > MAX_WITH_ROOM ? arn : Lazy.string({ produce: () => arn });
}

function sweeperRules(location: BoundLocation): AccessRule[] {
  const rule = (name: PolicyName, on: ResourceKind, resource: string) =>
    toRule(name, actionsFor(SWEEPER_PERMISSIONS, on, { conditions: [], versions: 'none' }), resource, {});
  const hasObjects = location.kind.policyResources.includes('object');
  return location.policyNames.flatMap((name) =>
    hasObjects
      ? [rule(name, 'object', objectsBelow(name, location.prefix)), rule(name, 'whole bucket', name.bucket)]
      : [rule(name, 'directory bucket', name.bucket)],
  );
}

/**
 * The ARN of a general purpose bucket does not contain the account: after the bucket is deleted, any account can create one with
 * the same name. All other ARNs contain the account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
 */
function withAccount({ policyOf, conditions }: AccessRule, { account, kind }: BoundLocation): Conditions {
  const isNamed =
    policyOf !== 'bucket' || kind.arn.isRegional || conditions.StringEquals?.[ACCESS_POINT_KEY] !== undefined;
  if (isNamed) return conditions;
  return { ...conditions, StringEquals: { ...conditions.StringEquals, 'aws:ResourceAccount': account } };
}

/** Condition key with the ARN of an access point, which contains the account, and belongs to one bucket for as long as it exists. */
const ACCESS_POINT_KEY = 's3:DataAccessPointArn';

/**
 * The statements that the owner of a location has to add. The principal is the account of the role, and a condition
 * narrows it to the role: S3 and KMS reject principals that do not exist, and replace the ARN of a deleted role by its ID.
 *
 * If the app knows a name, the statements have it as text. A reference to a stack that depends on the owner's stack would be circular. In
 * this case, the condition on the role names all principals of the account.
 */
export function ownerStatements(
  side: Side,
  location: BoundLocation,
  features: readonly Feature[],
  role: iam.IRole,
  sweeperRole: iam.IRole | undefined,
): OwnerStatements {
  const known = withKnownNames(location);
  const ofCopies = accessRules(side, known, features).map((rule) => ({ ...rule, to: role }));
  const ofSweeper =
    side === 'destination' && sweeperRole ? sweeperRules(known).map((rule) => ({ ...rule, to: sweeperRole })) : [];
  const rules = [...ofCopies, ...ofSweeper];
  const statements = (policyOf: AccessRule['policyOf']) =>
    rules
      .filter((rule) => rule.policyOf === policyOf)
      .map(
        ({ actions, resource, conditions, to }) =>
          new iam.PolicyStatement({
            principals: [new iam.AccountPrincipal(accountOf(to))],
            actions,
            resources: [policyOf === 'key' ? '*' : resource],
            conditions: {
              ...(policyOf === 'key' ? keyConditions(location, location.knownBucketArn) : conditions),
              ArnEquals: { 'aws:PrincipalArn': roleArnFor(to) },
            },
          }),
      );
  return {
    bucketPolicy: statements('bucket'),
    accessPointPolicy: statements('access point'),
    // In a key policy, `*` is that key, so one statement serves for all keys.
    keyPolicy: statements('key').slice(0, 1),
  };
}

/** The policy of an access point is a property of the access point, so it must not refer to it. */
function withKnownNames(location: BoundLocation): BoundLocation {
  const [{ bucket: arn, knownArn } = { bucket: '' }] = location.policyNames;
  if (knownArn === undefined) return location;
  const policyNames = location.policyNames.map((name) =>
    name.bucket === arn
      ? { ...name, bucket: knownArn, objects: `${knownArn}/object/` }
      : { ...name, onlyThrough: knownArn },
  );
  return { ...location, policyNames };
}

/**
 * The account of the role. If the app does not know it, the CDK takes stacks without an account to be in the same one. In
 * any other stack, `AWS::AccountId` would be the account of that stack, so it is taken from the ARN of the role.
 */
function accountOf(role: iam.IRole): string {
  const { account } = role.env;
  if (!Token.isUnresolved(account)) return account;
  return Lazy.uncachedString({
    produce: ({ scope }: IResolveContext) =>
      Token.isUnresolved(Stack.of(scope).account)
        ? Aws.ACCOUNT_ID
        : Arn.split(role.roleArn, ArnFormat.SLASH_RESOURCE_NAME).account!,
  });
}

/**
 * The ARN of the role in the policy of an owner. A role with a name is known in advance. Without one, only a stack that does
 * not precede that of the role can refer to it: its own, and the stack of an owner in another account cannot be deployed
 * without the name anyway.
 */
function roleArnFor(role: iam.IRole): string {
  const resource = role.node.defaultChild;
  const name = resource instanceof iam.CfnRole ? resource.roleName : undefined;
  if (resource === undefined) return role.roleArn;
  const stack = Stack.of(role);
  if (name !== undefined && !Token.isUnresolved(name)) {
    return `arn:${Aws.PARTITION}:iam::${accountOf(role)}:role/${name}`;
  }
  return Lazy.uncachedString({
    produce: ({ scope }: IResolveContext) =>
      // A condition without a value is not documented as valid in the policies of S3 and KMS.
      isPreceding(Stack.of(scope), stack) ? `arn:${Aws.PARTITION}:iam::${accountOf(role)}:*` : role.roleArn,
  });
}

function isPreceding(owner: Stack, stack: Stack): boolean {
  return owner !== stack && owner.account === stack.account;
}

function accessRules(side: Side, location: BoundLocation, features: readonly Feature[]): AccessRule[] {
  const scope: PolicyScope = { conditions: features, versions: location.versions };
  const table = permissionsOf(side);
  const onBucket = location.policyNames.flatMap((name) =>
    location.kind.policyResources.flatMap((on) => bucketRules(side, location, name, on, scope)),
  );
  const isDirectory = location.kind.policyResources.includes('directory bucket');
  const ofKey: PolicyScope = {
    ...scope,
    conditions: [...features, ...(isDirectory ? (['directoryBucket'] as const) : [])],
  };
  // Through an access point, too, the encryption context names the bucket and its objects.
  const conditions = keyConditions(location, location.policyNames.at(-1)!.bucket);
  const onKeys = location.keys.map((key): AccessRule => ({
    policyOf: 'key',
    actions: actionsFor(table, 'key', ofKey),
    ...keyResource(key, conditions),
  }));
  return [...onBucket, ...onKeys];
}

/**
 * Policies name keys by their own ARN. A key that the app knows only by an alias is any key that has the alias.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function keyResource(arn: string, conditions: Conditions): Pick<AccessRule, 'resource' | 'conditions'> {
  const [, before, alias] = ALIAS_ARN.exec(arn) ?? [];
  if (alias === undefined) return { resource: arn, conditions };
  return {
    resource: `${before}key/*`,
    conditions: { ...conditions, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
  };
}

/** What is granted on one of the resources by which policies know a bucket. */
function bucketRules(
  side: Side,
  location: BoundLocation,
  name: PolicyName,
  on: ResourceKind,
  scope: PolicyScope,
): AccessRule[] {
  const { prefix } = location;
  const actions = actionsFor(permissionsOf(side), on, scope);
  if (actions.length === 0) return [];
  switch (on) {
    case 'object': {
      const objects = toRule(name, actions, objectsBelow(name, prefix), {});
      return [objects, ...(side === 'destination' ? aclRules(location, name, scope.conditions) : [])];
    }
    case 'directory bucket':
      // CreateSession is granted for the whole bucket. Only Plan restricts copies to the prefix.
      return [toRule(name, actions, name.bucket, side === 'source' ? READ_ONLY_SESSION : {})];
    case 'whole bucket':
      return prefix === '' ? [] : [toRule(name, actions, name.bucket, {})];
    default: {
      // Without a condition, one statement has the actions on the whole bucket too.
      const others = prefix === '' ? actionsFor(permissionsOf(side), 'whole bucket', scope) : [];
      return [toRule(name, [...actions, ...others].sort(), name.bucket, listCondition(prefix))];
    }
  }
}

const READ_ONLY_SESSION: Conditions = { StringEquals: { 's3express:SessionMode': 'ReadOnly' } };

function toRule(name: PolicyName, actions: string[], resource: string, conditions: Conditions): AccessRule {
  return {
    policyOf: name.policyOf,
    actions,
    resource,
    conditions: name.onlyThrough
      ? { ...conditions, StringEquals: { ...conditions.StringEquals, [ACCESS_POINT_KEY]: name.onlyThrough } }
      : conditions,
  };
}

/** With `copyAcl`, the role may write any ACL already. */
function aclRules(
  { bucketOwnerFullControl, prefix }: BoundLocation,
  name: PolicyName,
  features: readonly Condition[],
): AccessRule[] {
  if (!bucketOwnerFullControl || features.includes('acl')) return [];
  const rows = DESTINATION_PERMISSIONS.filter((row) => 'onlyWith' in row && row.onlyWith === 'bucketOwnerFullControl');
  const actions = actionsFor(rows, 'object', { conditions: ['bucketOwnerFullControl'], versions: 'none' });
  const conditions = { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } };
  return [toRule(name, actions, objectsBelow(name, prefix), conditions)];
}

/**
 * `*`, `?` and `$` are legal in keys and special in the Resource of a policy. IAM's escapes make them literal. A token,
 * such as that of a parameter, is not changed.
 */
function escapeForPolicy(prefix: string): string {
  return prefix.replace(/\$\{Token\[[^\]]*\]\}|[*?$]/g, (found) => (found.length === 1 ? `\${${found}}` : found));
}

function objectsBelow(name: PolicyName, prefix: string): string {
  const escaped = escapeForPolicy(prefix);
  // The CDK validates ARNs that are known during synthesis, and rejects escapes (rule E3510).
  const objects = escaped === prefix ? name.objects : name.objects.replace(/^arn:[\w-]+:/, `arn:${Aws.PARTITION}:`);
  return `${objects}${escaped}*`;
}

/** S3 evaluates the key of a HeadObject as the prefix to decide between 404 and 403. */
function listCondition(prefix: string): Conditions {
  return prefix === '' ? {} : { StringLike: { 's3:prefix': `${escapeForPolicy(prefix)}*` } };
}

/**
 * Only S3 may use the key, and only for the location.
 *
 * @param bucketArn undefined if the policy cannot name the bucket
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 */
function keyConditions({ kind, prefix, region }: BoundLocation, bucketArn: string | undefined): Conditions {
  const services = kind.kms.services.map((service) => `${service}.${region}.${Aws.URL_SUFFIX}`);
  const viaService = { StringEquals: { 'kms:ViaService': services.length === 1 ? services[0]! : services } };
  const context = (value: string | string[]) =>
    Object.fromEntries(kind.kms.contextKeys.map((key) => [`kms:EncryptionContext:${key}`, value]));
  if (bucketArn === undefined) return viaService;
  return kind.kms.ofObjects
    ? // The context is the ARN of the bucket with an S3 Bucket Key, and that of the object without.
      { ...viaService, StringLike: context([bucketArn, `${bucketArn}/${escapeForPolicy(prefix)}*`]) }
    : { ...viaService, StringEqualsIfExists: context(bucketArn) };
}
