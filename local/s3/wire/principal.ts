import { createHash } from 'node:crypto';

/** The canonical user id of an account: 64 hexadecimal digits, always the same for the same account. */
export function canonicalId(accountId: string): string {
  return createHash('sha256').update(`canonical ${accountId}`).digest('hex');
}

export function displayName(accountId: string): string {
  return `account-${accountId}`;
}

/** The access key of unsigned requests. */
export const ANONYMOUS = 'anonymous';

/** Who asks. */
export interface Principal {
  /** `ANONYMOUS` for unsigned requests. */
  readonly accessKeyId: string;
  readonly accountId: string;
  /** `arn:aws:iam::123456789012:role/name`, say; `*` for unsigned requests. */
  readonly arn: string;
  /** JSON texts of the principal's own policies. Undefined: everything in its account is allowed, as for a root user. */
  readonly policies?: readonly string[];
  /** Values of condition keys that the server cannot know, or has otherwise. */
  readonly conditionKeys?: Readonly<Record<string, readonly string[]>>;
  /** Set for the credentials of CreateSession. */
  readonly session?: 'ReadOnly' | 'ReadWrite';
  /** Undefined: signatures are not verified. */
  readonly secretAccessKey?: string;
  /** What requests have to bring beside their signature. */
  readonly sessionToken?: string;
}

/** How S3 calls a principal when it refuses something. */
export function nameOf({ accessKeyId, arn }: Principal): string {
  return accessKeyId === ANONYMOUS ? 'anonymous' : arn;
}
