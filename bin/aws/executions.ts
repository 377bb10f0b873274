import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionFacts } from '../copies/copy-progress';
import { UsageError } from '../failure';
import { AwsError, explainError } from './errors';

/** Maximum number of results of one page. */
const PAGE = 1000;

export interface Started {
  readonly executionArn: string;
  readonly startDate: Date;
}

/** @throws UsageError, AwsError */
export async function startExecution(
  sfn: SFNClient,
  stateMachineArn: string,
  input: object,
  name: string | undefined,
): Promise<Started> {
  try {
    const { executionArn = '', startDate = new Date(0) } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return { executionArn, startDate };
  } catch (error) {
    if ((error as Error).name === 'ExecutionAlreadyExists') {
      throw new AwsError(`an execution with the name ${name} exists already; choose another --name`, { cause: error });
    }
    if ((error as Error).name === 'InvalidName') {
      throw new UsageError(`--name ${JSON.stringify(name)}: ${(error as Error).message}`);
    }
    if ((error as Error).name === 'StateMachineDoesNotExist') throw noStateMachine(stateMachineArn, error);
    throw explainError('StartExecution', error);
  }
}

/**
 * The upload of the execution is left; a sweep removes it.
 *
 * @throws AwsError
 */
export async function stopExecution(sfn: SFNClient, executionArn: string, cause: string): Promise<void> {
  try {
    await sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause }));
  } catch (error) {
    throw explainError('StopExecution', error);
  }
}

/**
 * The data of an execution for all commands: DescribeExecution, GetExecutionHistory (one call for 1,000 events), and
 * DescribeMapRun if there is a Distributed Map.
 *
 * @throws AwsError
 */
export async function readExecutionFacts(sfn: SFNClient, executionArn: string): Promise<ExecutionFacts> {
  try {
    const execution = await describe(sfn, executionArn);
    const events = await history(sfn, executionArn);
    const mapRunArn = events
      .map(({ mapRunStartedEventDetails }) => mapRunStartedEventDetails?.mapRunArn)
      .filter((arn) => arn !== undefined)
      .at(-1);
    if (mapRunArn === undefined) return { execution, events };
    return { execution, events, mapRun: await sfn.send(new DescribeMapRunCommand({ mapRunArn })) };
  } catch (error) {
    throw explainExecution(executionArn, error);
  }
}

function describe(sfn: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  return sfn.send(new DescribeExecutionCommand({ executionArn }));
}

async function history(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: PAGE, nextToken }));
    events.push(...(page.events ?? []));
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return events;
}

/** The newest executions of a state machine, by status if one is given. @throws AwsError */
export async function listExecutionArns(
  sfn: SFNClient,
  stateMachineArn: string,
  limit: number,
  statusFilter?: ExecutionStatus,
): Promise<string[]> {
  try {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter,
          maxResults: Math.min(PAGE, limit - arns.length),
          nextToken,
        }),
      );
      arns.push(...(page.executions ?? []).flatMap((each) => each.executionArn ?? []));
      ({ nextToken } = page);
    } while (nextToken !== undefined && arns.length < limit);
    return arns.slice(0, limit);
  } catch (error) {
    if ((error as Error).name === 'StateMachineDoesNotExist') throw noStateMachine(stateMachineArn, error);
    throw explainError('ListExecutions', error);
  }
}

/** Whether an execution that was just started is not visible yet. DescribeExecution is eventually consistent. */
export function isNotVisible(error: unknown): boolean {
  return ((error as Error).cause as Error | undefined)?.name === 'ExecutionDoesNotExist';
}

function explainExecution(executionArn: string, error: unknown): AwsError {
  const { name } = error as Error;
  if (name === 'ExecutionDoesNotExist') {
    return new AwsError(
      `${executionArn} does not exist; Step Functions forgets executions 90 days after their end. Check the ARN, --region and --profile`,
      { cause: error },
    );
  }
  if (name === 'InvalidArn') {
    return new AwsError(
      `${JSON.stringify(executionArn)} is not the ARN of an execution of a Standard workflow; it looks like arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME`,
      { cause: error },
    );
  }
  return explainError(`the execution ${executionArn}`, error);
}

function noStateMachine(arn: string, cause: unknown): AwsError {
  return new AwsError(`${arn} does not exist; check the ARN, --region and --profile`, { cause });
}

/** Amazon States Language. @throws AwsError */
export async function readDefinition(sfn: SFNClient, stateMachineArn: string): Promise<string> {
  try {
    return (await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition ?? '';
  } catch (error) {
    if ((error as Error).name === 'StateMachineDoesNotExist') throw noStateMachine(stateMachineArn, error);
    throw explainError('DescribeStateMachine', error);
  }
}
