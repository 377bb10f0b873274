import { Annotations, type Size, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopySource } from './copy-source';
import type { LocationBook } from './private/location-book';
import { describePlace, type Place } from './private/places';

/**
 * Options of `MultipartCopyWorkflow.copyOnObjectCreated`.
 */
export interface CopyOnObjectCreatedOptions {
  /**
   * The source whose new objects are copied: one of the workflow's `sources`.
   *
   * @default - the workflow's first source
   */
  readonly source?: CopySource;

  /**
   * Only objects whose key starts with this are copied. It has to lie within the source's prefix.
   *
   * @default - the source's prefix
   */
  readonly keyPrefix?: string;

  /**
   * Only objects of at least this size are copied: at most 5,000,000,000 bytes, EventBridge's limit for a number in a
   * pattern.
   *
   * @default - objects of every size
   */
  readonly minimumSize?: Size;

  /**
   * Gets the events for which no execution could be started. A queue of the same stack, or an imported one whose policy
   * lets EventBridge send to it: the CDK writes the policy of any other, which would depend on the rule.
   *
   * @default - such events are dropped after 24 hours and 185 tries, EventBridge's defaults
   */
  readonly deadLetterQueue?: sqs.IQueue;
}

/** EventBridge documents numeric matching from -5.0e9 to 5.0e9. */
const MAX_NUMERIC = 5_000_000_000;

/** Hands the raw event to the state machine: Plan understands it. */
export function createObjectCreatedRule(
  scope: Construct,
  id: string,
  stateMachine: sfn.IStateMachine,
  locations: LocationBook,
  options: CopyOnObjectCreatedOptions,
): events.Rule {
  const source = options.source ? locations.sources.get(options.source) : [...locations.sources.values()][0];
  if (!source) {
    throw new Error(
      `copyOnObjectCreated(${JSON.stringify(id)}): source is not one of the workflow's sources; pass the same CopySource object to both`,
    );
  }
  if (source.kind !== 'bucket') {
    throw new Error(
      `copyOnObjectCreated(${JSON.stringify(id)}): ${
        source.kind === 'access point'
          ? 'events name the bucket and not the access point; add the bucket itself as a source'
          : 'directory buckets send no events'
      }, got ${source.what}`,
    );
  }
  const keyPrefix = options.keyPrefix ?? source.prefix;
  const isKnown = !Token.isUnresolved(keyPrefix) && !Token.isUnresolved(source.prefix);
  if (isKnown && !keyPrefix.startsWith(source.prefix)) {
    throw new Error(
      `copyOnObjectCreated(${JSON.stringify(id)}): keyPrefix ${JSON.stringify(keyPrefix)} lies outside the source's prefix ${JSON.stringify(source.prefix)}`,
    );
  }
  const minimumBytes = options.minimumSize?.toBytes();
  if (minimumBytes !== undefined && !Token.isUnresolved(minimumBytes) && minimumBytes > MAX_NUMERIC) {
    throw new Error(
      `copyOnObjectCreated(${JSON.stringify(id)}): minimumSize must be at most ${MAX_NUMERIC} bytes, the largest number of an EventBridge pattern, got ${minimumBytes}`,
    );
  }
  warnOfDistance(scope, id, source);
  if (isKnown) warnOfLoop(scope, id, source, keyPrefix, [...locations.destinations.values()][0]);

  const object = {
    ...(keyPrefix !== '' && { key: [{ prefix: keyPrefix }] }),
    ...(minimumBytes !== undefined && { size: [{ numeric: ['>=', minimumBytes] }] }),
  };
  return new events.Rule(scope, id, {
    description: 'Copies objects when they are created',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      // An empty pattern matches nothing and is refused.
      detail: { bucket: { name: [source.names[0]!] }, ...(Object.keys(object).length > 0 && { object }) },
    },
    targets: [new targets.SfnStateMachine(stateMachine, { deadLetterQueue: options.deadLetterQueue })],
  });
}

/** S3 sends events to the default event bus of the bucket's own account and Region, and to no other. */
function warnOfDistance(scope: Construct, id: string, source: Place): void {
  const { account, region } = Stack.of(scope);
  const isOther = (theirs: string, ours: string) =>
    !Token.isUnresolved(theirs) && !Token.isUnresolved(ours) && theirs !== ours;
  if (!isOther(source.account, account) && !isOther(source.region, region)) return;
  const place = [
    ...(isOther(source.account, account) ? [`account ${source.account}`] : []),
    ...(isOther(source.region, region) ? [`Region ${source.region}`] : []),
  ].join(', ');
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:eventsElsewhere',
    `Rule ${id} sees no events of ${describePlace(source)} by itself: S3 sends them to the default event bus of the bucket's own ${place}. Forward them from there to the default event bus of this stack's account and Region, and acknowledge this warning.`,
  );
}

/** A copy that lands where the rule looks starts another copy. */
function warnOfLoop(
  scope: Construct,
  id: string,
  source: Place,
  keyPrefix: string,
  destination: Place | undefined,
): void {
  if (destination?.bucketName !== source.bucketName) return;
  const copiedTo = `${destination.prefix}${keyPrefix.slice(source.prefix.length)}`;
  if (!copiedTo.startsWith(keyPrefix)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:copyLoop',
    `Rule ${id} copies what is created below ${JSON.stringify(keyPrefix)} to ${JSON.stringify(copiedTo)} in the same bucket, so every copy starts another one. Give the destination a prefix outside keyPrefix.`,
  );
}
