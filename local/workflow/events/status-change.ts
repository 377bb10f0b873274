import { type Json } from '../json';
import { type NewEvent } from './event';

/** The fields of the event about an execution. */
export interface ChangedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: Date;
}

/**
 * Input and output are omitted from larger events ("Step Functions event payloads", Step Functions Developer Guide).
 */
const MOST_DATA_BYTES = 248 * 1024;

/** The event that Step Functions puts to the default event bus when the status of a Standard execution changes. */
export function statusChangeEvent(execution: ChangedExecution): NewEvent {
  const { executionArn, stateMachineArn, name, status, redriveCount } = execution;
  const [, , , region = '', accountId = ''] = executionArn.split(':');
  const [input, output] = [JSON.stringify(execution.input), execution.output];
  const text = output === undefined ? null : JSON.stringify(output);
  const included =
    Buffer.byteLength(JSON.stringify(input)) + Buffer.byteLength(JSON.stringify(text)) <= MOST_DATA_BYTES;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    accountId,
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: execution.startDate.getTime(),
      stopDate: execution.stopDate?.getTime() ?? null,
      input: included ? input : null,
      output: included ? text : null,
      inputDetails: { included },
      outputDetails: text === null ? null : { included },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      redriveCount,
      redriveDate: execution.redriveDate?.getTime() ?? null,
    },
  };
}
