import { Annotations, type Size, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopySource } from './copy-source';
import { describeLocation, type BoundLocation } from './private/bound-location';
import type { LocationRegistry } from './private/location-registry';

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
  locations: LocationRegistry,
  options: CopyOnObjectCreatedOptions,
): events.Rule {
  const source = watchedSource(id, locations, options.source);
  const keyPrefix = watchedPrefix(id, source, options.keyPrefix);
  const minimumBytes = minimumBytesOf(id, options.minimumSize);
  warnOfDistance(scope, id, source);
  warnOfLoop(scope, id, source, keyPrefix, [...locations.destinations.values()][0]);

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

/** The source that was named, or the first one: a bucket, since nothing else sends events. */
function watchedSource(id: string, locations: LocationRegistry, named: CopySource | undefined): BoundLocation {
  const source = named ? locations.sources.get(named) : [...locations.sources.values()][0];
  if (!source) {
    throw refusal(id, "source is not one of the workflow's sources; pass the same CopySource object to both");
  }
  if (source.noEvents === undefined) return source;
  throw refusal(id, `${source.noEvents}, got ${source.factory}`);
}

function watchedPrefix(id: string, source: BoundLocation, keyPrefix = source.prefix): string {
  if (!areKnown(keyPrefix, source.prefix) || keyPrefix.startsWith(source.prefix)) return keyPrefix;
  throw refusal(
    id,
    `keyPrefix ${JSON.stringify(keyPrefix)} lies outside the source's prefix ${JSON.stringify(source.prefix)}`,
  );
}

function minimumBytesOf(id: string, minimumSize: Size | undefined): number | undefined {
  const bytes = minimumSize?.toBytes();
  if (bytes === undefined || Token.isUnresolved(bytes) || bytes <= MAX_NUMERIC) return bytes;
  throw refusal(
    id,
    `minimumSize must be at most ${MAX_NUMERIC} bytes, the largest number of an EventBridge pattern, got ${bytes}`,
  );
}

function refusal(id: string, problem: string): Error {
  return new Error(`copyOnObjectCreated(${JSON.stringify(id)}): ${problem}`);
}

function areKnown(...texts: string[]): boolean {
  return !texts.some((text) => Token.isUnresolved(text));
}

/** S3 sends events to the default event bus of the bucket's own account and Region, and to no other. */
function warnOfDistance(scope: Construct, id: string, source: BoundLocation): void {
  const { account, region } = Stack.of(scope);
  const isOther = (theirs: string, ours: string) => areKnown(theirs, ours) && theirs !== ours;
  if (!isOther(source.account, account) && !isOther(source.region, region)) return;
  const place = [
    ...(isOther(source.account, account) ? [`account ${source.account}`] : []),
    ...(isOther(source.region, region) ? [`Region ${source.region}`] : []),
  ].join(', ');
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:eventsElsewhere',
    `Rule ${id} sees no events of ${describeLocation(source)} by itself: S3 sends them to the default event bus of the bucket's own ${place}. Forward them from there to the default event bus of this stack's account and Region, and acknowledge this warning.`,
  );
}

/** A copy that lands where the rule looks starts another copy. */
function warnOfLoop(
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
    `Rule ${id} copies what is created below ${JSON.stringify(keyPrefix)} to ${JSON.stringify(copiedTo)} in the same bucket, so every copy starts another one. Give the destination a prefix outside keyPrefix.`,
  );
}
