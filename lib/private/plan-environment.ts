import { Lazy, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BoundLocation } from './bound-location';
import { deployedText } from './deployed-text';
import type { FunctionRole } from './function-role';
import {
  ENV_LOCATIONS,
  ENV_SETTINGS,
  encodeLocations,
  type Location,
  type Locations,
  NOT_ENCODED,
  percentEncode,
  type WorkflowSettings,
} from './protocol';

/**
 * Of the names and values of all environment variables of a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_ENVIRONMENT_BYTES = 4096;

/**
 * Of a request to change the configuration of a function, in which the variables are JSON. Lambda creates functions that
 * exceed it, and then refuses to change them (CloudSnorkel/cdk-github-runners#995).
 */
const MAX_REQUEST_BYTES = 5120;

/** The rest of such a request: ARNs of the role, a key, subnets and security groups, and constant parts. */
const REST_OF_REQUEST_BYTES = 900;

interface RegisteredLocations {
  readonly sources: ReadonlyMap<unknown, BoundLocation>;
  readonly destinations: ReadonlyMap<unknown, BoundLocation>;
}

/** The environment of Plan. Locations are rendered during synthesis, because more can be added until then. */
export function planEnvironment(
  scope: Construct,
  registered: RegisteredLocations,
  settings: WorkflowSettings,
  { isGranted }: Pick<FunctionRole, 'isGranted'>,
): Record<string, string> {
  const stack = Stack.of(scope);
  const locations = (): string => encodeLocations(allLocations(stack, registered, isGranted), encodeKnown);
  const environment = {
    [ENV_LOCATIONS]: Lazy.string({ produce: locations }),
    [ENV_SETTINGS]: stack.toJsonString(settings),
  };
  validateEnvironment(scope, 'Plan function', environment);
  return environment;
}

/** Fails synthesis if Lambda would reject the variables, or later changes of the function. */
export function validateEnvironment(scope: Construct, name: string, variables: Record<string, string>): void {
  scope.node.addValidation({ validate: () => problemsOf(name, variables, Stack.of(scope)) });
}

function problemsOf(name: string, variables: Record<string, string>, stack: Stack): string[] {
  const deployed = Object.entries(variables).map(([key, value]) => [key, deployedText(stack, value)] as const);
  const bytes = deployed.reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  const requestBytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(deployed))) + REST_OF_REQUEST_BYTES;
  const advice = 'declare fewer sources and destinations, use shorter prefixes, or create several workflows';
  const problem = (what: string, size: number, limit: number) =>
    `the locations and settings of the workflow need about ${size} bytes in ${what} of the ${name}, and Lambda allows ${limit}; ${advice}`;
  if (bytes > MAX_ENVIRONMENT_BYTES) return [problem('the environment', bytes, MAX_ENVIRONMENT_BYTES)];
  if (requestBytes > MAX_REQUEST_BYTES) return [problem('updates', requestBytes, MAX_REQUEST_BYTES)];
  return [];
}

function encodeKnown(text: string): string {
  return Token.isUnresolved(text) ? `${NOT_ENCODED}${text}` : percentEncode(text);
}

/** @param isGranted whether the role gets the permissions on the sources */
function allLocations(stack: Stack, { sources, destinations }: RegisteredLocations, isGranted: boolean): Locations {
  return {
    sources: [...sources.values()].flatMap((location) => toSources(stack, location, isGranted)),
    destinations: [...destinations.values()].flatMap((location) => toLocations(stack, location)),
  };
}

/** The destinations, for the environment of the sweeper, as `ENV_LOCATIONS` of Plan. */
export function destinationsText(
  scope: Construct,
  { destinations }: Pick<RegisteredLocations, 'destinations'>,
): string {
  const stack = Stack.of(scope);
  return Lazy.string({
    produce: () => encodeLocations(allLocations(stack, { sources: new Map(), destinations }, false), encodeKnown),
  });
}

function toSources(stack: Stack, location: BoundLocation, isGranted: boolean): Location[] {
  const mayHave = location.account === stack.account && !location.kind.lacks.includes('versions');
  const versions = mayHave && (!isGranted || location.versions === 'none') ? 'n' : undefined;
  return toLocations(stack, location).map((named) => ({ ...named, versions }));
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
    behind: bucket === location.bucketName ? undefined : location.bucketName,
  }));
}
