import {
  type DestinationObject,
  ErrorName,
  type Location,
  type Locations,
  type ObjectAddress,
  type SourceAddress,
} from '../../../lib/private/protocol';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { destinationAccess, sourceAccess } from '../../shared/request-parameters';
import type { CopyRequest } from './read-input';

/** Both ends of a copy, and how their buckets are spoken to. */
export interface CopyEnds {
  readonly source: SourceAddress;
  readonly destination: DestinationObject;
  /** Canned ACL that the destination's location wants. */
  readonly acl?: string;
}

/**
 * Both ends of a request, after checking that they lie inside what the construct declared: the role may reach more,
 * through a bucket policy for instance.
 *
 * @throws NotAllowed, InvalidInput where the copy would be its own source
 */
export function resolveLocations(request: CopyRequest, locations: Locations): CopyEnds {
  const from = findLocation(request.source, locations.sources);
  if (!from) throw notAllowed('source', request.source, locations.sources);
  const { options } = request;
  const destination = resolveDestination(request, from, locations);
  const to = findLocation(destination, locations.destinations);
  if (!to) throw notAllowed('destination', destination, locations.destinations);
  return {
    source: { ...request.source, ...sourceAccess(from, options) },
    destination: { ...destination, ...destinationAccess(to, options) },
    acl: to.acl,
  };
}

function resolveDestination(request: CopyRequest, from: Location, locations: Locations): ObjectAddress {
  const destination = {
    bucket: request.destination?.bucket ?? locations.destinations[0]!.bucket,
    key: request.destination?.key ?? mapKey(request, from, locations),
  };
  if (isSameObject(request, destination)) {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `source and destination are the same object, ${describeObject(destination)}; name another destination, or both a source.versionId and the destination to copy an earlier version over the current one`,
    );
  }
  return destination;
}

function findLocation(object: ObjectAddress, locations: Location[]): Location | undefined {
  const holding = locations.filter(({ bucket, prefix }) => bucket === object.bucket && object.key.startsWith(prefix));
  // The narrowest says best what its keys are relative to.
  return holding.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** The destination's prefix in the place of the source's. */
function mapKey(request: CopyRequest, from: Location, locations: Locations): string {
  const bucket = request.destination?.bucket;
  const to = locations.destinations.find((location) => bucket === undefined || location.bucket === bucket);
  return `${to?.prefix ?? ''}${request.source.key.slice(from.prefix.length)}`;
}

/** An earlier version may be copied over the current one, but only by a request that says so: an event would never end. */
function isSameObject({ source, destination: asked }: CopyRequest, destination: ObjectAddress): boolean {
  const isEarlierVersion = source.versionId !== undefined && asked !== undefined;
  return source.bucket === destination.bucket && source.key === destination.key && !isEarlierVersion;
}

function notAllowed(end: 'source' | 'destination', object: ObjectAddress, locations: Location[]): CopyError {
  const declared = locations.map(({ bucket, prefix }) => describeObject({ bucket, key: `${prefix}*` })).join(', ');
  return new CopyError(
    ErrorName.NOT_ALLOWED,
    `${end} ${describeObject(object)} lies outside what this workflow may use: ${declared}; add it to the workflow's ${end}s`,
  );
}
