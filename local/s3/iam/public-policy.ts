import { textsOf } from './conditions';
import { statementsOf } from './policy';

/**
 * Whether a policy grants something to everybody, in the sense of Block Public Access: to any principal, without a condition that
 * ties the request to fixed accounts, networks or resources.
 */
export function isPublicPolicy(policy: string): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === 'Allow' &&
      ('NotPrincipal' in statement || isEverybody(statement.Principal)) &&
      !isNarrowed(statement.Condition),
  );
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || (isFields(principal) && textsOf(principal.AWS).includes('*'));
}

/** The keys that Amazon's definition of "public" names; `aws:SourceIp` counts when its range is no wider than /8. */
const NARROWING_KEYS = new Set([
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

const NARROWING_OPERATORS = /^(?:ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

function isNarrowed(conditions: unknown): boolean {
  if (!isFields(conditions)) return false;
  return Object.entries(conditions).some(([operator, keys]) => {
    if (!isFields(keys)) return false;
    return Object.entries(keys).some(([key, value]) => {
      const name = key.toLowerCase();
      const values = textsOf(value);
      if (name === 'aws:sourceip' && operator === 'IpAddress') return values.length > 0 && values.every(isNarrowRange);
      const fixed = values.length > 0 && values.every((text) => !text.includes('*') && !text.includes('?'));
      return NARROWING_KEYS.has(name) && NARROWING_OPERATORS.test(operator) && fixed;
    });
  });
}

function isNarrowRange(range: string): boolean {
  const [, bits] = range.split('/');
  return bits === undefined || Number(bits) >= 8;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
