import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VPC_ACTIONS } from './protocol/permissions';

/** The network props of the functions. */
export interface Network {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly allowPublicSubnet?: boolean;
}

interface NetworkOptions {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
  readonly allowPublicSubnet?: boolean;
}

/** One security group for all workers, and the permissions with which Lambda attaches them to the VPC. */
export function createNetwork(scope: Construct, grantee: iam.IGrantable, options: NetworkOptions): Network | undefined {
  const { vpc, vpcSubnets, securityGroups, allowPublicSubnet } = options;
  if (!vpc) {
    const without = Object.entries({ vpcSubnets, securityGroups, allowPublicSubnet }).find(
      ([, value]) => value !== undefined,
    );
    if (without) throw new Error(`${without[0]} requires vpc; pass the VPC, too`);
    return undefined;
  }
  if (securityGroups?.length === 0) {
    throw new Error('securityGroups is empty: pass at least one, or leave it out for a security group of the workflow');
  }
  grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [...VPC_ACTIONS], resources: ['*'] }));
  return {
    vpc,
    vpcSubnets,
    allowPublicSubnet,
    securityGroups: securityGroups ?? [
      new ec2.SecurityGroup(scope, 'SecurityGroup', { vpc, description: 'Workers of an S3 multipart copy workflow' }),
    ],
  };
}
