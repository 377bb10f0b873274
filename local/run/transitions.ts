import type { WorkflowEvent } from '../workflow';

/**
 * Counts the state transitions that AWS bills for an execution and its children: states entered and retries of Standard
 * executions, and the start of each child, which the pricing page of Step Functions does not mention.
 */
export class TransitionCounter {
  private transitions = 0;
  private readonly executions = new Set<string>();
  private readonly express = new Set<string>();

  add(event: WorkflowEvent): void {
    const { type, executionArn } = event;
    this.executions.add(executionArn);
    // The first event of an execution that is counted is a Transition.
    if (type === 'Transition' && event.isExpress) this.express.add(executionArn);
    if (this.express.has(executionArn)) return;
    if (type === 'Transition' || type === 'StateRetried') this.transitions++;
  }

  get total(): number {
    return this.transitions + Math.max(0, this.executions.size - 1);
  }
}
