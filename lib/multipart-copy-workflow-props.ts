import type { RemovalPolicy, Size } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { CopyDefaults } from './copy-defaults';
import type { CopyDestination } from './copy-destination';
import type { CopySource } from './copy-source';

/**
 * Properties of `MultipartCopyWorkflow`.
 */
export interface MultipartCopyWorkflowProps {
  /**
   * Where objects may be copied from. The workers can read nothing else, and an execution that asks for something else
   * fails with `NotAllowed`.
   */
  readonly sources: CopySource[];

  /**
   * Where objects may be copied to. An execution that names no destination gets the first one, with the destination's
   * prefix in the place of the source's.
   */
  readonly destinations: CopyDestination[];

  /**
   * Size of every part but the last: 5 MiB to 5 GiB. An object that is no larger is copied with one CopyObject, and an
   * object that would need more than 10,000 such parts gets larger ones. A source with a composite checksum is copied by
   * its own parts all the same, since only these prove it. An execution's `options.partSize` goes before both.
   *
   * @default - chosen for each object, so that the workers are busy in few whole waves
   */
  readonly partSize?: Size;

  /**
   * Parts that are copied at the same time: 1 to 10,000. Each is one running worker and counts against the concurrent
   * Lambda executions of the account. An execution's `options.maxConcurrency` goes before.
   *
   * @default 250
   */
  readonly maxConcurrency?: number;

  /**
   * Runtime of the workers. The bundles run on Node.js 22 and later.
   *
   * @default - the latest Node.js runtime that the Region has
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Processor architecture of the workers.
   *
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * How long the logs of the workers and of the state machine are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the log groups when the construct is deleted. The state machine's has a name of its own: retained, it
   * stands in the way of the same stack deployed anew.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Copies get the tags of their source, and executions may set others. Without it they can do neither, and need no
   * permission on tags.
   *
   * @default true
   */
  readonly copyTags?: boolean;

  /**
   * Copies get the ACL of their source, and executions may set another. For buckets with ACLs on.
   *
   * @default false
   */
  readonly copyAcl?: boolean;

  /**
   * Copies get retention, event hold and legal hold of their source, and executions may set others. For destinations
   * with Object Lock.
   *
   * @default false
   */
  readonly copyObjectLock?: boolean;

  /**
   * Copies get the annotations of their source.
   *
   * @default false
   */
  readonly copyAnnotations?: boolean;

  /**
   * Executions may have archived sources restored.
   *
   * @default false
   */
  readonly allowRestore?: boolean;

  /**
   * Secrets with customer-provided keys (SSE-C) that executions may name: 32 bytes, or their Base64.
   *
   * @default - none
   */
  readonly customerKeys?: secretsmanager.ISecret[];

  /**
   * Options of executions that name none.
   *
   * @default - the defaults of each option
   */
  readonly defaults?: CopyDefaults;

  /**
   * The role of all workers, yours: a role of the same account that `lambda.amazonaws.com` may assume. The workflow
   * attaches a policy to it.
   *
   * @default - a role of the workflow's own
   */
  readonly copyRole?: iam.IRole;

  /**
   * Name of the role that the workflow makes, so that owners of other accounts can allow it before it is there.
   *
   * @default - CloudFormation makes a name
   */
  readonly copyRoleName?: string;

  /**
   * Permissions boundary of all roles that the workflow makes.
   *
   * @default - none, or that of `iam.PermissionsBoundary.of(…)` on a scope around it
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Puts the workers into this VPC. They have to reach S3 there, Step Functions for the error of a failed part, and
   * Secrets Manager with `customerKeys`. VPC endpoints of S3 serve copies within their own Region only.
   *
   * @default - the workers are in no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the workers. Needs `vpc`.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the workers. Needs `vpc`.
   *
   * @default - one security group that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}
