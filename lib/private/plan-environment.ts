import { Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BoundLocation } from './bound-location';
import { literalText } from './literal-text';
import { ENV_LOCATIONS, ENV_SETTINGS, type Location, type Locations, type WorkflowSettings } from './protocol';

/** Lambda's limit for the names and values of all environment variables of a function. */
const MAX_ENVIRONMENT_BYTES = 4096;

interface RegisteredLocations {
  readonly sources: ReadonlyMap<unknown, BoundLocation>;
  readonly destinations: ReadonlyMap<unknown, BoundLocation>;
}

/** The environment of Plan. Locations are rendered during synthesis, because more can be added until then. */
export function planEnvironment(
  scope: Construct,
  registered: RegisteredLocations,
  settings: WorkflowSettings,
): Record<string, string> {
  const stack = Stack.of(scope);
  const locations = (): Locations => ({
    sources: [...registered.sources.values()].flatMap((location) => toLocations(stack, location)),
    destinations: [...registered.destinations.values()].flatMap((location) => toLocations(stack, location)),
  });
  const settingsJson = stack.toJsonString(settings);
  scope.node.addValidation({
    validate: () => {
      const texts = [ENV_LOCATIONS, stack.toJsonString(locations()), ENV_SETTINGS, settingsJson];
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(literalText(stack.resolve(text)), 'utf8'), 0);
      if (bytes <= MAX_ENVIRONMENT_BYTES) return [];
      return [
        `the locations and settings of the workflow need at least ${bytes} bytes in the environment of the Plan function, and Lambda allows ${MAX_ENVIRONMENT_BYTES}; declare fewer sources and destinations, use shorter prefixes, or create several workflows`,
      ];
    },
  });
  return {
    [ENV_LOCATIONS]: Lazy.string({ produce: () => stack.toJsonString(locations()) }),
    [ENV_SETTINGS]: settingsJson,
  };
}

/** One entry for each name by which executions can refer to the location. */
function toLocations(stack: Stack, location: BoundLocation): Location[] {
  return location.names.map((bucket) => ({
    bucket,
    prefix: location.prefix,
    // A token may resolve to the stack's own Region or account. Naming those explicitly is harmless.
    region: location.region === stack.region ? undefined : location.region,
    owner: location.account === stack.account ? undefined : location.account,
    acl: location.bucketOwnerFullControl ? 'bucket-owner-full-control' : undefined,
  }));
}
