import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { FinishedExecution } from '../../local/run';
import { until } from '../until';
import type { Copy } from './support';

/** The local Step Functions, after an execution has ended. */
export class Executions {
  readonly client: SFNClient;

  constructor(readonly finished: FinishedExecution) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.client = new SFNClient({ endpoint: finished.endpoint, region: 'us-east-1', credentials });
  }

  describe(executionArn = this.finished.executionArn): Promise<DescribeExecutionOutput> {
    return this.client.send(new DescribeExecutionCommand({ executionArn }));
  }

  /** Runs one more execution to its end: of the same state machine, or of another one. */
  async run(input: unknown, named?: string): Promise<DescribeExecutionOutput> {
    return this.ended(await this.start(input, named));
  }

  /** Starts one more execution, and returns its ARN. */
  async start(input: unknown, named?: string): Promise<string> {
    const { stateMachineArn = '' } = await this.describe();
    const arn = named === undefined ? stateMachineArn : stateMachineArn.replace(/[^:]+$/, named);
    const start = new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify(input) });
    const { executionArn = '' } = await this.client.send(start);
    return executionArn;
  }

  /** Redrives the execution and waits for its end. */
  async redrive(): Promise<DescribeExecutionOutput> {
    const { executionArn } = this.finished;
    await this.client.send(new RedriveExecutionCommand({ executionArn }));
    return this.ended(executionArn);
  }

  private async ended(executionArn?: string): Promise<DescribeExecutionOutput> {
    return until(async () => {
      const described = await this.describe(executionArn);
      return described.status === 'RUNNING' ? undefined : described;
    });
  }
}

/** Logical id of the state machine of the workflow. */
export const COPY = 'CopyStateMachine14E14646';

/** Name of the state machine of `withInvoker`: `{ event, after }` sends an event to the sweeper after some seconds. */
export const INVOKER = 'Invoker';

/** Adds a state machine that invokes the sweeper, as the schedule does. The rule on the status of executions remains. */
export const withInvoker: Pick<Copy, 'extend'> = {
  extend: (stack, { sweepFunction }) => {
    const wait = new sfn.Wait(stack, 'Before', { time: sfn.WaitTime.secondsPath('$.after') });
    const invoke = new tasks.LambdaInvoke(stack, 'Sweep', {
      lambdaFunction: sweepFunction!,
      inputPath: '$.event',
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
    });
    new sfn.StateMachine(stack, INVOKER, {
      stateMachineName: INVOKER,
      definitionBody: sfn.DefinitionBody.fromChainable(wait.next(invoke)),
    });
  },
};

/** The same, where the events of executions are lost. */
export const withInvokerAlone: Pick<Copy, 'extend'> = {
  extend: (stack, workflow) => {
    workflow.node.tryRemoveChild('SweepExecution');
    withInvoker.extend!(stack, workflow);
  },
};

/** What the sweeper reports. */
export interface Swept {
  readonly aborted: string[];
  readonly kept: string[];
  readonly inUse: string[];
}

/** Sends the event of the schedule. @param after seconds from now */
export async function sweepDestinations(executions: Executions, after: number): Promise<Swept> {
  const event = { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', resources: [], detail: {} };
  const { status, output, error, cause } = await executions.run({ event, after }, INVOKER);
  if (status !== 'SUCCEEDED') throw new Error(`${error}: ${cause}`);
  return JSON.parse(output!) as Swept;
}
