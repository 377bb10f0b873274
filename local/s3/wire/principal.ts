import { createHash } from 'node:crypto';

/** The canonical user ID of an account: 64 hexadecimal digits, derived from the account ID. */
export function canonicalId(accountId: string): string {
  return createHash('sha256').update(`canonical ${accountId}`).digest('hex');
}

export function displayName(accountId: string): string {
  return `account-${accountId}`;
}

/** The value in place of an access key ID for unsigned requests. */
export const ANONYMOUS = 'anonymous';

/** The sender of a request. */
export interface Principal {
  /** `ANONYMOUS` for unsigned requests. */
  readonly accessKeyId: string;
  readonly accountId: string;
  /** For example `arn:aws:iam::123456789012:role/name`; `*` for unsigned requests. */
  readonly arn: string;
  /** Identity-based policies (JSON). If absent, everything in the account is allowed, as for its root user. */
  readonly policies?: readonly string[];
  /** Values of condition keys, for keys that the server does not know, or to override its own value. */
  readonly conditionKeys?: Readonly<Record<string, readonly string[]>>;
  /** The mode of the session, for credentials from CreateSession. */
  readonly session?: 'ReadOnly' | 'ReadWrite';
  /** If absent, signatures are not verified. */
  readonly secretAccessKey?: string;
  /** The session token that signed requests must contain. */
  readonly sessionToken?: string;
}

/**
 * The `Initiator` of an upload in ListMultipartUploads and ListParts: the ARN of a user or of a session of a role, or the canonical ID of an
 * account.
 */
export function initiatorXml({ initiatorArn, initiatorAccountId }: Initiator): { ID: string; DisplayName: string } {
  if (initiatorArn === undefined)
    return { ID: canonicalId(initiatorAccountId), DisplayName: displayName(initiatorAccountId) };
  return { ID: initiatorArn, DisplayName: initiatorArn.split('/').at(-1)! };
}

export interface Initiator {
  readonly initiatorAccountId: string;
  readonly initiatorArn?: string;
}

export function initiatorOf({ accountId, arn }: Principal): Initiator {
  return { initiatorAccountId: accountId, ...(/:(user|assumed-role)\//.test(arn) && { initiatorArn: arn }) };
}

/** The name of a principal in AccessDenied errors. */
export function nameInErrors({ accessKeyId, arn }: Principal): string {
  return accessKeyId === ANONYMOUS ? 'anonymous' : arn;
}
