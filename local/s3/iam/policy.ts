import { partitionIn } from '../base/arns';
import { InvalidOptionError } from '../errors/server-errors';
import { conditionsHold, textsOf } from './conditions';
import type { ConditionContext } from './context';
import { matchesPattern } from './patterns';
import { roleOfSession } from './principal-keys';

export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  readonly resource: string;
  readonly principalArn: string;
  readonly principalAccountId: string;
  readonly context: ConditionContext;
}

/** Where an action was found that allowed something. */
export interface AllowedBy {
  readonly policy: string;
  /** Position in the policy's list. */
  readonly statement: number;
  readonly action: string;
}

export type Decision = 'allow' | 'deny' | 'none';

/**
 * What policies say of a request together: one explicit deny beats every allow.
 * @param allowedBy gets every action of a statement that allows the request
 */
export function decide(
  policies: readonly string[],
  request: AccessRequest,
  withPrincipal: boolean,
  allowedBy: AllowedBy[] = [],
): Decision {
  let decision: Decision = 'none';
  for (const policy of policies) {
    for (const [index, statement] of statementsOf(policy).entries()) {
      if (!applies(statement, request, withPrincipal)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      if (statement.Effect !== 'Allow') continue;
      decision = 'allow';
      const actions = textsOf(statement.Action).filter((pattern) => matchesAction(request.action, pattern));
      allowedBy.push(...actions.map((action) => ({ policy, statement: index, action })));
    }
  }
  return decision;
}

export type Statement = Readonly<Record<string, unknown>>;

/** The statements of a policy's JSON text. */
export function statementsOf(policy: string): readonly Statement[] {
  const document: unknown = JSON.parse(policy);
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  const { Statement: statements } = document;
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  return list.filter((statement): statement is Statement => typeof statement === 'object' && statement !== null);
}

/**
 * Refuses a text that is no policy: it would grant nothing in silence, or fail each request that asks it.
 * @param whose for the message: `access key 'READER'`
 * @throws InvalidOptionError
 */
export function checkPolicyText(policy: string, whose: string): void {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch (error) {
    throw new InvalidOptionError(`a policy of ${whose} is no JSON: ${(error as Error).message}`);
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document)) {
    throw new InvalidOptionError(`a policy of ${whose} has no Statement: ${policy}`);
  }
  const wrong = statementsOf(policy).find(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny');
  if (wrong === undefined) return;
  throw new InvalidOptionError(
    `a policy of ${whose} has the Effect ${JSON.stringify(wrong.Effect)}: write Allow or Deny`,
  );
}

function applies(statement: Statement, request: AccessRequest, withPrincipal: boolean): boolean {
  return (
    matchesElement(statement, 'Action', (pattern) => matchesAction(request.action, pattern)) &&
    matchesElement(statement, 'Resource', (pattern) => matchesPattern(request.resource, pattern, request.context)) &&
    (!withPrincipal || matchesPrincipals(statement, request)) &&
    conditionsHold(statement.Condition, request.context)
  );
}

/** `Action` and `NotAction`, `Resource` and `NotResource`. */
function matchesElement(statement: Statement, name: string, matches: (pattern: string) => boolean): boolean {
  if (name in statement) return textsOf(statement[name]).some(matches);
  if (`Not${name}` in statement) return !textsOf(statement[`Not${name}`]).some(matches);
  return false;
}

function matchesAction(action: string, pattern: string): boolean {
  return matchesPattern(action.toLowerCase(), pattern.toLowerCase());
}

function matchesPrincipals(statement: Statement, request: AccessRequest): boolean {
  if ('NotPrincipal' in statement) return !matchesPrincipal(statement.NotPrincipal, request);
  return matchesPrincipal(statement.Principal, request);
}

function matchesPrincipal(principal: unknown, request: AccessRequest): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return false;
  const { principalArn, principalAccountId } = request;
  // An unsigned request has no account; a session is its role too.
  const account =
    principalAccountId === ''
      ? []
      : [principalAccountId, `arn:${partitionIn(principalArn)}:iam::${principalAccountId}:root`];
  const names = ['*', principalArn, roleOfSession(principalArn), ...account];
  return textsOf(principal.AWS).some((name) => names.includes(name));
}
