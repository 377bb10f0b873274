import { CfnOutput, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { OwnerStatements } from '../copy-location';

/** Outputs with the statements as JSON. A policy that needs no statements gets no output. */
export function printOwnerStatements(scope: Construct, id: string, statements: OwnerStatements): void {
  print('BucketPolicy', 'bucket', statements.bucketPolicy);
  print('AccessPointPolicy', 'access point', statements.accessPointPolicy);
  print('KeyPolicy', 'KMS keys', statements.keyPolicy);

  function print(suffix: string, what: string, policy: iam.PolicyStatement[]): void {
    if (policy.length === 0) return;
    new CfnOutput(scope, `${id}${suffix}`, {
      description: `Statements that the owner adds to the policy of the ${what}`,
      value: Stack.of(scope).toJsonString(policy.map((statement): unknown => statement.toStatementJson())),
    });
  }
}
