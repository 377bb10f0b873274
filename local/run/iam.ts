import type { DeniedAccess, S3Server, UnusedAction } from '../s3';
import type { DeployedRole } from '../workflow';

/** What the policies were asked during a run with `enforceIam`. */
export interface IamReport {
  /** Number of checks, allowed and denied. */
  readonly checked: number;
  readonly denied: readonly DeniedAccess[];
  /** Actions of the copy role's statements that no request of this run needed. */
  readonly unusedActions: readonly string[];
  /** The same by statement: one action may be needed on the source and not on the destination. */
  readonly unusedByResource: readonly UnusedAction[];
}

/** Services whose requests are checked here, so that only their actions can be told unused. */
const SERVICES = ['s3', 's3express', 'kms', 'secretsmanager'];

export function iamReport(server: S3Server, copyRole: DeployedRole | undefined): IamReport {
  const policies = (copyRole?.policies ?? []).map(({ document }) => JSON.stringify(document));
  const unused = server.accessLog.unusedActions(policies, SERVICES);
  return {
    checked: server.accessLog.checked,
    denied: server.accessLog.denials(),
    unusedActions: [...new Set(unused.map(({ action }) => action))].sort(),
    unusedByResource: unused,
  };
}

/**
 * Takes an action out of the Allow statements of roles, to see whether a run needs it. A statement without actions goes.
 *
 * @param resource only from statements with this text in a resource. Default: from all
 */
export function withoutAction(roles: readonly DeployedRole[], action: string, resource = ''): DeployedRole[] {
  return roles.map((role) => ({
    ...role,
    policies: role.policies.map((policy) => ({ ...policy, document: strip(policy.document, action, resource) })),
  }));
}

type Document = DeployedRole['policies'][number]['document'];

function strip(document: Document, action: string, resource: string): Document {
  const { Statement: statements, ...rest } = document as Record<string, Document>;
  const list = Array.isArray(statements) ? statements : [statements ?? {}];
  const kept = list.flatMap((item) => {
    const statement = item as Record<string, Document>;
    const { Action: given = [] } = statement;
    const actions = Array.isArray(given) ? given : [given];
    const concerned = statement.Effect === 'Allow' && JSON.stringify(statement.Resource ?? '').includes(resource);
    if (!concerned || !actions.includes(action)) return [statement];
    const left = actions.filter((name) => name !== action);
    return left.length === 0 ? [] : [{ ...statement, Action: left }];
  });
  return { ...rest, Statement: kept };
}
