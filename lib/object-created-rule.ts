import type { Size } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { CopyOverwrite } from './copy-defaults';
import type { CopyDestination } from './copy-destination';
import type { CopySource } from './copy-source';

/**
 * Options of `MultipartCopyWorkflow.copyOnObjectCreated`.
 *
 * @example
 * declare const workflow: MultipartCopyWorkflow;
 * declare const raw: CopySource; // one of the workflow's sources
 * workflow.copyOnObjectCreated('OnUpload', { source: raw, minimumSize: Size.gibibytes(1) });
 */
export interface CopyOnObjectCreatedOptions {
  /**
   * The source whose new objects are copied: one of the workflow's `sources`.
   *
   * @default - the workflow's first source
   */
  readonly source?: CopySource;

  /**
   * Only objects whose key begins with this prefix are copied. It must be within the prefix of the source.
   *
   * @default - the prefix of the source
   */
  readonly keyPrefix?: string;

  /**
   * Only objects whose key ends with this suffix are copied, such as `.mp4`. The suffix is case-sensitive.
   *
   * @default - any suffix
   */
  readonly keySuffix?: string;

  /**
   * Only objects that were created in one of these ways are copied.
   *
   * @default - all objects, however they were created
   */
  readonly reasons?: ObjectCreatedReason[];

  /**
   * Where the rule copies to: one of the workflow's `destinations`. Its prefix replaces that of the source.
   *
   * @default - the workflow's first destination
   */
  readonly destination?: CopyDestination;

  /**
   * What happens if an object already exists at the destination. EventBridge can deliver an event more than once: with `IF_DIFFERENT`, an
   * execution that a second delivery starts after the copy was made ends as `SKIPPED`. It must not contradict `fixedOptions`.
   * In a bucket with versions, an event that arrives late can replace the copy of a newer version, unless this is `NEVER`.
   *
   * @default - that of `defaults` or `fixedOptions` of the workflow, otherwise `ALWAYS`: an event that is delivered twice copies twice
   */
  readonly overwrite?: CopyOverwrite;

  /**
   * Only objects of at least this size are copied. The maximum is 5,000,000,000 bytes, EventBridge's limit for numbers in
   * event patterns.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
   * @default - objects of every size
   */
  readonly minimumSize?: Size;

  /**
   * Only objects of at most this size are copied. The maximum is that of `minimumSize`.
   *
   * @default - objects of every size
   */
  readonly maximumSize?: Size;

  /**
   * Queue for events for which no execution could be started. It must be in the same stack, or imported with a policy that
   * allows EventBridge to send to it. The CDK adds a statement to the policy of any other queue, which would then depend
   * on the rule.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   * @default - such events are dropped after 24 hours and 185 attempts, EventBridge's defaults
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * An existing role for the rule, in the account of the stack, which `events.amazonaws.com` can assume. The workflow attaches a policy
   * to it, unless it does not accept policies.
   *
   * @default - a role that is shared by all rules of the workflow
   */
  readonly role?: iam.IRole;
}

/**
 * How an object was created: `detail.reason` of the event.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export enum ObjectCreatedReason {
  /** PutObject. */
  PUT_OBJECT = 'PutObject',
  /** An upload by an HTML form. */
  POST_OBJECT = 'POST Object',
  /** CopyObject. */
  COPY_OBJECT = 'CopyObject',
  /** CompleteMultipartUpload: most uploads of large objects, and multipart copies. */
  COMPLETE_MULTIPART_UPLOAD = 'CompleteMultipartUpload',
}
