import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VPC_ACTIONS } from './protocol/permissions';

/** Where functions are placed, in the words of their props. */
export interface Network {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups: ec2.ISecurityGroup[];
}

interface NetworkOptions {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** One security group for all workers, and the rights that Lambda needs of their role to put them there. */
export function createNetwork(scope: Construct, grantee: iam.IGrantable, options: NetworkOptions): Network | undefined {
  const { vpc, vpcSubnets, securityGroups } = options;
  if (!vpc) {
    if (vpcSubnets ?? securityGroups) {
      throw new Error(`${vpcSubnets ? 'vpcSubnets' : 'securityGroups'} has no meaning without vpc; pass the VPC, too`);
    }
    return undefined;
  }
  if (securityGroups?.length === 0) {
    throw new Error('securityGroups is empty: name at least one, or leave it out for one that the workflow makes');
  }
  grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [...VPC_ACTIONS], resources: ['*'] }));
  return {
    vpc,
    vpcSubnets,
    securityGroups: securityGroups ?? [
      new ec2.SecurityGroup(scope, 'SecurityGroup', { vpc, description: 'Workers of an S3 multipart copy workflow' }),
    ],
  };
}
