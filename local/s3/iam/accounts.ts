import { randomBytes } from 'node:crypto';
import { iamArn } from '../base/arns';
import { ANONYMOUS, type Principal } from '../wire/principal';

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
    private readonly region: string,
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
    return { accessKeyId, accountId, arn: iamArn('root', this.region, accountId) };
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
