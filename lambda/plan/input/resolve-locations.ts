import {
  type DestinationObject,
  ErrorName,
  type Location,
  type Locations,
  MAX_KEY_BYTES,
  type ObjectAddress,
  type SourceAddress,
} from '../../../lib/private/protocol';
import { isObjectKey } from '../../../lib/private/protocol/checks';
import { baseName } from '../../../lib/private/protocol/object-uri';
import { asInput } from '../../../lib/private/protocol/option-rules';
import type { CopyOptions, OptionName } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { destinationAccess, sourceAccess } from '../../shared/request-parameters';
import type { CopyRequest } from './read-input';

type RequestedEnds = Pick<CopyRequest, 'source' | 'destination' | 'options'>;

/** Source and destination of a copy, with the parameters that every call on their buckets has. */
export interface CopyEnds {
  readonly source: SourceAddress;
  readonly destination: DestinationObject;
  /** Canned ACL that the location of the destination requires. */
  readonly acl?: string;
  /** Whether the role certainly has the permission to name versions of the source. */
  readonly mayNameVersions: boolean;
}

/** Region and account of the workflow. */
export interface WorkflowEnv {
  readonly region: string;
  readonly account: string;
}

/**
 * Determines source and destination of a request, and checks that they are within the declared locations. The role may have access to
 * more, for example through a bucket policy.
 *
 * @throws NotAllowed, or InvalidInput if source and destination are the same object
 */
export function resolveLocations(
  request: RequestedEnds,
  locations: Locations,
  { region, account }: WorkflowEnv,
): CopyEnds {
  const from = findLocation(request.source, locations.sources);
  if (!from) throw notAllowed('source', request.source);
  const { options } = request;
  const destination = resolveDestination(request, from, locations);
  const to = findLocation(destination, locations.destinations);
  if (!to) throw notAllowed('destination', destination);
  checkSameObject(request, destination, from, to);
  checkAccessPoints(request.source, from, destination, to, region);
  checkOwner('expectedSourceBucketOwner', options.expectedSourceBucketOwner, from.owner);
  checkOwner('expectedBucketOwner', options.expectedBucketOwner, to.owner);
  return {
    source: { ...request.source, ...sourceAccess(from, options) },
    destination: { ...destination, ...destinationAccess(to, options) },
    acl: to.acl,
    mayNameVersions: from.owner === account && from.versions === undefined,
  };
}

/** Executions can name the declared owner of a bucket, but no other account. */
function checkOwner(option: OptionName, requested: string | undefined, declared: string | undefined): void {
  if (requested === undefined || requested === declared) return;
  throw new CopyError(
    ErrorName.NOT_ALLOWED,
    `${asInput([option])} is ${requested}, but the bucket is declared with owner ${declared}; correct the option, or declare the location with account ${requested} on the MultipartCopyWorkflow`,
  );
}

function resolveDestination(request: RequestedEnds, from: Location, locations: Locations): ObjectAddress {
  const destination = {
    bucket: request.destination?.bucket ?? locations.destinations[0]!.bucket,
    key: keyOf(request, from, locations),
  };
  const problem = isObjectKey(destination.key);
  if (problem !== undefined) {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `the destination would be ${describeObject(destination)}: ${problem}, and S3 allows ${MAX_KEY_BYTES}; specify a shorter key`,
    );
  }
  return destination;
}

function findLocation(object: ObjectAddress, locations: Location[]): Location | undefined {
  const holding = locations.filter(({ bucket, prefix }) => bucket === object.bucket && object.key.startsWith(prefix));
  // The most specific location applies.
  return holding.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

function keyOf(request: RequestedEnds, from: Location, locations: Locations): string {
  const { key, folder, prefix } = request.destination ?? {};
  if (prefix !== undefined) return `${prefix}${request.source.key.slice(from.prefix.length)}`;
  if (folder !== undefined) return `${folder}${baseName(request.source.key)}`;
  return key ?? mapKey(request, from, locations);
}

/** The key of the source, with the prefix of the destination instead of that of the source. */
function mapKey(request: RequestedEnds, from: Location, locations: Locations): string {
  const bucket = request.destination?.bucket;
  const to = locations.destinations.find((location) => bucket === undefined || location.bucket === bucket);
  return `${to?.prefix ?? ''}${request.source.key.slice(from.prefix.length)}`;
}

/**
 * An object can be copied onto itself only if the execution names the destination, and either an earlier version or a change. The copy of
 * an event onto itself would create the next event, without end.
 *
 * @throws InvalidInput
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
function checkSameObject(request: RequestedEnds, destination: ObjectAddress, from: Location, to: Location): void {
  const { source, options } = request;
  const isSame = source.key === destination.key && (from.behind ?? from.bucket) === (to.behind ?? to.bucket);
  if (!isSame) return;
  const isNamed = request.destination !== undefined && request.destination.prefix === undefined;
  if (isNamed && (source.versionId !== undefined || changesObject(options))) return;
  throw new CopyError(
    ErrorName.INVALID_INPUT,
    `source and destination are the same object, ${describeObject(destination)}; specify another destination; to change the object, specify the destination and one of ${CHANGES.map((name) => asInput([name])).join(', ')}; to copy an earlier version over the current one, specify the destination and source.versionId`,
  );
}

/** CopyObject rejects copies of an object onto itself that set none of these. */
const CHANGES = ['storageClass', 'metadataDirective', 'websiteRedirectLocation', 'serverSideEncryption'] as const;

function changesObject(options: CopyOptions): boolean {
  return CHANGES.some((name) => options[name] !== undefined && options[name] !== 'COPY');
}

/**
 * S3 would reject the copy only after the upload was created.
 *
 * @throws InvalidInput
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
 */
function checkAccessPoints(
  source: ObjectAddress,
  from: Location,
  destination: ObjectAddress,
  to: Location,
  ownRegion: string,
): void {
  const [readFrom, writtenTo] = [from.region ?? ownRegion, to.region ?? ownRegion];
  if ((from.behind ?? to.behind) === undefined || readFrom === writtenTo) return;
  throw new CopyError(
    ErrorName.INVALID_INPUT,
    `${describeObject(source)} is in ${readFrom} and ${describeObject(destination)} in ${writtenTo}: S3 copies through an access point only within its Region; declare the bucket itself on the MultipartCopyWorkflow, and specify it instead`,
  );
}

/** The message does not list the locations, because whoever starts executions need not know them. */
function notAllowed(end: 'source' | 'destination', object: ObjectAddress): CopyError {
  return new CopyError(
    ErrorName.NOT_ALLOWED,
    `${end} ${describeObject(object)} is outside the ${end}s of this workflow; specify an object inside one of them, or add a ${end} to the MultipartCopyWorkflow`,
  );
}
