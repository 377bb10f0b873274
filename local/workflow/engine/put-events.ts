import { StateFailure } from '../asl/failure';
import { asArray, asObject, type Json, type JsonObject } from '../json';
import { sdkMetadata } from './sdk-metadata';
import { type Visit } from './visit';

/**
 * `arn:aws:states:::events:putEvents`: adds the ARNs of the execution and the state machine to the resources of every
 * event, and fails if one entry fails ("Add EventBridge events with Step Functions", Step Functions Developer Guide).
 */
export function putEvents({ name, frame }: Visit, parameters: Json): JsonObject {
  const { runtime, identity } = frame.execution;
  const [, , , region = '', accountId = ''] = identity.executionArn.split(':');
  const entries = asArray(asObject(parameters).Entries).map((entry) => ({
    ...asObject(entry),
    Resources: [...asArray(asObject(entry).Resources), identity.executionArn, identity.stateMachineArn],
  }));
  const response = runtime.events.putEvents({ entries, accountId, region, state: name });
  if (response.FailedEntryCount !== 0) throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(response));
  return { ...response, ...sdkMetadata(JSON.stringify(response)) };
}
