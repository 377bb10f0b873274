import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Options of the sweeper of a `MultipartCopyWorkflow`: a function that removes multipart uploads that executions left behind.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(bucket, { prefix: 'in/' })],
 *   destinations: [CopyDestination.bucket(bucket, { prefix: 'out/' })],
 *   sweeper: { keepFor: Duration.days(2), interval: Duration.hours(6) },
 * });
 */
export interface SweeperOptions {
  /**
   * Whether there is a sweeper. Without it, the uploads of executions that are stopped or time out remain until somebody or a
   * lifecycle rule removes them, and so do those of executions with `onFailure: KEEP`. The sweeper has a role of its own: see
   * `role` where new roles are forbidden.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * How often the sweeper checks all destinations, at least one minute. It also runs after every execution that fails, times out or is
   * stopped.
   *
   * @default Duration.days(1)
   */
  readonly interval?: Duration;

  /**
   * How long the uploads of executions with `onFailure: KEEP` are kept after the execution has ended. S3 charges for the storage of
   * their parts.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuploadpricing
   * @default Duration.days(7)
   */
  readonly keepFor?: Duration;

  /**
   * An existing role for the sweeper, in the account of the stack, that `lambda.amazonaws.com` can assume. The workflow attaches a policy to
   * it. docs/permissions.md lists its statements.
   *
   * @default - the workflow creates a role
   */
  readonly role?: iam.IRole;

  /**
   * Name of the role of the sweeper, which the owner of a destination in another account has to allow (`ownerStatements`).
   *
   * @default - `copyRoleName` with `-sweeper` at its end, otherwise CloudFormation generates a name
   */
  readonly roleName?: string;

  /**
   * Queue for events that the sweeper could not handle. It must be in the same stack, or imported with a policy that allows EventBridge to
   * send to it.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   * @default - such events are dropped, and the next check of all destinations finds the uploads
   */
  readonly deadLetterQueue?: sqs.IQueue;
}
