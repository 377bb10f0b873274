import type { CopyState, PlanEvent } from '../../lib/private/protocol';
import { pinCustomerKey } from '../shared/calls/customer-key';
import { createS3 } from '../shared/calls/s3';
import { findSourcePart } from '../shared/calls/source-part';
import { elapsedSeconds } from '../shared/elapsed';
import { logged } from '../shared/logs/invocation';
import { logResult } from '../shared/logs/result';
import { resolveProperties } from '../shared/properties';
import { decideAction } from './action';
import { findKeptUpload } from './calls/find-kept-upload';
import { findSource } from './calls/find-source';
import { headDestination } from './calls/head-destination';
import { readProperties } from './calls/read-properties';
import { checkCapabilities } from './destination/capabilities';
import { checkOverwrite } from './destination/overwrite';
import { resolveRequest } from './input/request';
import { checkRetention } from './input/restrictions';
import { chooseResumableStrategy, resumeCopy } from './parts/resume';
import { planRestore } from './source/archive';

const s3 = createS3(10_000);

/** Decides what the execution does. Plan only reads, so it can be retried at any time. */
export const handler = logged(
  'plan',
  async ({ input, execution, beginFunctionName }: PlanEvent): Promise<CopyState> => {
    const { settings, region, options, ends, acl, carried } = resolveRequest(input);

    const found = await findSource(s3, ends, options);
    const { source, head } = found;
    const destination = await pinCustomerKey(s3, ends.destination);
    const existing = await headDestination(s3, destination, options);
    checkOverwrite(destination, existing, options);

    const restore = planRestore(source, head, options, elapsedSeconds(execution));
    const firstPartSize = async () => (await findSourcePart(s3, source, 1)).length;
    const kept = await findKeptUpload(s3, destination, options.resumeUploadId, beginFunctionName);
    const strategy = await chooseResumableStrategy(
      { source, head, destination, options, settings, firstPartSize },
      kept,
    );
    const sourceProperties = await readProperties(s3, source, head, carried, strategy.plan !== undefined);
    const properties = resolveProperties(sourceProperties, carried, options, acl, destination.bucket);
    checkCapabilities(destination, properties);
    checkRetention({ properties, execution }, settings);

    const copy = {
      ...{ execution, source, destination, properties },
      overwrite: options.overwrite ?? 'always',
      ifMatch: options.ifMatch,
      declared: strategy.declared,
      proof: strategy.proof,
      plannedAt: found.answered.to,
      requestCharged: head.RequestCharged,
    };
    const resumed = kept && resumeCopy(kept, copy, strategy.plan, options);
    const state = decideAction({ ...found, copy, options, existing, strategy, restore, resumed, carried, region });
    if (state.action === 'NOTHING') logResult(state.result);
    return state;
  },
);
