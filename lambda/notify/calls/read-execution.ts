import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { ask, type Caller } from '../../shared/calls/ask';
import type { EndedExecution } from '../detail';
import type { Ended } from '../event';
import { type KnownObjects, plannedObjects, requestedObjects } from '../known-objects';

/** Step Functions as the notifier calls it. */
export interface StepFunctions extends Caller {
  readonly client: SFNClient;
}

/** DescribeExecution is eventually consistent (API reference). After this many calls, Lambda retries the invocation after a minute. */
const MAX_CALLS = 4;
const PAUSE_MS = 5_000;

/**
 * Reads an execution that has ended. The event lacks its input and output if they are large, or encrypted with a customer managed key.
 *
 * @throws if Step Functions does not show its end yet
 */
export async function readExecution(sfn: StepFunctions, ended: Ended): Promise<EndedExecution> {
  const described = await describeEnd(sfn, ended);
  const { name, stateMachineArn, startDate, output, input } = described;
  const execution = { ...ended, name: name!, stateMachineArn: stateMachineArn!, startDate: startDate! };
  if (ended.status === 'SUCCEEDED') return { ...execution, output };
  const { error, cause } = isRedriven(ended, described) ? ended : described;
  return { ...execution, error, cause, ...(await readObjects(sfn, ended.executionArn, input)) };
}

async function describeEnd(sfn: StepFunctions, ended: Ended): Promise<DescribeExecutionCommandOutput> {
  const { executionArn, status } = ended;
  for (let call = 1; ; call++) {
    const described = await ask(sfn, { api: 'DescribeExecution', resource: executionArn }, () =>
      sfn.client.send(new DescribeExecutionCommand({ executionArn })),
    );
    if (described.status === status || isRedriven(ended, described)) return described;
    if (call === MAX_CALLS) {
      throw new Error(
        `${executionArn} has ended as ${status}, but DescribeExecution still returns ${described.status}; Lambda retries the invocation`,
      );
    }
    await sfn.time.sleep(PAUSE_MS);
  }
}

/** Whether the execution was redriven after the event. Only the event then shows how it had ended. */
function isRedriven(ended: Ended, { redriveCount = 0 }: DescribeExecutionCommandOutput): boolean {
  return redriveCount > ended.redriveCount;
}

/** Plan is the first state, so a small page contains its output. */
const PAGE_SIZE = 100;

async function readObjects(sfn: StepFunctions, executionArn: string, input: string | undefined): Promise<KnownObjects> {
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[]; nextToken?: string } = await ask(
      sfn,
      { api: 'GetExecutionHistory', resource: executionArn },
      () => sfn.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: PAGE_SIZE })),
    );
    const objects = plannedObjects(page.events ?? []);
    if (objects) return objects;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return requestedObjects(input);
}
