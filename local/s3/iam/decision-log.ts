import { stringsOf } from './conditions';
import { type AllowedBy, statementsOf } from './policy';

/** A check that was denied. */
export interface DeniedAccess {
  /** ARN of the principal; `*` for an unsigned request. */
  readonly principal: string;
  /** For example `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** The operation that required the action. */
  readonly operation: string;
}

/** An allowed action that no check has used. */
export interface UnusedAction {
  /** As written in the statement, for example `s3:GetObject` or `s3:Get*`. */
  readonly action: string;
  /** The resources of the statement. */
  readonly resource: readonly string[];
}

/** Requests can name any resource, so that the number of distinct denials has no other bound. */
const MAX_DENIALS = 10_000;

/** Records the checks of an authorizer and the statements that allowed them. */
export class DecisionLog {
  private checks = 0;
  private readonly refused = new Map<string, DeniedAccess>();
  private readonly used = new Map<string, Set<string>>();

  allowed(by: readonly AllowedBy[]): void {
    this.checks += 1;
    for (const { policy, statement, action } of by) {
      const actions = this.used.get(policy) ?? new Set();
      this.used.set(policy, actions.add(`${statement} ${action}`));
    }
  }

  /** Records a denial: repeated ones once, and the first 10,000. */
  denied(access: DeniedAccess): void {
    this.checks += 1;
    if (this.refused.size < MAX_DENIALS) this.refused.set(Object.values(access).join(' '), access);
  }

  /** Total number of checks. */
  get checked(): number {
    return this.checks;
  }

  denials(): readonly DeniedAccess[] {
    return [...this.refused.values()];
  }

  /**
   * The actions in Allow statements that no check has used so far. An action that occurs in two statements is listed for the one that
   * was not used.
   *
   * @param services service prefixes of the actions to list, for example `s3` and `kms`
   */
  unusedActions(policies: readonly string[], services: readonly string[]): readonly UnusedAction[] {
    return policies.flatMap((policy) => {
      const used = this.used.get(policy);
      return statementsOf(policy).flatMap((statement, index) => {
        if (statement.Effect !== 'Allow') return [];
        const resource = stringsOf(statement.Resource);
        return stringsOf(statement.Action)
          .filter((action) => services.some((service) => action.startsWith(`${service}:`)))
          .filter((action) => used?.has(`${index} ${action}`) !== true)
          .map((action) => ({ action, resource }));
      });
    });
  }

  clear(): void {
    this.checks = 0;
    this.refused.clear();
    this.used.clear();
  }
}
