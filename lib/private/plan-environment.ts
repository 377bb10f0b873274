import { Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { knownText } from './known-text';
import type { Place } from './places';
import { type Defaults, ENV_DEFAULTS, ENV_LOCATIONS, type Location, type Locations } from './protocol';

/** All names and values of a function's environment together. */
const MAX_ENVIRONMENT_BYTES = 4096;

/** What Plan is told. Locations are read when the app is synthesized, since more can be added until then. */
export function planEnvironment(
  scope: Construct,
  places: { sources: Map<unknown, Place>; destinations: Map<unknown, Place> },
  defaults: Defaults,
): Record<string, string> {
  const stack = Stack.of(scope);
  const locations = (): Locations => ({
    sources: [...places.sources.values()].flatMap((place) => toLocations(stack, place)),
    destinations: [...places.destinations.values()].flatMap((place) => toLocations(stack, place)),
  });
  const defaultsJson = stack.toJsonString(defaults);
  scope.node.addValidation({
    validate: () => {
      const texts = [ENV_LOCATIONS, stack.toJsonString(locations()), ENV_DEFAULTS, defaultsJson];
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(knownText(stack.resolve(text)), 'utf8'), 0);
      if (bytes <= MAX_ENVIRONMENT_BYTES) return [];
      return [
        `the locations and defaults of the workflow take at least ${bytes} bytes of Plan's environment, and Lambda allows ${MAX_ENVIRONMENT_BYTES}; declare fewer sources and destinations, with shorter prefixes, or make several workflows`,
      ];
    },
  });
  return {
    [ENV_LOCATIONS]: Lazy.string({ produce: () => stack.toJsonString(locations()) }),
    [ENV_DEFAULTS]: defaultsJson,
  };
}

/** One for each name that executions may use. */
function toLocations(stack: Stack, place: Place): Location[] {
  return place.names.map((bucket) => ({
    bucket,
    prefix: place.prefix,
    // A token may turn out to be the stack's own, which does no harm.
    region: place.region === stack.region ? undefined : place.region,
    owner: place.account === stack.account ? undefined : place.account,
    acl: place.bucketOwnerFullControl ? 'bucket-owner-full-control' : undefined,
  }));
}
