import type { Duration } from 'aws-cdk-lib';
import type { CopyCannedAcl } from './copy-defaults';

/**
 * Limits of what executions can ask for. Beyond them, an execution fails with `NotAllowed` before anything is copied. They
 * do not apply to `defaults` and `fixedOptions`.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(bucket, { prefix: 'in/' })],
 *   destinations: [CopyDestination.bucket(bucket, { prefix: 'out/' })],
 *   copyObjectLock: true,
 *   limits: { complianceRetention: true, maxRetention: Duration.days(365), sourceVersions: false },
 * });
 */
export interface CopyLimits {
  /**
   * Canned ACLs that executions can set with `options.acl`. Requires `copyAcl`. They do not apply to the grants of the source,
   * which `copyAcl` copies: use S3 Block Public Access on the destination for those.
   *
   * @default - all except PUBLIC_READ, PUBLIC_READ_WRITE and AUTHENTICATED_READ, which grant access to people outside the account
   */
  readonly cannedAcls?: CopyCannedAcl[];

  /**
   * Whether executions can set `options.objectLockMode` to `COMPLIANCE`. Nobody can shorten or remove such a retention, not even the
   * root user of the account.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
   * @default false
   */
  readonly complianceRetention?: boolean;

  /**
   * Longest retention of a copy, in whole days from the start of the execution. It applies to `options.objectLockRetainUntilDate`
   * and, with `copyObjectLock`, to the retention of the source.
   *
   * @default - no limit besides those of the bucket
   */
  readonly maxRetention?: Duration;

  /**
   * Longest time that an execution can ask S3 to keep a restored source, in whole days.
   *
   * @default Duration.days(30)
   */
  readonly maxRestoreFor?: Duration;

  /**
   * Whether executions can name a version of the source with `source.versionId`, and so read data that was deleted or replaced.
   * If `false`, executions copy only current versions, including executions that EventBridge starts.
   *
   * @default true
   */
  readonly sourceVersions?: boolean;
}
