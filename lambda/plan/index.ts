import {
  type CopyState,
  type WorkflowSettings,
  ENV_SETTINGS,
  ENV_LOCATIONS,
  type Locations,
  type PlannedCopy,
  type PlanEvent,
} from '../../lib/private/protocol';
import { pinCustomerKey } from '../shared/calls/customer-key';
import { createS3Clients } from '../shared/calls/s3';
import { sourcePart } from '../shared/calls/source-part';
import { checkDirectoryDestination } from '../shared/directory-buckets';
import { elapsedSeconds } from '../shared/elapsed';
import { resolveProperties } from '../shared/properties';
import { decideAction } from './action';
import { headDestination } from './calls/head-destination';
import { headSource, readProperties, toSourceObject } from './calls/head-source';
import { checkAnnotatable } from './destination/annotatable';
import { checkAllowed, resolveCarriedProperties } from './input/carried-properties';
import { jsonEnv } from './input/environment';
import { readInput } from './input/read-input';
import { resolveLocations } from './input/resolve-locations';
import { chooseStrategy } from './parts/strategy';
import { planRestore } from './source/archive';
import { checkSourceConditions, sourceConditions } from './source/conditions';

const clients = createS3Clients(10_000);

/** Decides what the execution does. Plan only reads, so it can be retried at any time. */
export async function handler(event: PlanEvent): Promise<CopyState> {
  const settings = jsonEnv<WorkflowSettings>(ENV_SETTINGS);
  const request = readInput(event.input, settings.options);
  const { options } = request;
  const ends = resolveLocations(request, jsonEnv<Locations>(ENV_LOCATIONS));
  const acl = options.acl ?? (options.aclDirective === 'COPY' ? undefined : ends.acl);
  checkAllowed(options, settings);
  const carried = resolveCarriedProperties(options, acl, settings);

  const address = await pinCustomerKey(ends.source);
  const destination = await pinCustomerKey(ends.destination);
  const head = await headSource(clients, address);
  const source = toSourceObject(address, head, sourceConditions(options));
  checkSourceConditions(source, { etag: source.etag, lastModified: head.LastModified! }, source.conditions);
  const existing = await headDestination(clients, destination, options);

  const restore = planRestore(source, head, options, elapsedSeconds(event.execution));
  const strategy = await chooseStrategy({
    source,
    head,
    destination,
    options,
    settings,
    firstPartSize: async () => (await sourcePart(clients, source, 1)).length,
  });
  const carries = await readProperties(clients, source, head, carried, strategy.plan !== undefined);
  const properties = resolveProperties(carries, carried, options, acl, destination.bucket);
  checkDirectoryDestination(destination, properties);
  checkAnnotatable(destination, properties);

  const copy: PlannedCopy = {
    execution: event.execution,
    source,
    destination,
    overwrite: options.overwrite ?? 'always',
    ifMatch: options.ifMatch,
    properties,
    declared: strategy.declared,
    proof: strategy.proof,
    requestCharged: head.RequestCharged,
  };
  return decideAction({ copy, options, head, existing, strategy, restore });
}
