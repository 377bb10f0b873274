import { iamArn } from '../base/arns';
import { stringsOf } from '../iam/conditions';
import { checkPolicyText } from '../iam/policy';
import type { Principal } from '../wire/principal';
import type { ResolvedOptions } from './options';

export interface PrincipalOptions {
  accessKeyId: string;
  /**
   * Account ID, 12 digits.
   * @default the server's account
   */
  accountId?: string;
  /** @default an IAM user with the name of the access key */
  arn?: string;
  /**
   * Identity-based policies: JSON text or objects.
   * @default everything in the account is allowed
   */
  policies?: readonly (string | object)[];
  /**
   * Secret access key for verifying signatures.
   * @default signatures are not verified
   */
  secretAccessKey?: string;
  /**
   * Values of condition keys that the server does not know, such as `aws:PrincipalTag/team`, `aws:PrincipalOrgID` and `aws:SourceVpce`, or
   * that override its own value, such as `aws:SecureTransport`.
   */
  conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
}

/** @throws InvalidOptionError for an invalid policy */
export function principalFor(options: PrincipalOptions, server: ResolvedOptions): Principal {
  const { accessKeyId, accountId = server.accountId, policies, secretAccessKey, conditionKeys = {} } = options;
  const texts = policies?.map((policy) => (typeof policy === 'string' ? policy : JSON.stringify(policy)));
  for (const text of texts ?? []) checkPolicyText(text, `access key '${accessKeyId}'`);
  const keys = Object.entries(conditionKeys).map(([key, value]) => [key, stringsOf(value)] as const);
  return {
    accessKeyId,
    accountId,
    arn: options.arn ?? iamArn(`user/${accessKeyId}`, server.region, accountId),
    conditionKeys: Object.fromEntries(keys),
    ...(texts !== undefined && { policies: texts }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
  };
}
