import { partitionIn } from '../base/arns';
import { InvalidOptionError } from '../errors/server-errors';
import { conditionsHold, stringsOf } from './conditions';
import type { ConditionContext } from './context';
import { matchesPattern } from './patterns';
import { roleOfSession } from './principal-keys';

export interface AccessRequest {
  /** For example `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  readonly principalArn: string;
  readonly principalAccountId: string;
  readonly context: ConditionContext;
}

/** An action of a statement that allowed a request. */
export interface AllowedBy {
  readonly policy: string;
  /** Index in the policy. */
  readonly statement: number;
  readonly action: string;
}

export type Decision = 'allow' | 'deny' | 'none';

/**
 * Evaluates policies. An explicit deny overrides any allow.
 * @param withPrincipal whether to match the Principal element (resource-based policies)
 * @param allowedBy receives the actions that allow the request
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
      const actions = stringsOf(statement.Action).filter((pattern) => matchesAction(request.action, pattern));
      allowedBy.push(...actions.map((action) => ({ policy, statement: index, action })));
    }
  }
  return decision;
}

export type Statement = Readonly<Record<string, unknown>>;

/** Policies that were parsed last: each request is compared with the same few. */
const parsed = new Map<string, readonly Statement[]>();

/** The statements of a policy (JSON). */
export function statementsOf(policy: string): readonly Statement[] {
  let statements = parsed.get(policy);
  if (statements === undefined) {
    statements = parse(policy);
    if (parsed.size >= 64) parsed.clear();
    parsed.set(policy, statements);
  }
  return statements;
}

function parse(policy: string): readonly Statement[] {
  const document: unknown = JSON.parse(policy);
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  const { Statement: statements } = document;
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  return list.filter((statement): statement is Statement => typeof statement === 'object' && statement !== null);
}

/**
 * Validates the form of a policy, so that a mistake is reported when the policy is set, not when it is evaluated.
 * @param owner for the message, for example `access key 'READER'`
 * @throws InvalidOptionError
 */
export function checkPolicyText(policy: string, owner: string): void {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch (error) {
    throw new InvalidOptionError(`a policy of ${owner} is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document)) {
    throw new InvalidOptionError(`a policy of ${owner} has no Statement: ${policy}`);
  }
  const wrong = statementsOf(policy).find(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny');
  if (wrong === undefined) return;
  throw new InvalidOptionError(
    `a policy of ${owner} has the Effect ${JSON.stringify(wrong.Effect)}; it must be Allow or Deny`,
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

/** Matches `Action` or `NotAction`, `Resource` or `NotResource`. */
function matchesElement(statement: Statement, name: string, matches: (pattern: string) => boolean): boolean {
  const negated = `Not${name}`;
  if (Object.hasOwn(statement, name)) return stringsOf(statement[name]).some(matches);
  if (Object.hasOwn(statement, negated)) return !stringsOf(statement[negated]).some(matches);
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
  // Unsigned requests do not match accounts. A session of a role also matches the role.
  const account =
    principalAccountId === ''
      ? []
      : [principalAccountId, `arn:${partitionIn(principalArn)}:iam::${principalAccountId}:root`];
  const names = ['*', principalArn, roleOfSession(principalArn), ...account];
  return stringsOf(principal.AWS).some((name) => names.includes(name));
}
