import {
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName, type TimeWindow } from '../../../lib/private/protocol';
import { isCopyError, sdkErrorOf } from '../errors';
import { differenceFromMade, type MadeIdentity } from '../identity';
import { isOtherEncryption } from '../other-encryption';
import { isWithin } from '../time-window';
import type { LostAttempt } from './ask';
import { askS3, askS3Timed, type S3 } from './s3';

/** The object that an attempt with a lost answer made, or why it was not found. */
export type Search = { readonly made: HeadObjectCommandOutput } | { readonly difference: string };

/** S3's clock showed `now` at some time from `from` to `to` by the clock of the worker (milliseconds since 1970). */
export interface ClockReading {
  readonly now: Date;
  readonly from: number;
  readonly to: number;
}

/** For messages of errors. */
const EFFECT = 'an earlier attempt, whose answer was lost, may have made the copy';

/**
 * Searches for the object that an attempt with a lost answer made: the current object and, in a bucket with versions, earlier ones.
 *
 * @param identityAt the identity of the object, by the time at which S3 answers
 * @param effect for the message if the destination cannot be read
 */
export async function findMade(
  s3: S3,
  destination: DestinationObject,
  identityAt: (clock: ClockReading) => MadeIdentity,
  effect = EFFECT,
): Promise<Search> {
  const from = s3.time.now();
  const { head, absence, now, hasVersions } = await headCurrent(s3, destination, effect);
  const identity = identityAt({ now, from, to: s3.time.now() });
  const difference = head ? differenceFromMade(identity, head) : absence;
  if (difference === undefined) return { made: head! };
  if (!hasVersions) return { difference };
  try {
    for await (const { VersionId } of listCandidates(s3, destination, identity)) {
      const version = await headVersion(s3, destination, VersionId!);
      if (version && differenceFromMade(identity, version) === undefined) return { made: version };
    }
  } catch (error) {
    // If versioning was enabled outside of the app, the role has no permissions on versions.
    if (!isCopyError(error, ErrorName.ACCESS_DENIED)) throw error;
    return { difference: `${difference}; earlier versions could not be read: ${error.message}` };
  }
  return { difference: `${difference}, and no earlier version is the copy` };
}

/** When attempts took place, by S3's clock. The slower the request that read the clock was, the wider the windows are. */
export function windowsOf(
  lost: readonly Pick<LostAttempt, 'from' | 'to'>[],
  { now, from: asked, to: answered }: ClockReading,
): TimeWindow[] {
  const shifted = (time: number, readAt: number) => new Date(time + now.getTime() - readAt).toISOString();
  // The Date header has no fractions of seconds.
  return lost.map(({ from, to }) => ({ from: shifted(from, answered), to: shifted(to + 1000, asked) }));
}

interface Current {
  readonly head?: HeadObjectCommandOutput;
  /** Why there is no `head`. */
  readonly absence?: string;
  /** By S3's clock. */
  readonly now: Date;
  readonly hasVersions: boolean;
}

async function headCurrent(s3: S3, destination: DestinationObject, effect: string): Promise<Current> {
  try {
    const { output, answered } = await askS3Timed(s3, 'HeadObject', HeadObjectCommand, {
      ...{ destination, parameters: { ChecksumMode: 'ENABLED' }, effect },
    });
    return { head: output, now: new Date(answered.to), hasVersions: output.VersionId !== undefined };
  } catch (error) {
    const { $metadata, $response } = sdkErrorOf(error) ?? {};
    const { date, 'x-amz-delete-marker': isDeleted } = $response?.headers ?? {};
    const now = date === undefined ? new Date(s3.time.now()) : new Date(date);
    if ($metadata?.httpStatusCode === 404) {
      return { absence: 'there is no object', now, hasVersions: isDeleted === 'true' };
    }
    if (!isOtherEncryption(error)) throw error;
    // This answer does not show whether the bucket has versions.
    return { absence: 'the current object has another customer-provided key, or none', now, hasVersions: true };
  }
}

async function headVersion(
  s3: S3,
  destination: DestinationObject,
  VersionId: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await askS3(s3, 'HeadObject', HeadObjectCommand, {
      ...{ destination, parameters: { VersionId, ChecksumMode: 'ENABLED' }, effect: EFFECT },
    });
  } catch (error) {
    // The version was deleted after it was listed, or is not the copy.
    if (sdkErrorOf(error)?.$metadata?.httpStatusCode === 404 || isOtherEncryption(error)) return undefined;
    throw error;
  }
}

/** Versions of exactly this key that may be the object, newest first. */
async function* listCandidates(
  s3: S3,
  destination: DestinationObject,
  { etag, size, dates }: MadeIdentity,
): AsyncGenerator<ObjectVersion> {
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListObjectVersions', ListObjectVersionsCommand, {
      destination,
      parameters: {
        Prefix: destination.key,
        // Keys may have characters that XML does not allow.
        EncodingType: 'url',
        KeyMarker: page?.NextKeyMarker && decodeKey(page.NextKeyMarker),
        VersionIdMarker: page?.NextVersionIdMarker,
      },
      effect: EFFECT,
    });
    for (const version of page.Versions ?? []) {
      if (decodeKey(version.Key ?? '') !== destination.key) return;
      const isCandidate =
        version.Size === size &&
        (etag === undefined || version.ETag === etag) &&
        dates.some((window) => isWithin(version.LastModified ?? new Date(0), window));
      if (isCandidate) yield version;
    }
  } while (page.IsTruncated);
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
