import type { CopyResult } from '../../lib/private/protocol';
import {
  type DeployedStateMachine,
  type ExecutionResult,
  type LocalDeployment,
  LocalStepFunctions,
  type LocalStepFunctionsOptions,
  type PlatformFaultRule,
  type ScaledClock,
  type WorkflowEvent,
} from '../workflow';
import type { CopyRunOptions } from './options';
import type { OnProgress, Progress } from './progress';
import { TransitionCounter } from './transitions';

/** An execution, and the usage that AWS would bill. */
export interface Executed extends ExecutionResult {
  readonly stateTransitions: number;
}

export interface ExecuteOptions {
  readonly s3Endpoint: string;
  readonly clock: ScaledClock;
  /** Concurrent Lambda executions of the account. Default 1,000. */
  readonly lambdaConcurrency?: number;
  /** Faults of Lambda and Step Functions. */
  readonly platformFaults?: readonly PlatformFaultRule[];
  /** Endpoints of services other than S3 and Step Functions, by NAME in AWS_ENDPOINT_URL_NAME. */
  readonly serviceEndpoints: Record<string, string>;
  /** Default: that of `LocalStepFunctions`. */
  readonly authorize?: LocalStepFunctionsOptions['authorize'];
  /** Default: that of `LocalStepFunctions`. */
  readonly credentials?: LocalStepFunctionsOptions['credentials'];
  /** Size of the bytes that are copied. */
  readonly bytes: number;
  readonly onProgress?: OnProgress;
  readonly onFinished?: CopyRunOptions['onFinished'];
  readonly onBusEvent?: CopyRunOptions['onBusEvent'];
  readonly onLog?: CopyRunOptions['onLog'];
}

/** Runs one execution, and waits for invocations that outlive it. */
export async function execute(
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  input: unknown,
  options: ExecuteOptions,
): Promise<Executed> {
  const transitions = new TransitionCounter();
  let root: string | undefined;
  const stepFunctions = new LocalStepFunctions(deployment, {
    // A host name, not an address: SDKs prefix it with the bucket or access point.
    s3Endpoint: options.s3Endpoint.replace('//127.0.0.1:', '//localhost:'),
    serviceEndpoints: options.serviceEndpoints,
    clock: options.clock,
    ...(options.lambdaConcurrency !== undefined && { lambdaConcurrency: options.lambdaConcurrency }),
    ...(options.authorize && { authorize: options.authorize }),
    ...(options.credentials && { credentials: options.credentials }),
    ...(options.platformFaults && { faults: options.platformFaults }),
    ...(options.onBusEvent && { onBusEvent: options.onBusEvent }),
    ...(options.onLog && { onLog: options.onLog }),
    onEvent: (event) => {
      // The first event belongs to the execution itself; its child executions come later.
      root ??= event.executionArn;
      transitions.add(event);
      if (event.executionArn === root && event.type !== 'Transition')
        options.onProgress?.(toProgress(event, options.bytes));
    },
  });
  try {
    const execution = await stepFunctions.start(stateMachine, { input });
    const { executionArn } = execution;
    const { timeScale } = options.clock;
    await options.onFinished?.({ executionArn, endpoint: await stepFunctions.endpointUrl(), timeScale });
    return { ...execution, stateTransitions: transitions.total };
  } finally {
    // Parts that are in flight when the copy fails run to their end, as on AWS.
    await stepFunctions.idle();
    await stepFunctions.close();
  }
}

/** Bytes are estimated from the number of parts, since nearly all parts have the same size. */
function toProgress(event: WorkflowEvent, bytes: number): Progress {
  if (event.type === 'StateEntered') return { phase: 'copy', state: event.state };
  if (event.type !== 'MapProgress') return { phase: 'copy' };
  const { total, failed } = event;
  const done = event.done - failed;
  return {
    phase: 'copy',
    parts: { done, failed, total },
    bytes: { done: total === 0 ? 0 : Math.round((bytes * done) / total), total: bytes },
  };
}

/** Output of an execution; null if it failed. */
export function resultOf(execution: ExecutionResult): CopyResult | null {
  return (execution.output as CopyResult | undefined) ?? null;
}
