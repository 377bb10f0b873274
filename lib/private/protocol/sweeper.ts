/*
 * What the construct and the sweeper have to agree on. The sweeper is not a state of the state machine: EventBridge rules invoke it.
 */

/** Environment variable of the sweeper, besides `ENV_LOCATIONS`. */
export const ENV_SWEEPER = 'MPCOPY_SWEEPER';

/** Value of `MPCOPY_SWEEPER`, as JSON. */
export interface SweeperSettings {
  readonly stateMachineArn: string;
  /** Account of the workflow, which owns the buckets that name no other. */
  readonly account: string;
  /** The initiator that S3 lists for uploads of the workflow: the session of the copy role that Lambda gives to the Begin function. */
  readonly initiator: string;
  /** Seconds for which the uploads of executions with `onFailure: KEEP` are kept after they have ended. */
  readonly keepForSeconds: number;
}

/** States whose events in a history show the uploads of an execution. */
export const TRACED_STATES = { plan: 'Plan', begin: 'Begin', checkParts: 'CheckParts' } as const;

/** The state in which an execution has failed and keeps its upload. */
export const KEPT_STATE = 'UploadKept';

/** How executions end that may leave an upload. `FAILED` is among them because Abort may have failed, too. */
export const SWEPT_STATUSES = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;
