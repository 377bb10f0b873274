import type { ExecutionStatus, HistoryEvent } from '@aws-sdk/client-sfn';
import type { CopyPartsState, DestinationObject, TimeWindow, UploadState } from '../../lib/private/protocol';
import { KEPT_STATE, TRACED_STATES } from '../../lib/private/protocol/sweeper';
import { LATE_REQUEST_MS } from '../shared/time-window';

/** The uploads of an execution, by its history. */
export interface ExecutionUploads {
  readonly executionArn: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  /** Absent while it runs. */
  readonly stopDate?: Date;
  /** Absent before the end of Plan, and if nothing is copied in parts. */
  readonly destination?: DestinationObject;
  /** Whether its uploads are kept for another execution that resumes them. */
  readonly keeps: boolean;
  /** Uploads that it created or resumes. */
  readonly uploadIds: readonly string[];
  /** `options.resumeUploadId` of its input, even if Plan has not checked it. */
  readonly resumeUploadId?: string;
  /** When it may have created uploads whose IDs it does not know. */
  readonly lost: readonly TimeWindow[];
  /** Whether it was stopped while parts may have been in flight. A failed execution waits for them. */
  readonly hadPartsInFlight: boolean;
  /** Seconds within which such parts end. */
  readonly settleSeconds: number;
}

/** An execution as Step Functions describes it. */
export type DescribedExecution = Pick<ExecutionUploads, 'executionArn' | 'status' | 'startDate' | 'stopDate'> & {
  readonly redriveCount?: number;
};

/** Timeout of the Begin function. */
const BEGIN_MS = 60_000;

type Planned = Partial<CopyPartsState> & { readonly upload?: Partial<UploadState['upload']> };

/**
 * Finds the uploads of an execution.
 *
 * @param history from its beginning; the end may be missing
 * @param now the end of windows of a running execution
 */
export function uploadsOf(
  execution: DescribedExecution,
  history: readonly HistoryEvent[],
  now: Date,
): ExecutionUploads {
  const end = execution.stopDate ?? now;
  const outputs = history.flatMap((event) => outputOf(event) ?? []);
  const plan = outputs.filter(({ state }) => state === TRACED_STATES.plan).at(-1)?.output;
  const inParts = plan?.action === 'COPY_PARTS' ? plan : undefined;
  const begun = outputs.flatMap(({ output }) => output.upload ?? []);
  const isExited = (state: string) => outputs.some((each) => each.state === state);
  return {
    ...execution,
    destination: inParts?.destination,
    keeps: inParts?.onFailure === 'KEEP' && keepsAfter(execution.status, history),
    uploadIds: [...new Set(begun.flatMap(({ uploadId }) => uploadId ?? []))],
    resumeUploadId: resumeUploadIdOf(history),
    lost: [...openBegin(history, end), ...begun.flatMap(({ lost = [] }) => lost)],
    hadPartsInFlight: execution.status !== 'FAILED' && begun.length > 0 && !isExited(TRACED_STATES.checkParts),
    settleSeconds: inParts?.settleSeconds ?? 0,
  };
}

/** A failed execution aborts uploads that cannot be resumed. One that was stopped or timed out runs no more states. */
function keepsAfter(status: ExecutionStatus, history: readonly HistoryEvent[]): boolean {
  if (status !== 'FAILED') return status === 'ABORTED' || status === 'TIMED_OUT';
  return history.some(({ stateEnteredEventDetails: details }) => details?.name === KEPT_STATE);
}

/** Whether the rest of the history of a running execution is not needed. */
export function hasUploads(history: readonly HistoryEvent[]): boolean {
  return history.some((event) => outputOf(event)?.state === TRACED_STATES.begin);
}

/** The input may be invalid, because Plan may not have checked it. */
function resumeUploadIdOf(history: readonly HistoryEvent[]): string | undefined {
  const { input = '{}' } = history[0]?.executionStartedEventDetails ?? {};
  const { options } = (JSON.parse(input) ?? {}) as { readonly options?: { readonly resumeUploadId?: string } | null };
  return options?.resumeUploadId;
}

function outputOf({ stateExitedEventDetails: details }: HistoryEvent): { state: string; output: Planned } | undefined {
  const { name: state, output } = details ?? {};
  const isTraced = (Object.values(TRACED_STATES) as (string | undefined)[]).includes(state);
  return state !== undefined && output !== undefined && isTraced
    ? { state, output: JSON.parse(output) as Planned }
    : undefined;
}

/** If Begin was entered and did not succeed, it may have created uploads whose IDs are unknown. */
function openBegin(history: readonly HistoryEvent[], end: Date): TimeWindow[] {
  const entered = history.filter(({ stateEnteredEventDetails: details }) => details?.name === TRACED_STATES.begin);
  const begun = history.flatMap((event) => outputOf(event) ?? []).filter(({ state }) => state === TRACED_STATES.begin);
  const open = entered.at(-1);
  if (!open || begun.filter(({ output }) => output.upload?.uploadId !== undefined).length === entered.length) return [];
  const to = new Date(end.getTime() + BEGIN_MS + LATE_REQUEST_MS);
  return [{ from: open.timestamp!.toISOString(), to: to.toISOString() }];
}
