import type { KmsKey } from '../store/model';
import type { Check, Outcome } from './checks';
import { type AllowedBy, decide } from './policy';

/**
 * Evaluates a check on a KMS key with a key policy. In the account of the key, a statement for the principal is sufficient. A statement
 * for the account delegates to identity-based policies, which principals of other accounts always need too (KMS Developer Guide, "Key
 * policies in AWS KMS" and "Allowing users in other accounts to use a KMS key").
 */
export function decideKeyUse(check: Check, policy: string, key: Pick<KmsKey, 'arn' | 'accountId'>): Outcome {
  const { principal, action, context } = check;
  const { arn: resource } = key;
  const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
  const allowedBy: AllowedBy[] = [];
  const outcome = { resource, allowedBy };
  const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false, allowedBy);
  const ofKey = decide([policy], request, true, allowedBy);
  if (own === 'deny') return { ...outcome, reason: 'with an explicit deny in an identity-based policy' };
  if (ofKey === 'deny') return { ...outcome, reason: 'with an explicit deny in a resource-based policy' };
  // With an empty account ID, only statements for the principal itself match.
  const byName = decide([policy], { ...request, principalAccountId: '' }, true) === 'allow';
  const needsOwn = key.accountId !== principal.accountId || !byName;
  if (ofKey === 'allow' && (own === 'allow' || !needsOwn)) return outcome;
  const missing = ofKey === 'allow' ? 'identity-based' : 'resource-based';
  return { ...outcome, reason: `because no ${missing} policy allows the ${action} action` };
}
