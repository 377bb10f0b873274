import { type PutEventsRequest } from '../event-sink';
import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../json';
import { type BusEvent, type NewEvent } from './event';

/**
 * PutEvents of EventBridge: each entry succeeds or fails separately (API reference, PutEvents).
 *
 * @param put accepts an event
 */
export function putEvents({ entries, ...home }: PutEventsRequest, put: (event: NewEvent) => BusEvent): JsonObject {
  const results = entries.map((entry): JsonObject => {
    const event = readEntry(asObject(entry), home);
    return 'ErrorCode' in event ? event : { EventId: put(event as NewEvent).id };
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function readEntry(entry: JsonObject, home: { accountId: string; region: string }): NewEvent | JsonObject {
  const [source, detailType] = [asString(entry.Source), asString(entry.DetailType)];
  const detail = parseDetail(entry.Detail);
  if (!source) return invalid('Source');
  if (!detailType) return invalid('DetailType');
  if (entry.Detail === undefined) return invalid('Detail');
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const [bus, time] = [asString(entry.EventBusName), asNumber(entry.Time)];
  return {
    source,
    detailType,
    detail,
    accountId: home.accountId,
    region: home.region,
    resources: asArray(entry.Resources).map(String),
    ...(bus !== undefined && { eventBusName: bus }),
    ...(time !== undefined && { time: new Date(time * 1000) }),
  };
}

function invalid(parameter: string): JsonObject {
  const ErrorMessage = `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`;
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

/** Undefined if the value is not a JSON object. */
function parseDetail(detail: Json | undefined): JsonObject | undefined {
  if (isObject(detail)) return detail;
  try {
    const value: unknown = JSON.parse(asString(detail) ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
