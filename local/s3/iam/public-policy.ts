import { isRecord, stringsOf } from './conditions';
import { statementsOf } from './policy';

/**
 * Whether Block Public Access considers a policy public: it allows any principal, without a condition that restricts requests to fixed
 * accounts, networks or resources.
 */
export function isPublicPolicy(policy: string): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === 'Allow' &&
      ('NotPrincipal' in statement || isAnyPrincipal(statement.Principal)) &&
      !isRestricted(statement.Condition),
  );
}

function isAnyPrincipal(principal: unknown): boolean {
  return principal === '*' || (isRecord(principal) && stringsOf(principal.AWS).includes('*'));
}

/** The condition keys in the S3 User Guide's definition of "public". `aws:SourceIp` is accepted with a prefix of at least /8. */
const RESTRICTING_KEYS = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

const RESTRICTING_OPERATORS = /^(?:ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

function isRestricted(conditions: unknown): boolean {
  if (!isRecord(conditions)) return false;
  return Object.entries(conditions).some(([operator, keys]) => {
    if (!isRecord(keys)) return false;
    return Object.entries(keys).some(([key, value]) => {
      const name = key.toLowerCase();
      const values = stringsOf(value);
      if (name === 'aws:sourceip' && operator === 'IpAddress')
        return values.length > 0 && values.every(isRestrictedRange);
      const fixed = values.length > 0 && values.every((text) => !text.includes('*') && !text.includes('?'));
      return RESTRICTING_KEYS.has(name) && RESTRICTING_OPERATORS.test(operator) && fixed;
    });
  });
}

function isRestrictedRange(range: string): boolean {
  const [, bits] = range.split('/');
  return bits === undefined || Number(bits) >= 8;
}
