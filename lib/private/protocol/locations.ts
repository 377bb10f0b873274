/*
 * The locations of a workflow as text, for the environment of Plan: a line for each location, with `|` between the fields,
 * first the sources, then after an empty line the destinations.
 *
 * It is not JSON, because the value is itself sent in JSON: each quote would take two characters, and Lambda limits both the
 * variables and the request. Fields are percent-encoded as far as they are known during synthesis. A prefix that is known only
 * at deployment cannot be encoded. It follows a `=`.
 */
import type { Location, Locations } from './settings';

const FIELDS = ['bucket', 'prefix', 'versions', 'region', 'owner', 'acl', 'behind'] as const;

type Field = (typeof FIELDS)[number];

/** @param encode `percentEncode` for text that is known, otherwise puts `NOT_ENCODED` before it */
export function encodeLocations(locations: Locations, encode = percentEncode): string {
  const lines = (list: readonly Location[]) => list.map((location) => encodeLocation(location, encode));
  return [...lines(locations.sources), '', ...lines(locations.destinations)].join('\n');
}

function encodeLocation(location: Location, encode: typeof percentEncode): string {
  const fields = FIELDS.map((field) => (field === 'prefix' ? encode(location.prefix) : (location[field] ?? '')));
  // Empty fields at the end are left out.
  let count = fields.length;
  while (count > 0 && fields[count - 1] === '') count--;
  return fields.slice(0, count).join('|');
}

/** Encodes what could be taken for a separator, and what JSON would escape. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}

/** Marks a text that is known only at deployment. */
export const NOT_ENCODED = '=';

export function decodeLocations(text: string): Locations {
  const lines = text.split('\n');
  const end = lines.indexOf('');
  return { sources: lines.slice(0, end).map(decodeLocation), destinations: lines.slice(end + 1).map(decodeLocation) };
}

function decodeLocation(line: string): Location {
  const values = line.split('|');
  const entries = FIELDS.map((field, index): [Field, string] => [field, values[index] ?? '']);
  const { bucket = '', prefix = '', ...others } = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  return { bucket, prefix: decodePrefix(prefix), ...others };
}

function decodePrefix(prefix: string): string {
  return prefix.startsWith(NOT_ENCODED) ? prefix.slice(1) : decodeURIComponent(prefix);
}
