import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { MultipartCopyWorkflow } from 'cdk-s3-multipart-copy';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges what cdk-nag's AwsSolutions pack finds in a workflow. Call it when everything is added to the workflow.
 *
 * @param keys the keys that the workflow reads and writes, as cdk-nag prints them: '<Raw0A1B2C3D.Arn>/incoming/*'
 */
export function acknowledgeFindings(workflow: MultipartCopyWorkflow, keys: string[]): void {
  const id = (construct: IConstruct) => Stack.of(workflow).getLogicalId(construct.node.defaultChild as CfnElement);
  const acknowledge = (on: IConstruct, reason: string, ...resources: string[]) =>
    Validations.of(on).acknowledge(
      ...resources.map((resource) => ({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })),
    );

  // In a stack with an environment, cdk-nag prints the account and the Region instead of the names of the parameters.
  const stack = Stack.of(workflow);
  const show = (value: string) => {
    const resolved = stack.resolve(value) as string | { readonly Ref: string };
    return typeof resolved === 'string' ? resolved : `<${resolved.Ref}>`;
  };
  const arn = ['arn', show(stack.partition), 'states', show(stack.region), show(stack.account)].join(':');
  const states = (resource: string) => `${arn}:${resource}`;
  const machine = id(workflow.stateMachine);
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${machine}"}]}]}`;

  // A role of your own gets its permissions by a policy of the workflow.
  const permissionsOf = (policy: string, role: IConstruct) => workflow.node.tryFindChild(policy) ?? role;
  const copyPolicy = permissionsOf('CopyPolicy', workflow.copyRole);
  const stateMachineRole = workflow.stateMachine.role;

  acknowledge(copyPolicy, 'Keys below the declared prefixes', ...keys);
  acknowledge(copyPolicy, 'X-Ray, and EC2 for functions in a VPC, know no narrower resource', '*');
  acknowledge(stateMachineRole, 'X-Ray and the delivery of logs know no narrower resource', '*');
  acknowledge(
    workflow.stateMachine,
    'Runs of its own Distributed Map, whose names Step Functions makes',
    states(`execution:${name}:*`),
    states(`execution:${name}/CopyParts:*`),
    // With childExecutions.
    states(`execution:${name}/CopyPartsExpress:*`),
  );
  acknowledge(
    workflow.node.findChild('MapRunPolicy'),
    'Executions and map runs of its own state machine, whose names Step Functions makes',
    states(`execution:<${machine}.Name>:*`),
    states(`mapRun:<${machine}.Name>/CopyParts:*`),
    states(`execution:<${machine}.Name>/CopyParts:*`),
    // With childExecutions.
    ...['mapRun', 'execution', 'express'].map((kind) => states(`${kind}:<${machine}.Name>/CopyPartsExpress:*`)),
  );
  const readers = [
    ...(workflow.sweeperRole ? [permissionsOf('SweeperPolicy', workflow.sweeperRole)] : []),
    ...(workflow.notifyFunction ? [permissionsOf('NotifierPolicy', workflow.notifyFunction.role!)] : []),
  ];
  for (const reader of readers) {
    acknowledge(reader, 'X-Ray, and EC2 for functions in a VPC, know no narrower resource', '*');
    acknowledge(
      reader,
      'Executions of the state machine, whose names Step Functions makes',
      states(`execution:<${machine}.Name>:*`),
    );
  }
  if (workflow.sweeperRole) acknowledge(readers[0]!, 'Keys below the declared prefixes', ...keys);
}
