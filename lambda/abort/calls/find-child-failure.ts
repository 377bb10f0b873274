import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  type ListExecutionsCommandOutput,
  ListMapRunsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Failure } from '../../../lib/private/protocol';
import { ask, type Caller } from '../../shared/calls/ask';

/** Step Functions as Abort calls it. */
export interface StepFunctions extends Caller {
  readonly client: SFNClient;
}

/**
 * The error and cause of the child execution that failed first. Step Functions reports a failed Distributed Map with an
 * error of its own, which does not contain that of the child.
 *
 * @returns `caught`, with the reason in its cause, if Step Functions does not return the child's
 */
export async function findChildFailure(sfn: StepFunctions, executionArn: string, caught: Failure): Promise<Failure> {
  try {
    const failed = await listFailedChildren(sfn, executionArn);
    const [first] = failed.sort((a, b) => stoppedAt(a) - stoppedAt(b));
    if (!first) return caught;
    const { error, cause } = await ask(sfn, { api: 'DescribeExecution', resource: first.executionArn }, () =>
      sfn.client.send(new DescribeExecutionCommand({ executionArn: first.executionArn })),
    );
    return { error: error ?? caught.error, cause: cause ?? caught.cause };
  } catch (error) {
    return {
      error: caught.error,
      cause: `${caught.cause} (the error of the failed part could not be read: ${(error as Error).message})`,
    };
  }
}

async function listFailedChildren(sfn: StepFunctions, executionArn: string): Promise<ExecutionListItem[]> {
  const { mapRuns = [] } = await ask(sfn, { api: 'ListMapRuns', resource: executionArn }, () =>
    sfn.client.send(new ListMapRunsCommand({ executionArn })),
  );
  return (await Promise.all(mapRuns.map(({ mapRunArn }) => listFailedIn(sfn, mapRunArn!)))).flat();
}

async function listFailedIn(sfn: StepFunctions, mapRunArn: string): Promise<ExecutionListItem[]> {
  const failed: ExecutionListItem[] = [];
  let page: ListExecutionsCommandOutput | undefined;
  do {
    const nextToken: string | undefined = page?.nextToken;
    page = await ask(sfn, { api: 'ListExecutions', resource: mapRunArn }, () =>
      sfn.client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED', nextToken })),
    );
    failed.push(...(page.executions ?? []));
  } while (page.nextToken !== undefined);
  return failed;
}

function stoppedAt(execution: ExecutionListItem): number {
  return execution.stopDate?.getTime() ?? Infinity;
}
