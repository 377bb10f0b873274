import type { RemovalPolicy, Size } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { ChildExecutions } from './child-executions';
import type { CopyDefaults } from './copy-defaults';
import type { CopyDestination } from './copy-destination';
import type { CopyLimits } from './copy-limits';
import type { CopySource } from './copy-source';
import type { NotificationOptions } from './notification-options';
import type { SweeperOptions } from './sweeper-options';

/**
 * Properties of `MultipartCopyWorkflow`.
 *
 * @example
 * declare const raw: s3.Bucket;
 * declare const lake: s3.Bucket;
 * new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(raw)],
 *   destinations: [CopyDestination.bucket(lake)],
 *   partSize: Size.mebibytes(256),
 *   maxConcurrency: 100,
 *   copyObjectLock: true,
 *   defaults: { integrity: CopyIntegrity.REQUIRED },
 * });
 */
export interface MultipartCopyWorkflowProps {
  /**
   * Locations from which objects can be copied. The workers cannot read anything else, and an execution that names
   * another source fails with `NotAllowed`.
   */
  readonly sources: CopySource[];

  /**
   * Locations to which objects can be copied. If an execution names no destination, it uses the first one, and the prefix
   * of the destination replaces that of the source.
   */
  readonly destinations: CopyDestination[];

  /**
   * Size of every part except the last, 5 MiB to 5 GiB. An object that is not larger is copied with one CopyObject. An
   * object that would need more than 10,000 parts gets larger parts. A source with a composite checksum is copied with the
   * same parts regardless, because only they give the copy the same checksum. `options.partSize` of an execution takes precedence over
   * both.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
   * @default - chosen for each object, so that all workers are busy in as few rounds as possible
   */
  readonly partSize?: Size;

  /**
   * Number of parts that are copied at the same time, 1 to 10,000. Each of them is one running worker and counts against
   * the concurrent Lambda executions of the account. `options.maxConcurrency` of an execution can be lower; a higher value
   * is `NotAllowed`.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
   * @default 250
   */
  readonly maxConcurrency?: number;

  /**
   * Type of the child executions that copy the parts of objects with more than 40 parts. Whatever the type, an execution survives the
   * same outages, fails with the same errors and leaves no upload behind.
   *
   * Express executions have no history: `mpcopy report` then shows when each part began and ended, but neither its number nor its
   * tries. Their cost grows with the time that parts take.
   *
   * @default ChildExecutions.STANDARD
   */
  readonly childExecutions?: ChildExecutions;

  /**
   * Runtime of the workers: Node.js 22 or later.
   *
   * @default - the latest Node.js runtime that is available in the Region
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Instruction set architecture of the workers.
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
   * What happens to the log groups when the construct is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Customer managed key for the log groups, the environment variables and the state machine with its executions, whose history
   * contains the input: keys of objects, metadata, tags and grants. It does not encrypt copies: see `defaults.encryptionKey`.
   *
   * The policy of a key of the same stack gets the statements that CloudWatch Logs needs. Whoever reads executions needs
   * `kms:Decrypt` on the key.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @default - keys that AWS owns or manages
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether AWS X-Ray traces the workers and the state machine.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * Concurrent executions to reserve for the function that copies parts, which cannot use more. Set `maxConcurrency` to at
   * most this number, because further parts only wait. The account must keep 100 unreserved executions, so new accounts cannot
   * reserve any.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   * @default - none are reserved
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether copies get the tags of their source, and executions can set other tags. If `false`, copies have no tags, and the
   * workflow needs no permissions for tags.
   *
   * @default true
   */
  readonly copyTags?: boolean;

  /**
   * Whether copies get the ACL of their source, and executions can set another ACL. For buckets with ACLs enabled.
   *
   * @default false
   */
  readonly copyAcl?: boolean;

  /**
   * Whether copies get the retention, the legal hold and the event hold of their source, and executions can set another
   * retention and legal hold. For destinations with Object Lock enabled.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
   * @default false
   */
  readonly copyObjectLock?: boolean;

  /**
   * Whether copies get the annotations of their source.
   *
   * @default false
   */
  readonly copyAnnotations?: boolean;

  /**
   * Whether executions can restore archived sources.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
   * @default false
   */
  readonly allowRestore?: boolean;

  /**
   * Secrets with customer-provided keys (SSE-C) that executions can name. A secret holds the 32 bytes of the key, or their
   * Base64 encoding.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
   * @default - none
   */
  readonly customerKeys?: secretsmanager.ISecret[];

  /**
   * Options for executions that leave them out.
   *
   * @default - the default of each option
   */
  readonly defaults?: CopyDefaults;

  /**
   * Options that no execution can change. An execution with another value, or with an option that contradicts them, fails
   * with `NotAllowed`.
   *
   * @default - none: whoever starts executions chooses all options
   */
  readonly fixedOptions?: CopyDefaults;

  /**
   * Limits of what executions can ask for.
   *
   * @default - no retention in compliance mode, no public ACLs, and restores of at most 30 days
   */
  readonly limits?: CopyLimits;

  /**
   * Options of the sweeper, a function that removes multipart uploads that executions left behind. It runs after each execution that
   * fails, times out or is stopped, and once a day for all destinations. It removes only uploads that this workflow created, and none
   * of a running execution.
   *
   * @default - a sweeper that runs once a day, and keeps the uploads of executions with `onFailure: KEEP` for 7 days
   */
  readonly sweeper?: SweeperOptions;

  /**
   * Options of the events about copies that have ended. `notify` and the `onCopy…` methods turn these events on, too.
   *
   * @default - no events, unless one of these methods is called; they then go to the default event bus
   */
  readonly notifications?: NotificationOptions;

  /**
   * An existing role for all workers, in the account of the stack, that `lambda.amazonaws.com` can assume. The workflow
   * attaches a policy to it.
   *
   * @default - the workflow creates a role
   */
  readonly copyRole?: iam.IRole;

  /**
   * Name of the role that the workflow creates. With a name, owners of other accounts can allow the role before it exists.
   *
   * @default - CloudFormation generates a name
   */
  readonly copyRoleName?: string;

  /**
   * An existing role for the state machine, in the account of the stack, that `states.amazonaws.com` can assume. The workflow
   * adds its statements unless the role does not accept policies. docs/permissions.md lists them.
   *
   * @default - the workflow creates a role
   */
  readonly stateMachineRole?: iam.IRole;

  /**
   * Permissions boundary of all roles that the workflow creates.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   * @default - none, or that of `iam.PermissionsBoundary.of(…)` on an enclosing scope
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Whether queries for the logs of the functions are saved in CloudWatch Logs Insights: slowest parts, retried parts, failures by error.
   * Whoever deploys the stack needs `logs:PutQueryDefinition` for them.
   *
   * @default true
   */
  readonly saveLogQueries?: boolean;

  /**
   * VPC of the functions. The workers must be able to reach S3, and with `customerKeys` Secrets Manager; the sweeper S3 and Step
   * Functions; the notifier Step Functions and EventBridge. VPC endpoints of S3 serve only copies within their own Region.
   *
   * @default - the functions are not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the functions. Requires `vpc`.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the functions. Requires `vpc`.
   *
   * @default - one security group that allows all outbound and no inbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether the subnets can be public. Functions in public subnets have no access to the internet, so they need VPC endpoints, as in
   * isolated subnets. Requires `vpc`.
   *
   * @default false - public subnets fail synthesis
   */
  readonly allowPublicSubnet?: boolean;
}
