import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { MAX_KEY_BYTES } from '../../lib/private/protocol/limits';
import type { EventObject } from '../../lib/private/protocol/notifications';
import { parseUri } from '../../lib/private/protocol/object-uri';
import { TRACED_STATES } from '../../lib/private/protocol/sweeper';

/** The objects of a copy, as far as they are known. */
export interface KnownObjects {
  readonly source?: EventObject;
  readonly destination?: EventObject;
}

/** What Plan decided; undefined if the events have no output of Plan that names both ends. */
export function plannedObjects(history: readonly HistoryEvent[]): KnownObjects | undefined {
  for (const { stateExitedEventDetails: details } of history) {
    if (details?.name !== TRACED_STATES.plan || details.output === undefined) continue;
    const { source, destination } = JSON.parse(details.output) as KnownObjects;
    if (source && destination) return { source: pickObject(source), destination: pickObject(destination) };
  }
  return undefined;
}

/** No name of a bucket, key or version that S3 accepts has more bytes. */
const MAX_NAME_BYTES = MAX_KEY_BYTES;

/** The objects that an input names, if Plan has no output. The input may be invalid, and larger than an event can be. */
export function requestedObjects(input: string | undefined): KnownObjects {
  const { detail, source, destination } = fieldsOf(parse(input));
  const { bucket, object } = fieldsOf(detail);
  const created = {
    bucket: fieldsOf(bucket).name,
    key: fieldsOf(object).key,
    versionId: fieldsOf(object)['version-id'],
  };
  return definedOnly({ source: objectOf(detail === undefined ? source : created), destination: objectOf(destination) });
}

function objectOf(given: unknown): EventObject | undefined {
  const isFolder = typeof given === 'string' && given.endsWith('/');
  const { bucket, key, versionId } = fieldsOf(typeof given === 'string' ? parseUri(given) : given);
  if (isFolder || !isName(bucket) || !isName(key)) return undefined;
  return { bucket, key, ...(isName(versionId) && { versionId }) };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) <= MAX_NAME_BYTES;
}

/** Of an object in a result or in the state. Empty texts stand for what S3 did not return. */
export function pickObject(object: EventObject): EventObject {
  const { bucket, key, versionId, etag, size, lastModified } = object;
  return definedOnly({
    bucket,
    key,
    versionId: versionId === '' ? undefined : versionId,
    etag: etag === '' ? undefined : etag,
    size,
    lastModified: lastModified === '' ? undefined : lastModified,
  });
}

function definedOnly<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : {};
}
