import type {
  DescribeExecutionOutput,
  DescribeMapRunOutput,
  ExecutionListItem,
  HistoryEvent,
} from '@aws-sdk/client-sfn';

/** The answers of the Step Functions API about one execution, from which a report is made. */
export interface ExecutionData {
  /** Time of the calls, in milliseconds since 1970. The durations of running executions end at this time. */
  readonly readAt: number;
  readonly execution: DescribeExecutionOutput;
  /** GetExecutionHistory, all pages, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** The definition from DescribeStateMachineForExecution. Absent if it could not be read. */
  readonly definition?: string;
  readonly mapRuns: readonly MapRunData[];
  /** Sentences for the reader of the report that say which data could not be read, and why. */
  readonly missing: readonly string[];
}

/** One run of a Distributed Map. */
export interface MapRunData {
  readonly mapRun: DescribeMapRunOutput;
  /** ListExecutions by `mapRunArn`, all pages. */
  readonly children: readonly ExecutionListItem[];
  /** GetExecutionHistory of some or all children, by execution ARN. Empty for Express children, which have no history. */
  readonly histories: ReadonlyMap<string, readonly HistoryEvent[]>;
  /** DescribeExecution of some or all children, by execution ARN. Present if the children are Express executions. */
  readonly express?: ReadonlyMap<string, DescribeExecutionOutput>;
}

/** Data that is available only for a local run. */
export interface LocalRun {
  /** How many times faster than on AWS the clock of Step Functions ran. */
  readonly timeScale: number;
  /** `aws` if requests to S3 had the published latency of AWS. Absent if they took the time of this machine. */
  readonly latency?: 'aws';
  /** Number of requests by the workers, by operation. */
  readonly requests: Readonly<Record<string, number>>;
  /** Whether the local run compared source and copy, and they are equal. */
  readonly verified: boolean;
  /** A description of the comparison. */
  readonly verification: string;
}
