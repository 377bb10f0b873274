import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type {
  AppliedEncryption,
  MadeState,
  ObjectProperties,
  PlannedCopy,
  SourceChecksum,
  TimeWindow,
  UploadState,
} from '../../lib/private/protocol';
import { bucketKindOf } from '../../lib/private/protocol/bucket-kinds';
import { partsOfEtag } from './etag';
import { storedChecksum } from './integrity';
import { propertyDifference } from './properties';
import { isWithin } from './time-window';

/*
 * Whether an object is the one that this execution made. Equal bytes are no proof: somebody else may have written them, earlier or with
 * other properties.
 */

/** What is known of the object that was made, or would have been. */
export interface MadeIdentity {
  /** As S3 answered; absent after a lost answer, or if the bucket has no versions. */
  readonly versionId?: string;
  /** As S3 answered, or computed from the parts. */
  readonly etag?: string;
  /** Number of parts; absent if the object is not made of parts. */
  readonly parts?: number;
  /** Bytes. */
  readonly size: number;
  /** The checksum that the object must have, if it has one of this algorithm and type. */
  readonly checksum?: SourceChecksum;
  /** The object's date lies in one of them. */
  readonly dates: readonly TimeWindow[];
  /** Absent: not known, because another execution began the upload. */
  readonly properties?: ObjectProperties;
  /** Absent: not known. */
  readonly encryption?: AppliedEncryption;
}

/** @returns how the object differs; undefined if it is the one that was made */
export function differenceFromMade(made: MadeIdentity, head: HeadObjectCommandOutput): string | undefined {
  if (made.versionId !== undefined && head.VersionId !== made.versionId) {
    return `its version is ${head.VersionId ?? 'none'} instead of ${made.versionId}`;
  }
  if (made.etag !== undefined && head.ETag !== made.etag) return `its ETag is ${head.ETag} instead of ${made.etag}`;
  // No other object has this version, or a random ETag.
  if (isUnique(made, head)) return undefined;
  if (partsOfEtag(head.ETag ?? '') !== made.parts) {
    return made.parts === undefined
      ? `its ETag ${head.ETag} is that of an upload in parts`
      : `its ETag ${head.ETag} is not that of ${made.parts} parts`;
  }
  if (head.ContentLength !== made.size) return `it has ${head.ContentLength} bytes instead of ${made.size}`;
  return (
    checksumDifference(made.checksum, head) ??
    dateDifference(made.dates, head.LastModified) ??
    (made.properties && propertyDifference(made.properties, made.encryption, head))
  );
}

function isUnique({ versionId, etag }: MadeIdentity, head: HeadObjectCommandOutput): boolean {
  // In a bucket whose versioning is suspended, each object replaces the version `null`.
  if (versionId !== undefined && versionId !== 'null') return true;
  return etag !== undefined && !hasMd5Etag(head);
}

/** Whether S3 made the ETag from the MD5 of the bytes, so that an equal object has the same one. */
export function hasMd5Etag(encryption: {
  readonly ServerSideEncryption?: string;
  readonly SSECustomerAlgorithm?: string;
}): boolean {
  return (encryption.ServerSideEncryption ?? 'AES256') === 'AES256' && encryption.SSECustomerAlgorithm === undefined;
}

function checksumDifference(expected: SourceChecksum | undefined, head: HeadObjectCommandOutput): string | undefined {
  const actual = storedChecksum(head);
  if (!expected || actual?.algorithm !== expected.algorithm || actual.type !== expected.type) return undefined;
  if (actual.value === expected.value) return undefined;
  return `its ${expected.algorithm} is ${actual.value} instead of ${expected.value}`;
}

function dateDifference(dates: readonly TimeWindow[], lastModified: Date | undefined): string | undefined {
  if (lastModified && dates.some((window) => isWithin(lastModified, window))) return undefined;
  const expected = dates.map(({ from, to }) => `${from} to ${to}`).join(' or ');
  return `it is dated ${lastModified?.toISOString()} instead of ${expected}`;
}

/** The object that S3 made, by its answer. */
export function identityOfMade(state: MadeState): MadeIdentity {
  const { made, properties } = state;
  const answered = { etag: made.etag, versionId: made.versionId || undefined };
  if (state.action === 'COPY_OBJECT') {
    // Servers other than S3 may give the copy the ETag of a source in parts.
    const parts = partsOfEtag(made.etag);
    const { source, proof } = state;
    return { ...answered, parts, size: source.size, dates: [made.made], checksum: proof.checksum, properties };
  }
  return {
    ...identityOfUpload(state, [state.upload.initiated, made.made]),
    checksum: state.expected.checksum,
    ...answered,
  };
}

/**
 * The object that an upload becomes, before S3 has answered.
 *
 * @param dates that S3 may give to it
 */
export function identityOfUpload(state: UploadState, dates: readonly TimeWindow[]): MadeIdentity {
  const { plan, properties, reusedParts, upload } = state;
  return {
    ...{ parts: plan.parts, size: plan.length, dates, encryption: upload.encryption },
    ...(reusedParts === undefined && { properties }),
  };
}

/**
 * The object that one CopyObject becomes, before S3 has answered.
 *
 * @param dates that S3 may give to it
 */
export function identityOfCopy({ source, proof, properties }: PlannedCopy, dates: readonly TimeWindow[]): MadeIdentity {
  return { size: source.size, checksum: proof.checksum, dates, properties };
}

/** The possible dates of an object that was uploaded in parts. */
export function datesOfUpload(state: UploadState, completed: TimeWindow): readonly TimeWindow[] {
  const { datesUploadsBy } = bucketKindOf(state.destination.bucket);
  return datesUploadsBy === 'INITIATION' ? [state.upload.initiated] : [completed];
}
