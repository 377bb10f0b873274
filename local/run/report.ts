import type { CopyResult } from '../../lib/private/protocol';
import type { ObjectDescription } from '../s3';
import type { Executed } from './execute';
import type { IamReport } from './iam';
import type { Verification } from './verify';

/** What `mpcopy local --json` prints. */
export interface CopyRunReport {
  readonly execution: {
    readonly status: 'SUCCEEDED' | 'FAILED';
    readonly error: string;
    readonly cause: string;
    /** Names of the states that the execution entered, in order. */
    readonly states: string[];
    readonly elapsedSeconds: number;
  };
  /** Output of the execution; null if it failed. */
  readonly result: CopyResult | null;
  /** Number of requests that the embedded S3 served to the workflow, by operation. */
  readonly requests: Record<string, number>;
  /** State transitions of the execution and its children, retries included. */
  readonly stateTransitions: number;
  /** Whether the run itself compared source and copy and found them equal. */
  readonly verified: boolean;
  /** The source as stored after the run; null if there is none. */
  readonly source: ObjectDescription | null;
  /** The object at the destination after the run, even if another client created it; null if there is none. */
  readonly copy: ObjectDescription | null;
  /** Number of multipart uploads that the workflow left open. */
  readonly openUploads: number;
  /** Present if policies were enforced. */
  readonly iam?: IamReport;
}

/** A report, and details for people. */
export interface CopyRun {
  readonly report: CopyRunReport;
  readonly verification: Verification;
}

/** The objects in the embedded S3 after the execution. */
export type Stored = Pick<CopyRunReport, 'source' | 'copy' | 'openUploads'>;

export function toReport(
  execution: Executed,
  result: CopyResult | null,
  requests: Record<string, number>,
  verification: Verification,
  stored: Stored,
  iam: IamReport | undefined,
): CopyRunReport {
  return {
    execution: {
      status: execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED',
      error: execution.error ?? '',
      cause: execution.cause ?? '',
      states: execution.states,
      elapsedSeconds: execution.elapsedSeconds,
    },
    result,
    requests,
    stateTransitions: execution.stateTransitions,
    verified: verification.equal,
    ...stored,
    ...(iam && { iam }),
  };
}
