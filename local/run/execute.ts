import type { CopyResult } from '../../lib/private/protocol';
import type { S3Server } from '../s3';
import {
  type DeployedStateMachine,
  type ExecutionResult,
  type LocalDeployment,
  LocalStepFunctions,
  type WorkflowEvent,
} from '../workflow';
import type { Progress } from './report';

export interface ExecuteOptions {
  readonly timeScale: number;
  /** Endpoints of services besides S3 and Step Functions, by the name that AWS_ENDPOINT_URL_<name> has. */
  readonly serviceEndpoints: Record<string, string>;
  readonly onProgress?: (progress: Progress) => void;
}

/** One execution, to its end and to that of the functions that it leaves behind. */
export async function execute(
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  server: S3Server,
  input: unknown,
  options: ExecuteOptions,
): Promise<ExecutionResult> {
  const stepFunctions = new LocalStepFunctions(deployment, { serviceEndpoints: options.serviceEndpoints });
  let root: string | undefined;
  try {
    return await stepFunctions.start(stateMachine, {
      // By a name, so that SDKs can put the label of a bucket or access point before it.
      endpoint: server.endpoint.replace('//127.0.0.1:', '//localhost:'),
      input,
      timeScale: options.timeScale,
      onEvent: (event) => {
        // The first event is the execution's own; its map children come later.
        root ??= event.executionArn;
        if (event.executionArn === root) options.onProgress?.(toProgress(event));
      },
    });
  } finally {
    // Parts that were under way when the copy failed end on their own, as on AWS.
    await stepFunctions.idle();
    await stepFunctions.close();
  }
}

function toProgress(event: WorkflowEvent): Progress {
  if (event.type === 'MapProgress') return { parts: { done: event.done, total: event.total } };
  return event.type === 'StateEntered' ? { state: event.state } : {};
}

/** The output of an execution that succeeded. */
export function resultOf(execution: ExecutionResult): CopyResult | null {
  return (execution.output as CopyResult | undefined) ?? null;
}
