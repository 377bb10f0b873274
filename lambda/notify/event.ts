import { ENDED_STATUSES, type EndedStatus } from '../../lib/private/protocol/notifications';

/** The fields of a `Step Functions Execution Status Change` about an execution that has ended. */
export interface Ended {
  readonly executionArn: string;
  readonly status: EndedStatus;
  readonly redriveCount: number;
  readonly stopDate: Date;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * Reads the event of EventBridge.
 *
 * @throws if it is about an execution of another state machine, or about one that has not ended
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function readEnded(event: unknown, ownStateMachineArn: string): Ended {
  const detail = ((event as { detail?: unknown } | null)?.detail ?? {}) as { [name: string]: unknown };
  const { executionArn, stateMachineArn, status, redriveCount, stopDate, error, cause } = detail;
  if (typeof executionArn !== 'string' || stateMachineArn !== ownStateMachineArn || !isEnded(status)) {
    throw new Error(
      `the event is about execution ${JSON.stringify(executionArn)} of ${JSON.stringify(stateMachineArn)} with status ${JSON.stringify(status)}; the notifier handles only ${ENDED_STATUSES.join(', ')} of ${ownStateMachineArn}; check the rule that invokes it`,
    );
  }
  return {
    executionArn,
    status,
    redriveCount: typeof redriveCount === 'number' ? redriveCount : 0,
    // Milliseconds since 1970.
    stopDate: new Date(typeof stopDate === 'number' ? stopDate : Date.parse((event as { time: string }).time)),
    ...(typeof error === 'string' && { error }),
    ...(typeof cause === 'string' && { cause }),
  };
}

function isEnded(status: unknown): status is EndedStatus {
  return (ENDED_STATUSES as readonly unknown[]).includes(status);
}

/** For the log, of events of any form. */
export function tracedArn(event: unknown): string | undefined {
  const { executionArn } = (event as { detail?: { executionArn?: unknown } } | null)?.detail ?? {};
  return typeof executionArn === 'string' ? executionArn : undefined;
}
