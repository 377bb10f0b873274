import { createHash, randomBytes } from 'node:crypto';

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

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Access keys and the principals behind them. */
export class Accounts {
  private readonly principals = new Map<string, Principal>();

  /** @param enforced whether policies are: only then is an unsigned request nobody's */
  constructor(
    private readonly defaultAccountId: string,
    private readonly enforced: boolean,
  ) {}

  add(principal: Principal): void {
    this.principals.set(principal.accessKeyId, principal);
  }

  /** The principal of an access key. Unknown ones are root users: of the account that the key names (12 digits), or of the server's. */
  find(accessKeyId: string | undefined): Principal {
    if (accessKeyId === undefined) {
      const anonymous = { accessKeyId: ANONYMOUS, arn: '*' };
      return this.enforced
        ? { ...anonymous, accountId: '', policies: [] }
        : { ...anonymous, accountId: this.defaultAccountId };
    }
    const known = this.principals.get(accessKeyId);
    if (known !== undefined) return known;
    const accountId = /^\d{12}$/.test(accessKeyId) ? accessKeyId : this.defaultAccountId;
    return { accessKeyId, accountId, arn: `arn:aws:iam::${accountId}:root` };
  }

  /** Credentials that act as the principal on a directory bucket. */
  createSession(principal: Principal, session: 'ReadOnly' | 'ReadWrite'): SessionCredentials {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secretAccessKey = randomBytes(30).toString('base64');
    const sessionToken = randomBytes(48).toString('base64');
    // Who may sign as anyone likes may do so in a session too.
    const verified = principal.secretAccessKey === undefined ? {} : { secretAccessKey, sessionToken };
    this.add({ ...principal, accessKeyId, session, ...verified });
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}
