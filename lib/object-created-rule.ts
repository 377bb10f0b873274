import { Annotations, Aspects, type Size, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopyOverwrite } from './copy-defaults';
import type { CopyDestination } from './copy-destination';
import type { CopySource } from './copy-source';
import { createEventTarget } from './event-target';
import { type BoundLocation, describeLocation } from './private/bound-location';
import type { LocationRegistry } from './private/location-registry';
import { sendsEvents } from './private/location-warnings';
import { objectCreatedPattern } from './private/object-created-pattern';

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

/** What a rule has to know of its workflow. */
export interface RuleContext {
  readonly stateMachine: sfn.IStateMachine;
  readonly locations: LocationRegistry;
  /** `overwrite` of `fixedOptions`. */
  readonly fixedOverwrite?: CopyOverwrite;
}

/** The rule passes the event, unchanged or with a destination and options. Plan reads it. */
export function createObjectCreatedRule(
  scope: Construct,
  id: string,
  options: CopyOnObjectCreatedOptions,
  { stateMachine, locations, fixedOverwrite }: RuleContext,
): events.Rule {
  validateOverwrite(id, options.overwrite, fixedOverwrite);
  const source = watchedSource(id, locations, options.source);
  const keyPrefix = watchedPrefix(id, source, options.keyPrefix);
  const destination = targetDestination(id, locations, options.destination);
  warnOfWildcards(scope, id, options);
  warnIfElsewhere(scope, id, source);
  warnIfSilent(scope, id, source);
  warnIfLoop(scope, id, source, keyPrefix, destination ?? [...locations.destinations.values()][0]);

  return new events.Rule(scope, id, {
    description: 'Copies objects when they are created',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: inRule(id, () => objectCreatedPattern(source.names[0]!, keyPrefix, options)),
    },
    targets: [
      createEventTarget(stateMachine, {
        input: inputOf(destination, options.overwrite),
        deadLetterQueue: options.deadLetterQueue,
        role: options.role,
      }),
    ],
  });
}

/** The event with what the rule decides; undefined for the event alone. */
function inputOf(destination: BoundLocation | undefined, overwrite: CopyOverwrite | undefined) {
  if (!destination && overwrite === undefined) return undefined;
  return events.RuleTargetInput.fromObject({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: events.EventField.fromPath('$.detail'),
    ...(destination && { destination: { bucket: destination.bucketName, prefix: destination.prefix } }),
    ...(overwrite !== undefined && { options: { overwrite } }),
  });
}

/** Plan would refuse the input of every execution that the rule starts. */
function validateOverwrite(id: string, own: CopyOverwrite | undefined, fixed: CopyOverwrite | undefined): void {
  if (own === undefined || fixed === undefined || own === fixed) return;
  throw invalid(
    id,
    `overwrite ${JSON.stringify(own)} conflicts with fixedOptions.overwrite ${JSON.stringify(fixed)}, which no execution can change; leave overwrite out`,
  );
}

/** @returns undefined for the workflow's first destination, which Plan knows */
function targetDestination(
  id: string,
  locations: LocationRegistry,
  named: CopyDestination | undefined,
): BoundLocation | undefined {
  const destination = named && locations.destinations.get(named);
  if (!named || destination) return destination;
  throw invalid(
    id,
    "destination is not one of the workflow's destinations; pass the same CopyDestination object to both",
  );
}

/** The source of the options, or the first one. Only buckets send events. */
function watchedSource(id: string, locations: LocationRegistry, named: CopySource | undefined): BoundLocation {
  const source = named ? locations.sources.get(named) : [...locations.sources.values()][0];
  if (!named && !source) throw invalid(id, 'the workflow has no source yet; call addSource before');
  if (!source) {
    throw invalid(id, "source is not one of the workflow's sources; pass the same CopySource object to both");
  }
  if (source.noEvents === undefined) return source;
  throw invalid(id, `${source.noEvents}, got ${source.factory}`);
}

function watchedPrefix(id: string, source: BoundLocation, keyPrefix = source.prefix): string {
  if (!areKnown(keyPrefix, source.prefix) || keyPrefix.startsWith(source.prefix)) return keyPrefix;
  throw invalid(
    id,
    `keyPrefix ${JSON.stringify(keyPrefix)} is outside the source's prefix ${JSON.stringify(source.prefix)}`,
  );
}

/** Adds the id of the rule to errors. */
function inRule<T>(id: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw invalid(id, (error as Error).message);
  }
}

function invalid(id: string, problem: string): Error {
  return new Error(`copyOnObjectCreated(${JSON.stringify(id)}): ${problem}`);
}

function areKnown(...texts: string[]): boolean {
  return !texts.some((text) => Token.isUnresolved(text));
}

/** S3 sends events to the default event bus of the bucket's own account and Region, and to no other. */
function warnIfElsewhere(scope: Construct, id: string, source: BoundLocation): void {
  const { account, region } = Stack.of(scope);
  const isOther = (theirs: string, ours: string) => areKnown(theirs, ours) && theirs !== ours;
  if (!isOther(source.account, account) && !isOther(source.region, region)) return;
  const target = [
    ...(isOther(source.account, account) ? [`account ${source.account}`] : []),
    ...(isOther(source.region, region) ? [`Region ${source.region}`] : []),
  ].join(', ');
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:eventsElsewhere',
    `Rule ${id} does not receive the events of ${describeLocation(source)}: S3 sends them to the default event bus of the bucket's ${target}. Forward them from there to the default event bus of this stack's account and Region, and acknowledge this warning.`,
  );
}

function warnOfWildcards(scope: Construct, id: string, { keyPrefix, keySuffix }: CopyOnObjectCreatedOptions): void {
  for (const [option, text] of Object.entries({ keyPrefix, keySuffix })) {
    if (text === undefined || Token.isUnresolved(text) || !/[*?]/.test(text)) continue;
    Annotations.of(scope).addWarningV2(
      `cdk-s3-multipart-copy:${option}WithWildcard`,
      `Rule ${id}: ${option} ${JSON.stringify(text)} is literal, so it matches only keys that contain it as it is. ${option === 'keySuffix' ? "Write '.mp4' for all keys that end so." : "Write 'in/' for all keys that begin so."} If the keys really contain it, acknowledge this warning.`,
    );
  }
}

/** Events can be enabled after the call, so the bucket is looked at during synthesis. */
function warnIfSilent(scope: Construct, id: string, source: BoundLocation): void {
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope || sendsEvents(source) !== false) return;
      Annotations.of(scope).addWarningV2(
        'cdk-s3-multipart-copy:eventsDisabled',
        `Rule ${id} receives no events: ${describeLocation(source)} does not send them to EventBridge. Create the bucket with eventBridgeEnabled: true.`,
      );
    },
  });
}

/** A copy to a key that the rule matches starts another copy. */
function warnIfLoop(
  scope: Construct,
  id: string,
  source: BoundLocation,
  keyPrefix: string,
  destination: BoundLocation | undefined,
): void {
  if (!areKnown(keyPrefix, source.prefix) || destination?.bucketName !== source.bucketName) return;
  const copiedTo = `${destination.prefix}${keyPrefix.slice(source.prefix.length)}`;
  if (!copiedTo.startsWith(keyPrefix)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:copyLoop',
    `Rule ${id} copies objects below ${JSON.stringify(keyPrefix)} to ${JSON.stringify(copiedTo)} in the same bucket, so every copy starts another copy. Use a destination prefix outside keyPrefix.`,
  );
}
