import { SWEPT_STATUSES } from '../../lib/private/protocol/sweeper';

/** `Step Functions Execution Status Change` of EventBridge, as far as the sweeper reads it. */
interface StatusChange {
  readonly detail?: {
    readonly executionArn?: unknown;
    readonly stateMachineArn?: unknown;
    readonly status?: unknown;
    readonly redriveCount?: unknown;
  };
}

/** An execution, or a redrive of it, that has ended. */
export interface EndedExecution {
  readonly executionArn: string;
  /** Number of redrives until it ended. */
  readonly redriveCount: number;
}

/**
 * The execution that an event is about.
 *
 * @returns undefined for events of the schedule, and for manual invocations: they sweep all destinations
 * @throws if the event is about an execution of another state machine, or about one that has not ended
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function executionOf(event: unknown, ownStateMachineArn: string): EndedExecution | undefined {
  const { executionArn, stateMachineArn, status, redriveCount } = (event as StatusChange | null)?.detail ?? {};
  if (executionArn === undefined) return undefined;
  const isEnded = (SWEPT_STATUSES as readonly unknown[]).includes(status);
  if (typeof executionArn === 'string' && stateMachineArn === ownStateMachineArn && isEnded) {
    return { executionArn, redriveCount: typeof redriveCount === 'number' ? redriveCount : 0 };
  }
  throw new Error(
    `the event is about execution ${JSON.stringify(executionArn)} of ${JSON.stringify(stateMachineArn)} with status ${JSON.stringify(status)}; the sweeper handles only ${SWEPT_STATUSES.join(', ')} of ${ownStateMachineArn}; check the rule that invokes it`,
  );
}

/** For the log: the execution of the event, or the state machine. */
export function tracedArn(event: unknown, ownStateMachineArn: string): string {
  const { executionArn } = (event as StatusChange | null)?.detail ?? {};
  return typeof executionArn === 'string' ? executionArn : ownStateMachineArn;
}
