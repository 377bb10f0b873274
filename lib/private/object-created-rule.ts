import { Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopyOverwrite } from '../copy-defaults';
import type { CopyDestination } from '../copy-destination';
import type { CopySource } from '../copy-source';
import { createEventTarget } from '../event-target';
import type { CopyOnObjectCreatedOptions } from '../object-created-rule';
import type { BoundLocation } from './bound-location';
import type { LocationRegistry } from './location-registry';
import { objectCreatedPattern } from './object-created-pattern';
import { warnIfEventsElsewhere, warnIfLoop, warnIfEventsDisabled, warnAboutKeys } from './object-created-warnings';
import { validatePrefix } from './validation';

/** The properties of the workflow that a rule needs. */
export interface RuleContext {
  readonly stateMachine: sfn.IStateMachine;
  readonly locations: LocationRegistry;
  /** `overwrite` of `fixedOptions`. */
  readonly fixedOverwrite?: CopyOverwrite;
}

/** The rule passes the event, either unchanged or with a destination and options. Plan reads it. */
export function createObjectCreatedRule(
  scope: Construct,
  id: string,
  options: CopyOnObjectCreatedOptions,
  { stateMachine, locations, fixedOverwrite }: RuleContext,
): events.Rule {
  validateOverwrite(id, options.overwrite, fixedOverwrite);
  validatePrefix(`copyOnObjectCreated(${JSON.stringify(id)})`, options.keyPrefix);
  const source = watchedSource(id, locations, options.source);
  const keyPrefix = watchedPrefix(id, source, options.keyPrefix);
  const destination = targetDestination(id, locations, options.destination);
  warnAboutKeys(scope, id, options, source);
  warnIfEventsElsewhere(scope, id, source);
  warnIfEventsDisabled(scope, id, source);
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

/** The event, with the destination and the options that the rule sets; undefined if the rule passes the event unchanged. */
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

/** Plan would reject the input of every execution that the rule starts. */
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
  if (!named && !source) throw invalid(id, 'the workflow has no source yet; call addSource first');
  if (!source) {
    throw invalid(id, "source is not one of the workflow's sources; pass the same CopySource object to both");
  }
  if (source.noEvents === undefined) return source;
  throw invalid(id, `${source.noEvents}, got ${source.factory}`);
}

function watchedPrefix(id: string, source: BoundLocation, keyPrefix = source.prefix): string {
  const isKnown = !Token.isUnresolved(keyPrefix) && !Token.isUnresolved(source.prefix);
  if (!isKnown || keyPrefix.startsWith(source.prefix)) return keyPrefix;
  throw invalid(
    id,
    `keyPrefix ${JSON.stringify(keyPrefix)} is outside the source's prefix ${JSON.stringify(source.prefix)}; specify a prefix that begins with it`,
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
