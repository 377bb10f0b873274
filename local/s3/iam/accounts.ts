import { randomBytes } from 'node:crypto';
import { iamArn } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import { ANONYMOUS, type Principal } from '../wire/principal';

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface AccountsOptions {
  readonly region: string;
  /** The account of access keys that are not a 12-digit account ID. */
  readonly accountId: string;
  /** Whether policies are enforced. If not, unsigned requests act as the server's account. */
  readonly enforced: boolean;
  /** Whether to refuse access keys that were not added. */
  readonly refusesUnknown: boolean;
}

/** Sessions do not expire. The oldest ones make room. */
const MAX_SESSIONS = 10_000;

/** Access keys and the principals behind them. */
export class Accounts {
  private readonly principals = new Map<string, Principal>();
  private readonly sessions: string[] = [];

  constructor(private readonly options: AccountsOptions) {}

  add(principal: Principal): void {
    this.principals.set(principal.accessKeyId, principal);
  }

  /**
   * The principal of an access key. An unknown key stands for a root user: of the account with this ID if the key is a 12-digit
   * account ID, otherwise of the server's account.
   * @throws InvalidAccessKeyId if unknown keys are refused
   */
  find(accessKeyId: string | undefined): Principal {
    if (accessKeyId === undefined) {
      const anonymous = { accessKeyId: ANONYMOUS, arn: '*' };
      return this.options.enforced
        ? { ...anonymous, accountId: '', policies: [] }
        : { ...anonymous, accountId: this.options.accountId };
    }
    const known = this.principals.get(accessKeyId);
    if (known !== undefined) return known;
    if (this.options.refusesUnknown) throw s3Error('InvalidAccessKeyId', { AWSAccessKeyId: accessKeyId });
    const accountId = /^\d{12}$/.test(accessKeyId) ? accessKeyId : this.options.accountId;
    return { accessKeyId, accountId, arn: iamArn('root', this.options.region, accountId) };
  }

  /** Creates credentials with which the principal uses a directory bucket (CreateSession). */
  createSession(principal: Principal, session: 'ReadOnly' | 'ReadWrite'): SessionCredentials {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secretAccessKey = randomBytes(30).toString('base64');
    const sessionToken = randomBytes(48).toString('base64');
    // If signatures of the principal are not verified, those of its sessions are not verified either.
    const verified = principal.secretAccessKey === undefined ? {} : { secretAccessKey, sessionToken };
    this.add({ ...principal, accessKeyId, session, ...verified });
    this.sessions.push(accessKeyId);
    if (this.sessions.length > MAX_SESSIONS) this.principals.delete(this.sessions.shift() ?? '');
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}
