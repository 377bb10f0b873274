import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { ask, type Caller } from '../../shared/calls/ask';
import type { EndedExecution } from '../detail';
import { type Ends, plannedEnds, requestedEnds } from '../ends';
import type { Ended } from '../event';

/** Step Functions as the notifier calls it. */
export interface StepFunctions extends Caller {
  readonly client: SFNClient;
}

/** DescribeExecution is eventually consistent (API reference). After so many looks, Lambda tries again after a minute. */
const LOOKS = 4;
const PAUSE_MS = 5_000;

/**
 * Reads an execution that has ended. The event lacks its input and output if they are large, or encrypted by a key of the customer.
 *
 * @throws if Step Functions does not show its end yet
 */
export async function readExecution(sfn: StepFunctions, ended: Ended): Promise<EndedExecution> {
  const described = await describeEnd(sfn, ended);
  const { name, stateMachineArn, startDate, output, input } = described;
  const execution = { ...ended, name: name!, stateMachineArn: stateMachineArn!, startDate: startDate! };
  if (ended.status === 'SUCCEEDED') return { ...execution, output };
  const { error, cause } = isRedriven(ended, described) ? ended : described;
  return { ...execution, error, cause, ...(await readEnds(sfn, ended.executionArn, input)) };
}

async function describeEnd(sfn: StepFunctions, ended: Ended): Promise<DescribeExecutionCommandOutput> {
  const { executionArn, status } = ended;
  for (let look = 1; ; look++) {
    const described = await ask(sfn, { api: 'DescribeExecution', resource: executionArn }, () =>
      sfn.client.send(new DescribeExecutionCommand({ executionArn })),
    );
    if (described.status === status || isRedriven(ended, described)) return described;
    if (look === LOOKS) {
      throw new Error(
        `${executionArn} has ended as ${status}, and Step Functions still shows ${described.status}; Lambda tries again`,
      );
    }
    await sfn.time.sleep(PAUSE_MS);
  }
}

/** Since the event. Only the event then knows how the execution had ended. */
function isRedriven(ended: Ended, { redriveCount = 0 }: DescribeExecutionCommandOutput): boolean {
  return redriveCount > ended.redriveCount;
}

/** Plan is the first state, so pages are small. */
const PAGE_SIZE = 100;

async function readEnds(sfn: StepFunctions, executionArn: string, input: string | undefined): Promise<Ends> {
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[]; nextToken?: string } = await ask(
      sfn,
      { api: 'GetExecutionHistory', resource: executionArn },
      () => sfn.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: PAGE_SIZE })),
    );
    const ends = plannedEnds(page.events ?? []);
    if (ends) return ends;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return requestedEnds(input);
}
