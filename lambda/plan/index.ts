import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import {
  type CopyState,
  type WorkflowSettings,
  ENV_SETTINGS,
  ENV_LOCATIONS,
  type Integrity,
  type Locations,
  type PartPlan,
  type PlanEvent,
} from '../../lib/private/protocol';
import { pinCustomerKey } from '../shared/calls/customer-key';
import { createS3Clients } from '../shared/calls/s3';
import { sourcePart } from '../shared/calls/source-part';
import { checkDirectoryDestination } from '../shared/directory-buckets';
import { elapsedSeconds } from '../shared/elapsed';
import { compare, expectedOf, storedChecksum } from '../shared/integrity';
import { resolveProperties } from '../shared/properties';
import { toResult } from '../shared/result';
import { headDestination } from './calls/head-destination';
import { headSource, readProperties, toSourceObject } from './calls/head-source';
import { checkAnnotatable } from './destination/annotatable';
import { resolveCarriedProperties } from './input/carried-properties';
import { jsonEnv } from './input/environment';
import type { CopyOptions } from './input/input-schema';
import { parseInput } from './input/read-input';
import { resolveLocations } from './input/resolve-locations';
import { partNumbers } from './parts/part-plan';
import { chooseStrategy, type CopyStrategy } from './parts/strategy';
import { planRestore } from './source/archive';
import { checkSourceConditions, sourceConditions } from './source/conditions';

const clients = createS3Clients(10_000);

/** All of the state but what is to be done. */
type Undecided = Omit<CopyState, 'action'>;

/** Decides what is to be done. It only reads, so that it may be retried at will. */
export async function handler(event: PlanEvent): Promise<CopyState> {
  const defaults = jsonEnv<WorkflowSettings>(ENV_SETTINGS);
  const request = parseInput(event.input, defaults.options);
  const { options } = request;
  const ends = resolveLocations(request, jsonEnv<Locations>(ENV_LOCATIONS));
  const acl = options.acl ?? (options.aclDirective === 'COPY' ? undefined : ends.acl);
  const carried = resolveCarriedProperties(options, acl, defaults);

  const address = await pinCustomerKey(ends.source);
  const destination = await pinCustomerKey(ends.destination);
  const head = await headSource(clients, address);
  const source = toSourceObject(address, head, sourceConditions(options));
  checkSourceConditions(source, { etag: source.etag, lastModified: head.LastModified! }, source.conditions);
  const existing = await headDestination(clients, destination, options);

  const restore = planRestore(source, head, options, elapsedSeconds(event.execution));
  const decision = await chooseStrategy({
    source,
    head,
    destination,
    options,
    defaults,
    firstPartSize: async () => (await sourcePart(clients, source, 1)).length,
  });
  const carries = await readProperties(clients, source, head, carried, decision.plan !== undefined);
  const properties = resolveProperties(carries, carried, options, acl, destination.bucket);
  checkDirectoryDestination(destination, properties);
  checkAnnotatable(destination, properties);

  const state: Undecided = {
    execution: event.execution,
    source,
    destination,
    overwrite: options.overwrite ?? 'always',
    ifMatch: options.ifMatch,
    properties,
    plan: decision.plan,
    declared: decision.declared,
    proof: decision.proof,
    requestCharged: head.RequestCharged,
  };
  const equal = options.overwrite === 'if-different' ? provenEqual(state, head, existing) : undefined;
  if (equal) return skip(state, existing!, equal);
  if (options.dryRun) return planned(state, decision, options);
  return { ...state, ...(restore ?? firstStep(decision.plan)) };
}

function skip(state: Undecided, existing: HeadObjectCommandOutput, integrity: Integrity): CopyState {
  const what = integrity.verifiedBy === 'etag' ? 'ETag' : integrity.algorithm;
  const reason = `the destination exists and has the source's size and ${what}`;
  return { ...state, action: 'NOTHING', result: toResult({ status: 'SKIPPED', reason, integrity }, state, existing) };
}

function planned(state: Undecided, { integrity }: CopyStrategy, { restore }: CopyOptions): CopyState {
  const reason = restore
    ? 'options.dryRun is true; the source is restored first, if need be'
    : 'options.dryRun is true';
  return { ...state, action: 'NOTHING', result: toResult({ status: 'PLANNED', reason, integrity }, state, {}) };
}

/** The first step of the copy itself. */
function firstStep(plan: PartPlan | undefined): Pick<CopyState, 'action' | 'partNumbers'> {
  return plan ? { action: 'COPY_PARTS', partNumbers: partNumbers(plan) } : { action: 'COPY_OBJECT' };
}

function provenEqual(
  { source, plan }: Undecided,
  head: HeadObjectCommandOutput,
  existing: HeadObjectCommandOutput | undefined,
): Integrity | undefined {
  if (!existing) return undefined;
  const comparison = compare(expectedOf(source, storedChecksum(head), plan?.length), existing);
  // Objects of one size may still differ.
  if ('difference' in comparison || comparison.integrity.verifiedBy === 'size') return undefined;
  return comparison.integrity;
}
