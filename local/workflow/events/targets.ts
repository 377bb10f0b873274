import { type Json } from '../json';
import { type AsyncInvocations } from './async-invocations';
import { DeliveryFailed } from './delivery';
import { type Queue } from './queues';

export interface Targets {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly invocations: AsyncInvocations;
  readonly hasFunction: (arn: string) => boolean;
  /**
   * @returns ARN of the execution
   * @throws DeliveryFailed
   */
  readonly startExecution: (stateMachineArn: string, input: Json) => string;
}

/** Services whose targets only record what is sent to them. */
const RECORDED = new Set(['sns', 'logs', 'firehose', 'kinesis']);

/**
 * Calls a target: starts an execution, invokes a function asynchronously, or sends to a queue. Messages to a topic, a
 * log group or a stream are only recorded.
 *
 * @throws DeliveryFailed
 */
export function callTarget(arn: string, input: string, targets: Targets): Json | undefined {
  const [, , service = '', , , resource = ''] = arn.split(':');
  if (service === 'states') return { executionArn: targets.startExecution(arn, parse(input)) };
  if (service === 'lambda' && resource === 'function') {
    if (!targets.hasFunction(arn)) throw new DeliveryFailed('NO_RESOURCE', `Function not found: ${arn}`);
    targets.invocations.invoke(arn, parse(input));
    return undefined;
  }
  if (service === 'sqs') {
    const queue = targets.queues.get(arn);
    if (queue === undefined) throw new DeliveryFailed('NO_RESOURCE', `The queue does not exist: ${arn}`);
    return { messageId: queue.send(input).messageId };
  }
  if (RECORDED.has(service)) return undefined;
  throw new DeliveryFailed('INVALID_PARAMETER', `The local run does not have targets of this kind: ${arn}`);
}

function parse(input: string): Json {
  try {
    return JSON.parse(input) as Json;
  } catch {
    throw new DeliveryFailed('INVALID_JSON', `The input of the target is not JSON: ${input}`);
  }
}
