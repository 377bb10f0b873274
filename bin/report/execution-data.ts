import type {
  DescribeExecutionOutput,
  DescribeMapRunOutput,
  ExecutionListItem,
  HistoryEvent,
} from '@aws-sdk/client-sfn';

/** What the Step Functions API says about one execution, as it answered: what a report is made from. */
export interface ExecutionData {
  /** When it was asked, milliseconds since 1970. Running executions have no later time. */
  readonly readAt: number;
  readonly execution: DescribeExecutionOutput;
  /** GetExecutionHistory, all pages, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Amazon States Language, as DescribeStateMachineForExecution answers. Absent: it could not be read. */
  readonly definition?: string;
  readonly mapRuns: readonly MapRunData[];
  /** What could not be read and why, in sentences for the reader of the report. */
  readonly missing: readonly string[];
}

/** One run of a Distributed Map. */
export interface MapRunData {
  readonly mapRun: DescribeMapRunOutput;
  /** ListExecutions by `mapRunArn`, all pages. */
  readonly children: readonly ExecutionListItem[];
  /** GetExecutionHistory of some children, or of all, by execution ARN. Empty for Express children, which have no history. */
  readonly histories: ReadonlyMap<string, readonly HistoryEvent[]>;
  /** Present if the children are Express executions: DescribeExecution of some, or of all, by execution ARN. */
  readonly express?: ReadonlyMap<string, DescribeExecutionOutput>;
}

/** What only a local run knows. */
export interface LocalRun {
  /** How many times faster than on AWS the clock of Step Functions ran. */
  readonly timeScale: number;
  /** `aws`: requests to S3 took as long as was published for AWS. Absent: as long as the machine took. */
  readonly latency?: 'aws';
  /** Number of requests that the workers made, by operation. */
  readonly requests: Readonly<Record<string, number>>;
  /** Whether the run itself compared source and copy and found them equal. */
  readonly verified: boolean;
  /** What was compared, in words. */
  readonly verification: string;
}
