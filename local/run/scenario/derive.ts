import { CUSTOMER_KEY_OPTIONS, neededProps, valueProblems } from '../../../lib/private/protocol/option-rules';
import { neededLimits } from '../../../lib/private/protocol/restrictions';
import type { InputOptions } from '../input';
import { consoleInput } from '../input';
import { keyOf } from '../keys';
import type { BucketSetup, ObjectSetup, SourceSetup } from '../setup/schema';
import { type LocationScenario, type Scenario, SCENARIO_ENVIRONMENT } from './scenario';

/** @returns undefined if the setup and the input need nothing special */
export function scenarioOf(
  run: InputOptions,
  setup: SourceSetup | undefined,
  secretArn: (id: string) => string,
): Scenario | undefined {
  const options = consoleInput(run, setup, secretArn);
  const { maxConcurrency, childExecutions } = run;
  if ([setup, options, maxConcurrency, childExecutions].every((given) => given === undefined)) return undefined;
  const { object, existing = [], olderVersions = [], newerVersions = [] } = setup ?? {};
  const text = (name: string) => {
    const value = options !== undefined && Object.hasOwn(options, name) ? options[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const secrets = CUSTOMER_KEY_OPTIONS.map(text);
  const versions = [...olderVersions, ...(object ? [object] : []), ...newerVersions];
  return {
    source: locationOf(setup?.sourceBucket, versions.map(keyIdOf)),
    destination: locationOf(setup?.destinationBucket, [text('ssekmsKeyId'), ...existing.map(keyIdOf)]),
    features: neededProps(options ?? {}),
    limits: neededLimits(options ?? {}),
    maxConcurrency: validConcurrency(maxConcurrency ?? options?.maxConcurrency),
    childExecutions,
    customerKeys: [...new Set(secrets.filter((arn) => arn !== undefined))],
  };
}

/** Whether an input or a setup needs an app with more than two plain buckets and a workflow. */
export function needsScenario(run: InputOptions & { readonly sourceSetup?: SourceSetup }): boolean {
  if (run.sourceSetup !== undefined) return true;
  const scenario = scenarioOf(run, undefined, (id) => id);
  if (scenario === undefined) return false;
  const { features, customerKeys, destination, limits, maxConcurrency, childExecutions } = scenario;
  return (
    Object.values(features).includes(true) ||
    customerKeys.length > 0 ||
    destination.keyArns.length > 0 ||
    Object.keys(limits).length > 0 ||
    maxConcurrency !== undefined ||
    childExecutions !== undefined
  );
}

/** An invalid input is left to Plan, which refuses it. */
function validConcurrency(maxConcurrency: unknown): number | undefined {
  return valueProblems({ maxConcurrency }).length === 0 ? (maxConcurrency as number) : undefined;
}

function keyIdOf({ ssekmsKeyId }: ObjectSetup): string | undefined {
  return ssekmsKeyId;
}

function locationOf(setup: BucketSetup = {}, keyIds: readonly (string | undefined)[]): LocationScenario {
  const { owner: account = SCENARIO_ENVIRONMENT.account, region = SCENARIO_ENVIRONMENT.region, encryption } = setup;
  const arnOf = (id: string) => keyOf(id, account, region).arn;
  const foreign = account !== SCENARIO_ENVIRONMENT.account || region !== SCENARIO_ENVIRONMENT.region;
  const { name, versioning, objectLock, objectOwnership, accessPoint, directoryBucket } = setup;
  return {
    ...{ name, versioning, objectLock, objectOwnership, accessPoint, directoryBucket },
    ...(encryption && {
      encryption: {
        sseAlgorithm: encryption.sseAlgorithm,
        bucketKeyEnabled: encryption.bucketKeyEnabled,
        ...(encryption.kmsKeyId !== undefined && { kmsKeyArn: arnOf(encryption.kmsKeyId) }),
      },
    }),
    ...(foreign && { foreign: { account, region } }),
    keyArns: [...new Set(keyIds.filter((id) => id !== undefined).map(arnOf))],
  };
}
