import { Annotations, Aspects, type Size, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopySource } from './copy-source';
import { type BoundLocation, describeLocation } from './private/bound-location';
import type { LocationRegistry } from './private/location-registry';
import { sendsEvents } from './private/location-warnings';

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
   * Only objects of at least this size are copied. The maximum is 5,000,000,000 bytes, EventBridge's limit for numbers in
   * event patterns.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
   * @default - objects of every size
   */
  readonly minimumSize?: Size;

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
   * An existing role for the rule, which `events.amazonaws.com` can assume. The workflow lets it start executions, unless it
   * does not accept policies.
   *
   * @default - a role that is shared by all rules of the workflow
   */
  readonly role?: iam.IRole;
}

/** EventBridge documents numeric matching between -5.0e9 and 5.0e9. */
const MAX_NUMERIC = 5_000_000_000;

/** The rule passes the event unchanged. Plan reads it. */
export function createObjectCreatedRule(
  scope: Construct,
  id: string,
  stateMachine: sfn.IStateMachine,
  locations: LocationRegistry,
  options: CopyOnObjectCreatedOptions,
): events.Rule {
  const source = watchedSource(id, locations, options.source);
  const keyPrefix = watchedPrefix(id, source, options.keyPrefix);
  const minimumBytes = minimumBytesOf(id, options.minimumSize);
  warnIfElsewhere(scope, id, source);
  warnIfSilent(scope, id, source);
  warnIfLoop(scope, id, source, keyPrefix, [...locations.destinations.values()][0]);

  const object = {
    ...(keyPrefix !== '' && { key: [{ prefix: keyPrefix }] }),
    ...(minimumBytes !== undefined && { size: [{ numeric: ['>=', minimumBytes] }] }),
  };
  return new events.Rule(scope, id, {
    description: 'Copies objects when they are created',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      // EventBridge rejects an empty pattern.
      detail: { bucket: { name: [source.names[0]!] }, ...(Object.keys(object).length > 0 && { object }) },
    },
    targets: [
      new targets.SfnStateMachine(stateMachine, {
        deadLetterQueue: options.deadLetterQueue,
        role: options.role ?? eventsRole(stateMachine),
      }),
    ],
  });
}

/** One role for all rules. EventBridge assumes it only for rules of this account and Region. */
function eventsRole(stateMachine: sfn.IStateMachine): iam.IRole {
  const id = 'EventsRole';
  const existing = stateMachine.node.tryFindChild(id);
  if (existing) return existing as iam.Role;
  const { account, partition, region } = Stack.of(stateMachine);
  return new iam.Role(stateMachine, id, {
    description: 'Rules that start S3 multipart copies',
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` },
      },
    }),
  });
}

/** The source of the options, or the first one. Only buckets send events. */
function watchedSource(id: string, locations: LocationRegistry, named: CopySource | undefined): BoundLocation {
  const source = named ? locations.sources.get(named) : [...locations.sources.values()][0];
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

function minimumBytesOf(id: string, minimumSize: Size | undefined): number | undefined {
  const bytes = minimumSize?.toBytes();
  if (bytes === undefined || Token.isUnresolved(bytes) || bytes <= MAX_NUMERIC) return bytes;
  throw invalid(
    id,
    `minimumSize must be at most ${MAX_NUMERIC} bytes, the largest number in an event pattern, got ${bytes}`,
  );
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
