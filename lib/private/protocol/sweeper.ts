/*
 * What the construct and the sweeper have to agree on. The sweeper is no state of the state machine: rules of EventBridge invoke it.
 */

/** Environment variable of the sweeper, besides `ENV_LOCATIONS`. */
export const ENV_SWEEPER = 'MPCOPY_SWEEPER';

/** Value of `MPCOPY_SWEEPER`, as JSON. */
export interface SweeperSettings {
  readonly stateMachineArn: string;
  /** Account of the workflow, which owns the buckets that name no other. */
  readonly account: string;
  /** How S3 names who began the uploads of the workflow: the session of the copy role that Lambda gives to the function of Begin. */
  readonly initiator: string;
  /** Seconds for which the uploads of executions with `onFailure: KEEP` are kept after they have ended. */
  readonly keepForSeconds: number;
}

/** States whose events in a history tell which uploads an execution has. */
export const TRACED_STATES = { plan: 'Plan', begin: 'Begin', checkParts: 'CheckParts' } as const;

/** The state in which an execution has failed and keeps its upload. */
export const KEPT_STATE = 'UploadKept';

/** How executions end that may leave an upload. `FAILED` is among them because Abort may have failed, too. */
export const SWEPT_STATUSES = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;
