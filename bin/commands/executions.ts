import type { Clients } from '../aws';
import type { WorkflowOptions } from '../aws-options';
import { UsageError } from '../failure';

/** The clients and the state machine that the options name. @throws UsageError, AwsError */
export async function openWorkflow(options: WorkflowOptions): Promise<{ clients: Clients; stateMachineArn: string }> {
  const { region, profile, endpointUrl, stack, stateMachine } = options;
  if (stack === undefined && stateMachine === undefined) {
    throw new UsageError('name the workflow: --stack NAME, or --state-machine ARN');
  }
  const aws = await import('../aws');
  const clients = new aws.Clients({ region: region ?? aws.regionOfArn(stateMachine ?? ''), profile, endpointUrl });
  return { clients, stateMachineArn: await aws.findStateMachine(clients, { stack, stateMachine }) };
}

const EXECUTION_ARN = /^arn:[^:]+:states:[^:]+:\d{12}:execution:[^:]+:[^:]+$/;

/** An execution by its ARN, or by its name and the workflow. @throws UsageError, AwsError */
export async function executionArnOf(
  execution: string,
  options: WorkflowOptions,
): Promise<{ clients: Clients; executionArn: string }> {
  const { region, profile, endpointUrl, stack, stateMachine } = options;
  if (execution.startsWith('arn:')) {
    if (!EXECUTION_ARN.test(execution)) {
      throw new UsageError(
        `${JSON.stringify(execution)} is not the ARN of an execution of a Standard workflow; it looks like arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME`,
      );
    }
    const aws = await import('../aws');
    const clients = new aws.Clients({ region: region ?? aws.regionOfArn(execution), profile, endpointUrl });
    return { clients, executionArn: execution };
  }
  if (stack === undefined && stateMachine === undefined) {
    throw new UsageError(
      `${JSON.stringify(execution)} is not the ARN of an execution; for its name, specify --stack or --state-machine too`,
    );
  }
  const { clients, stateMachineArn } = await openWorkflow(options);
  return { clients, executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution}` };
}
