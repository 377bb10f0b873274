import type { Command } from 'commander';
import { regionArgument, urlArgument } from './arguments';
import type { ClientOptions } from './aws';

/** Options of every command that calls AWS. */
export function addClientOptions(command: Command): Command {
  return command
    .option('--region <region>', 'Region of the workflow (default: as the AWS CLI finds it)', regionArgument)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option('--endpoint-url <url>', 'one endpoint for all services, such as that of mpcopy local --serve', urlArgument);
}

export interface WorkflowOptions extends ClientOptions {
  readonly stack?: string;
  readonly stateMachine?: string;
  readonly json?: boolean;
}

/** Options of every command about the executions of one workflow. */
export function addWorkflowOptions(command: Command): Command {
  return addClientOptions(
    command
      .option('--stack <name>', 'CloudFormation stack of the workflow')
      .option('--state-machine <arn>', 'ARN of the state machine; with --stack also its name, if there are several'),
  );
}
