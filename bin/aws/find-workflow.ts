import {
  DescribeStacksCommand,
  paginateListStackResources,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { UsageError } from '../failure';
import type { Clients } from './clients';
import { AwsError, explainError } from './errors';

/** How an option identifies the workflow. */
export interface WorkflowName {
  readonly stack?: string;
  /** ARN. With a stack also the name, or the key of an output. */
  readonly stateMachine?: string;
}

const STATE_MACHINE_ARN = /^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:([^:/]+)$/;

interface Candidate {
  readonly arn: string;
  /** Key of the output, or logical ID. */
  readonly label: string;
}

/**
 * The ARN of a state machine. A stack is asked for its outputs, and if none of them is a state machine, for its resources.
 *
 * @throws UsageError if the name is no ARN, and there is no stack
 * @throws AwsError if there is none, or more than one
 */
export async function findStateMachine(clients: Clients, { stack, stateMachine }: WorkflowName): Promise<string> {
  if (stateMachine !== undefined && STATE_MACHINE_ARN.test(stateMachine)) return stateMachine;
  if (stack === undefined) {
    throw new UsageError(
      stateMachine === undefined
        ? 'name the workflow: --stack NAME, or --state-machine ARN'
        : `--state-machine ${JSON.stringify(stateMachine)} is not the ARN of a state machine; it looks like arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`,
    );
  }
  const candidates = await candidatesOf(clients.cloudFormation(), stack);
  const wanted = candidates.filter(
    ({ arn, label }) =>
      stateMachine === undefined || label === stateMachine || STATE_MACHINE_ARN.exec(arn)?.[1] === stateMachine,
  );
  const [only, ...others] = wanted;
  if (only === undefined) {
    const found = candidates.map(({ label }) => label).join(', ');
    throw new AwsError(
      candidates.length === 0
        ? `stack ${stack} has no state machine; name another stack, or specify --state-machine ARN`
        : `stack ${stack} has no state machine ${stateMachine}; it has: ${found}`,
    );
  }
  if (others.length > 0) {
    const list = wanted.map(({ label, arn }) => `${label} (${arn})`).join(', ');
    throw new AwsError(`stack ${stack} has several state machines: ${list}; choose one with --state-machine`);
  }
  return only.arn;
}

async function candidatesOf(client: CloudFormationClient, stack: string): Promise<Candidate[]> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = unique(
      (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => ({
        label: OutputKey,
        arn: OutputValue,
      })),
    );
    if (outputs.length > 0) return outputs;
    const resources: Candidate[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack })) {
      for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries) {
        if (ResourceType !== 'AWS::StepFunctions::StateMachine') continue;
        resources.push({ label: LogicalResourceId, arn: PhysicalResourceId });
      }
    }
    return unique(resources);
  } catch (error) {
    const { message } = error as Error;
    if (/does not exist/.test(message)) {
      throw new AwsError(`stack ${stack} does not exist; check its name, --region and --profile`, { cause: error });
    }
    throw explainError(`CloudFormation, stack ${stack}`, error);
  }
}

/** The distinct state machines among the values. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const byArn = new Map(candidates.filter(({ arn }) => STATE_MACHINE_ARN.test(arn)).map((each) => [each.arn, each]));
  return [...byArn.values()];
}
