import { Annotations, ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/*
 * A customer managed key for what a workflow keeps: log groups, environment variables, and the state machine, whose
 * executions contain the input and the data of the states. The CDK's own configuration of a state machine needs the name of the
 * state machine, which this library leaves to CloudFormation.
 */

/** Lets CloudWatch Logs use the key. Only policies of the workflow's own stack are changed. */
export function allowLogs(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  const logGroups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const statements = [
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  ];
  const isOurs =
    Stack.of(key) === stack && statements.every((each) => key.addToResourcePolicy(each, true).statementAdded);
  if (isOurs) return;
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:encryptionKeyPolicy',
    `encryptionKey ${key.node.path} is not a key of this stack, so the workflow does not change its policy. The policy has to allow CloudWatch Logs to use the key, as docs/permissions.md describes. If it does, acknowledge this warning.`,
  );
}

/** Lambda decrypts environment variables as the role of the function. */
export function allowEnvironment(grantee: iam.IGrantable, key: kms.IKey): void {
  grantee.grantPrincipal.addToPrincipalPolicy(useOfKey(key, ['kms:Decrypt'], 'lambda'));
}

/** Reading executions requires the key of the state machine. */
export function decryptExecutions(key: kms.IKey): iam.PolicyStatement {
  return useOfKey(key, ['kms:Decrypt'], 'states');
}

function useOfKey(key: kms.IKey, actions: string[], service: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });
}

/**
 * What the role of a state machine needs to encrypt executions and to deliver logs.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function stateMachineStatements(scope: Construct, key: kms.IKey): iam.PolicyStatement[] {
  const stack = Stack.of(scope);
  const arn = (service: string, resource: string, resourceName?: string) =>
    stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return [
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      // The name of the state machine is generated when it is created, which requires this policy.
      conditions: {
        StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': arn('states', 'stateMachine', '*') },
      },
    }),
    new iam.PolicyStatement({
      actions: ['kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': arn('logs', '*') } },
    }),
  ];
}

export function encryptStateMachine(stateMachine: sfn.StateMachine, key: kms.IKey): void {
  (stateMachine.node.defaultChild as sfn.CfnStateMachine).encryptionConfiguration = {
    type: 'CUSTOMER_MANAGED_KMS_KEY',
    kmsKeyId: key.keyArn,
    kmsDataKeyReusePeriodSeconds: 300,
  };
}
