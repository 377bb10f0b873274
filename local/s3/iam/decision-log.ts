import { textsOf } from './conditions';
import { type AllowedBy, statementsOf } from './policy';

/** A check that failed. */
export interface DeniedAccess {
  /** ARN of who asked; `*` for an unsigned request. */
  readonly principal: string;
  /** `s3:GetObject` */
  readonly action: string;
  readonly resource: string;
  /** The API call that the check was made for. */
  readonly operation: string;
}

/** An action of a statement that no check needed. */
export interface UnusedAction {
  /** As the statement writes it: `s3:GetObject`, `s3:Get*`. */
  readonly action: string;
  /** The resources of its statement. */
  readonly resource: readonly string[];
}

/** What an authorizer was asked, and which statements answered. */
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

  /** The same refusal is told once, however often a client tries. */
  denied(access: DeniedAccess): void {
    this.checks += 1;
    this.refused.set(Object.values(access).join(' '), access);
  }

  /** Number of checks, allowed and denied. */
  get checked(): number {
    return this.checks;
  }

  denials(): readonly DeniedAccess[] {
    return [...this.refused.values()];
  }

  /**
   * The actions in the Allow statements of policies that no allowed check has matched so far. Statements are told apart: reading a
   * source does not make the same action on a destination used.
   *
   * @param services prefixes of the actions to tell: `s3`, `kms`
   */
  unusedActions(policies: readonly string[], services: readonly string[]): readonly UnusedAction[] {
    return policies.flatMap((policy) => {
      const used = this.used.get(policy);
      return statementsOf(policy).flatMap((statement, index) => {
        if (statement.Effect !== 'Allow') return [];
        const resource = textsOf(statement.Resource);
        return textsOf(statement.Action)
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
