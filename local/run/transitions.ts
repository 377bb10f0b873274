import type { WorkflowEvent } from '../workflow';

/**
 * Counts the state transitions that an execution and its children are billed for: states entered, retries, and the start of each
 * child, of which the pricing page of Step Functions says nothing.
 */
export class TransitionCounter {
  private transitions = 0;
  private readonly executions = new Set<string>();

  add({ type, executionArn }: WorkflowEvent): void {
    this.executions.add(executionArn);
    if (type === 'Transition' || type === 'StateRetried') this.transitions++;
  }

  get total(): number {
    return this.transitions + Math.max(0, this.executions.size - 1);
  }
}
