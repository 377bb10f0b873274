import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { ask, type Caller, unlessCode } from '../../shared/calls/ask';
import { type DescribedExecution, type ExecutionUploads, hasUploads, uploadsOf } from '../execution-uploads';

/** Step Functions as the sweeper calls it. */
export interface StepFunctions extends Caller {
  readonly client: SFNClient;
}

/** Executions of a state machine by status, the latest first. */
export async function* listExecutions(
  sfn: StepFunctions,
  stateMachineArn: string,
  statusFilter: ExecutionStatus,
): AsyncGenerator<DescribedExecution> {
  let nextToken: string | undefined;
  do {
    const page: { executions?: ExecutionListItem[]; nextToken?: string } = await ask(
      sfn,
      { api: 'ListExecutions', resource: stateMachineArn },
      () => sfn.client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, nextToken })),
    );
    for (const { executionArn, status, startDate, stopDate } of page.executions ?? []) {
      yield { executionArn: executionArn!, status: status!, startDate: startDate!, stopDate };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** @returns undefined if Step Functions no longer knows the execution */
export async function describeExecution(
  sfn: StepFunctions,
  executionArn: string,
): Promise<DescribedExecution | undefined> {
  const described = await unlessCode(
    ask(sfn, { api: 'DescribeExecution', resource: executionArn }, () =>
      sfn.client.send(new DescribeExecutionCommand({ executionArn })),
    ),
    'ExecutionDoesNotExist',
  );
  if (!described) return undefined;
  const { status, startDate, stopDate, redriveCount } = described;
  return { executionArn, status: status!, startDate: startDate!, stopDate, redriveCount };
}

/** The uploads of an execution by its history; undefined if Step Functions no longer knows it. */
export async function readUploads(
  sfn: StepFunctions,
  execution: DescribedExecution,
): Promise<ExecutionUploads | undefined> {
  const { executionArn, status } = execution;
  const history: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[]; nextToken?: string } | undefined = await unlessCode(
      ask(sfn, { api: 'GetExecutionHistory', resource: executionArn }, () =>
        sfn.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000 })),
      ),
      'ExecutionDoesNotExist',
    );
    if (!page) return undefined;
    history.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && !(status === 'RUNNING' && hasUploads(history)));
  return uploadsOf(execution, history, new Date(sfn.time.now()));
}
