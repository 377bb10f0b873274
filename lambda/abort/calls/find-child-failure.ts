import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListMapRunsCommand,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Failure } from '../../../lib/private/protocol';

/**
 * The error and cause of the child execution that failed first. Step Functions reports a failed Distributed Map with an
 * error of its own, in which the child's is not to be found.
 *
 * @returns `caught`, with the reason in its cause, where Step Functions does not tell
 */
export async function findChildFailure(client: SFNClient, executionArn: string, caught: Failure): Promise<Failure> {
  try {
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const failed = (await Promise.all(mapRuns.map(({ mapRunArn }) => listFailed(client, mapRunArn!)))).flat();
    const [first] = failed.sort((a, b) => stoppedAt(a) - stoppedAt(b));
    if (!first) return caught;
    const { error, cause } = await client.send(new DescribeExecutionCommand({ executionArn: first.executionArn }));
    return { error: error ?? caught.error, cause: cause ?? caught.cause };
  } catch (error) {
    return {
      error: caught.error,
      cause: `${caught.cause} (the error of the failed part could not be read: ${(error as Error).message})`,
    };
  }
}

async function listFailed(client: SFNClient, mapRunArn: string): Promise<ExecutionListItem[]> {
  const failed: ExecutionListItem[] = [];
  for await (const page of paginateListExecutions({ client }, { mapRunArn, statusFilter: 'FAILED' })) {
    failed.push(...(page.executions ?? []));
  }
  return failed;
}

function stoppedAt(execution: ExecutionListItem): number {
  return execution.stopDate?.getTime() ?? Infinity;
}
