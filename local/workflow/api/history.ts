import { type HistoryEvent } from '../engine/history';
import { type Json, type JsonObject } from '../json';

/**
 * An event as GetExecutionHistory returns it.
 *
 * @param withData whether inputs, outputs and parameters are included
 */
export function historyEvent(event: HistoryEvent, withData: boolean): JsonObject {
  const { id, previousEventId, timestamp, type, details } = event;
  return {
    id,
    previousEventId,
    timestamp: timestamp / 1000,
    type,
    ...(details && { [detailsOf(type)]: eventDetails(details, withData) }),
  };
}

/** The member that holds the details of an event of the type (API reference, HistoryEvent). */
function detailsOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/**
 * In the API, data is JSON text, together with a flag that says whether it was truncated; `parameters` have no flag.
 */
function eventDetails(details: Readonly<Record<string, Json | undefined>>, withData: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]): [string, Json][] => {
      if (value === undefined) return [];
      if (name === 'parameters') return [[name, JSON.stringify(value)]];
      if (name !== 'input' && name !== 'output') return [[name, value]];
      return withData
        ? [
            [name, JSON.stringify(value)],
            [`${name}Details`, { truncated: false }],
          ]
        : [];
    }),
  );
}
