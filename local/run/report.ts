import type { CopyResult } from '../../lib/private/protocol';
import type { ObjectDescription } from '../s3';
import type { ExecutionResult } from '../workflow';
import type { IamReport } from './iam';
import type { Verification } from './verify';

export interface Progress {
  /** State that the execution has entered. */
  readonly state?: string;
  /** Parts that are copied, of how many. */
  readonly parts?: { readonly done: number; readonly total: number };
}

/** What `mpcopy local --json` prints. */
export interface CopyRunReport {
  readonly execution: {
    readonly status: 'SUCCEEDED' | 'FAILED';
    readonly error: string;
    readonly cause: string;
    /** Names of the states that the execution entered, in their order. */
    readonly states: string[];
    readonly elapsedSeconds: number;
  };
  /** Output of the execution; null where it failed. */
  readonly result: CopyResult | null;
  /** Requests that the embedded S3 served to the workflow, by operation. */
  readonly requests: Record<string, number>;
  /** Whether source and copy were compared from outside, and are equal. */
  readonly verified: boolean;
  /** The source as it is stored after the run; null where it is not there. */
  readonly source: ObjectDescription | null;
  /** The copy as it is stored, or what else is at the destination; null where nothing is. */
  readonly copy: ObjectDescription | null;
  /** Uploads that the workflow left open. */
  readonly openUploads: number;
  /** Present where policies were enforced. */
  readonly iam?: IamReport;
}

/** A report, and what only people want to know. */
export interface CopyRun {
  readonly report: CopyRunReport;
  readonly verification: Verification;
}

/** What is in the embedded S3 when the execution has ended. */
export type Stored = Pick<CopyRunReport, 'source' | 'copy' | 'openUploads'>;

export function toReport(
  execution: ExecutionResult,
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
    verified: verification.equal,
    ...stored,
    ...(iam && { iam }),
  };
}
