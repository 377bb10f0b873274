import type { DeniedAccess, S3Server, UnusedAction } from '../s3';
import type { DeployedRole } from '../workflow';

/** Policy decisions of a run with `enforceIam`. */
export interface IamReport {
  /** Number of decisions, allowed and denied. */
  readonly checked: number;
  readonly denied: readonly DeniedAccess[];
  /** Actions of the copy role's Allow statements that no request of this run needed. */
  readonly unusedActions: readonly string[];
  /** The same by statement: an action may be needed on the source and not on the destination. */
  readonly unusedByResource: readonly UnusedAction[];
}

/** Services whose requests are checked. Whether actions of other services were needed is unknown. */
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
 * Removes an action from the Allow statements of roles, to see whether a run needs it. Statements left without actions are removed.
 *
 * @param resource limits the removal to statements with this text in a resource. Default: all statements
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
    const matches = statement.Effect === 'Allow' && JSON.stringify(statement.Resource ?? '').includes(resource);
    if (!matches || !actions.includes(action)) return [statement];
    const remaining = actions.filter((name) => name !== action);
    return remaining.length === 0 ? [] : [{ ...statement, Action: remaining }];
  });
  return { ...rest, Statement: kept };
}
