import { iamArn } from '../base/arns';
import { textsOf } from '../iam/conditions';
import { checkPolicyText } from '../iam/policy';
import type { Principal } from '../wire/principal';
import type { ResolvedOptions } from './options';

export interface PrincipalOptions {
  accessKeyId: string;
  /** 12 digits. Default: the server's account. */
  accountId?: string;
  /** Default: a user named like the access key. */
  arn?: string;
  /** Identity-based policies, as JSON text or objects. Default: everything in the account is allowed. */
  policies?: readonly (string | object)[];
  /** With a secret, the signatures of the access key's requests are verified. Default: any signature is accepted. */
  secretAccessKey?: string;
  /**
   * Condition keys whose values the server cannot know, or that it would know otherwise: `aws:PrincipalTag/team`,
   * `aws:PrincipalOrgID`, `aws:userid`, `aws:SourceVpce`, `aws:SecureTransport`.
   */
  conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
}

/** @throws InvalidOptionError for a text that is not a policy */
export function principalOf(options: PrincipalOptions, server: ResolvedOptions): Principal {
  const { accessKeyId, accountId = server.accountId, policies, secretAccessKey, conditionKeys = {} } = options;
  const texts = policies?.map((policy) => (typeof policy === 'string' ? policy : JSON.stringify(policy)));
  for (const text of texts ?? []) checkPolicyText(text, `access key '${accessKeyId}'`);
  const keys = Object.entries(conditionKeys).map(([key, value]) => [key, textsOf(value)] as const);
  return {
    accessKeyId,
    accountId,
    arn: options.arn ?? iamArn(`user/${accessKeyId}`, server.region, accountId),
    conditionKeys: Object.fromEntries(keys),
    ...(texts !== undefined && { policies: texts }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
  };
}
