import type { DescribeExecutionOutput, ExecutionListItem, HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';

export const START = Date.UTC(2026, 10, 20, 8, 15, 0, 250);

const ACCOUNT = 'us-east-1:111122223333';
export const MACHINE_ARN = `arn:aws:states:${ACCOUNT}:stateMachine:Copies-Copy`;
export const EXECUTION_ARN = `arn:aws:states:${ACCOUNT}:execution:Copies-Copy:c0ffee00-1111-4222-8333-444455556666`;
export const MAP_RUN_ARN = `arn:aws:states:${ACCOUNT}:mapRun:Copies-Copy/CopyParts:0b6f1a52-5d5c-3c1e-9a55-8f4b8a0c2f11`;

/** A date as the SDK makes it of an answer: milliseconds are kept. */
export const at = (seconds: number): Date => new Date(START + Math.round(seconds * 1000));

/** A history in the making: events are numbered, and follow the one that was added last unless told otherwise. */
export class Recording {
  readonly events: HistoryEvent[] = [];
  private last = 0;

  add(
    seconds: number,
    type: HistoryEventType,
    details: Partial<HistoryEvent> = {},
    previousEventId = this.last,
  ): number {
    const id = this.events.length + 1;
    this.events.push({ timestamp: at(seconds), type, id, previousEventId, ...details });
    this.last = id;
    return id;
  }

  /** The event that the next one follows. */
  follow(id: number): this {
    this.last = id;
    return this;
  }

  start(seconds: number, input: unknown): this {
    this.add(
      seconds,
      'ExecutionStarted',
      {
        executionStartedEventDetails: {
          input: JSON.stringify(input),
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::111122223333:role/CopyRole',
        },
      },
      0,
    );
    // The first state follows event 0.
    return this.follow(0);
  }

  enter(
    seconds: number,
    type: 'Task' | 'Choice' | 'Map' | 'Succeed' | 'Fail' | 'Wait',
    name: string,
    input: unknown,
  ): this {
    this.add(seconds, `${type}StateEntered`, {
      stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
    });
    return this;
  }

  exit(seconds: number, type: 'Task' | 'Choice' | 'Map' | 'Succeed' | 'Wait', name: string, output: unknown): this {
    this.add(seconds, `${type}StateExited`, {
      stateExitedEventDetails: { name, output: JSON.stringify(output), outputDetails: { truncated: false } },
    });
    return this;
  }

  call(seconds: number, name: string, input: unknown): this {
    this.add(seconds, 'LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails: {
        input: JSON.stringify(input),
        inputDetails: { truncated: false },
        resource: `arn:aws:lambda:${ACCOUNT}:function:Copies-Copy${name}Function`,
        timeoutInSeconds: 915,
      },
    });
    this.add(seconds + 0.02, 'LambdaFunctionStarted');
    return this;
  }

  answer(seconds: number, output: unknown): this {
    this.add(seconds, 'LambdaFunctionSucceeded', {
      lambdaFunctionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: { truncated: false } },
    });
    return this;
  }

  fail(seconds: number, error: string, errorMessage: string): this {
    this.add(seconds, 'LambdaFunctionFailed', {
      lambdaFunctionFailedEventDetails: {
        error,
        cause: JSON.stringify({
          errorType: error,
          errorMessage,
          trace: [`${error}: ${errorMessage}`, '    at handler'],
        }),
      },
    });
    return this;
  }

  timeOut(seconds: number): this {
    this.add(seconds, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error: 'States.Timeout' } });
    return this;
  }

  /** One Task that succeeds on its first try. */
  task(from: number, to: number, name: string, input: unknown, output: unknown): this {
    return this.enter(from, 'Task', name, input)
      .call(from + 0.01, name, input)
      .answer(to - 0.01, output)
      .exit(to, 'Task', name, output);
  }

  choice(seconds: number, name: string, state: unknown): this {
    return this.enter(seconds, 'Choice', name, state).exit(seconds, 'Choice', name, state);
  }

  iteration(seconds: number, what: 'Started' | 'Succeeded' | 'Failed' | 'Aborted', name: string, index: number): this {
    this.add(seconds, `MapIteration${what}`, { [`mapIteration${what}EventDetails`]: { name, index } });
    return this;
  }

  succeed(seconds: number, output: unknown): this {
    this.add(seconds, 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: { truncated: false } },
    });
    return this;
  }

  failed(seconds: number, error: string, cause: string): this {
    this.add(seconds, 'ExecutionFailed', { executionFailedEventDetails: { error, cause } });
    return this;
  }
}

/** DescribeExecution. */
export function described(
  status: DescribeExecutionOutput['status'],
  more: Partial<DescribeExecutionOutput> = {},
): DescribeExecutionOutput {
  return {
    executionArn: EXECUTION_ARN,
    stateMachineArn: MACHINE_ARN,
    name: EXECUTION_ARN.split(':').at(-1)!,
    status,
    startDate: at(0),
    inputDetails: { included: true },
    redriveCount: 0,
    ...more,
  };
}

/** A child in the answer of ListExecutions. */
export function child(
  index: number,
  status: ExecutionListItem['status'],
  from: number,
  to: number | undefined,
): ExecutionListItem {
  const name = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return {
    executionArn: `arn:aws:states:${ACCOUNT}:execution:Copies-Copy/CopyParts:${name}`,
    stateMachineArn: `${MACHINE_ARN}/CopyParts`,
    name,
    status,
    startDate: at(from),
    ...(to !== undefined && { stopDate: at(to) }),
    mapRunArn: MAP_RUN_ARN,
    itemCount: 1,
    redriveCount: 0,
  };
}
