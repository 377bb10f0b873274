import { createHash } from 'node:crypto';

/** The canonical user id of an account: 64 hexadecimal digits, always the same for the same account. */
export function canonicalId(accountId: string): string {
  return createHash('sha256').update(`canonical ${accountId}`).digest('hex');
}

export function displayName(accountId: string): string {
  return `account-${accountId}`;
}
