import { createHash } from 'node:crypto';
import { ANONYMOUS, type Principal } from '../wire/principal';

export type ConditionKeys = Iterable<readonly [key: string, values: readonly string[]]>;

/** The condition keys of the principal (IAM User Guide, "Properties of the principal" in "AWS global condition context keys"). */
export function principalKeys({ accessKeyId, accountId, arn, conditionKeys = {} }: Principal): ConditionKeys {
  const given = Object.entries(conditionKeys).map(([key, values]) => [key.toLowerCase(), values] as const);
  const isAnonymous = accessKeyId === ANONYMOUS || accountId === '';
  const keys = isAnonymous ? [single('aws:userid', ANONYMOUS), single('aws:principaltype', 'Anonymous')] : [];
  return [...keys, ...(isAnonymous ? [] : identityKeys(accountId, arn)), ...given];
}

function identityKeys(accountId: string, arn: string): [string, string[]][] {
  const keys = [
    single('aws:principalarn', roleOfSession(arn) ?? arn),
    single('aws:principalaccount', accountId),
    single('aws:principalisawsservice', 'false'),
    single('aws:viaawsservice', 'false'),
  ];
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/');
  const name = path.at(-1) ?? '';
  switch (kind) {
    case 'user':
      return [...keys, ...typed('User', uniqueId('AIDA', arn)), single('aws:username', name)];
    case 'role':
      return [...keys, ...typed('AssumedRole', `${uniqueId('AROA', arn)}:session`)];
    case 'assumed-role':
      return [...keys, ...typed('AssumedRole', `${uniqueId('AROA', roleOfSession(arn) ?? arn)}:${name}`)];
    default:
      return [...keys, ...typed('Account', accountId)];
  }
}

function single(key: string, value: string): [string, string[]] {
  return [key, [value]];
}

function typed(type: string, userId: string): [string, string[]][] {
  return [single('aws:principaltype', type), single('aws:userid', userId)];
}

/** A unique ID like those of IAM, derived from the ARN. */
function uniqueId(prefix: string, arn: string): string {
  const digits = createHash('sha256').update(arn).digest('hex').slice(0, 17);
  return `${prefix}${digits.toUpperCase()}`;
}

/** The ARN of the role of an assumed-role session, without the path of the role, which session ARNs do not contain. */
export function roleOfSession(arn: string): string | undefined {
  const [, partition, account, role] = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? undefined : `arn:${partition}:iam::${account}:role/${role}`;
}
