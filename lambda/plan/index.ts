import { GetObjectTaggingCommand, HeadObjectCommand, type HeadObjectCommandOutput, type Tag } from '@aws-sdk/client-s3';
import {
  type CopyAction,
  type CopyState,
  type Defaults,
  ENV_DEFAULTS,
  ENV_LOCATIONS,
  ErrorName,
  type Integrity,
  type Locations,
  type ObjectAddress,
  type OverwriteRule,
  type PartPlan,
  type PlanEvent,
  type SourceObject,
} from '../../lib/private/protocol';
import { describeObject } from '../shared/copy-source';
import { jsonEnv } from '../shared/env';
import { CopyError, explain } from '../shared/errors';
import { type CopyRequest, parseInput } from '../shared/input';
import { compare, keptChecksum, partCount, storedChecksum, provenBy } from '../shared/integrity';
import { resolveDestination } from '../shared/locations';
import {
  fitsCopyObject,
  MAX_OBJECT_SIZE,
  partNumbers,
  planParts,
  type PlanOptions,
  planSourceParts,
} from '../shared/part-plan';
import { readProperties } from '../shared/properties';
import { toResult } from '../shared/result';
import { createS3Client } from '../shared/s3';
import { sourcePart } from '../shared/source-part';

const s3 = createS3Client(10_000);

/** Decides what is to be done. It only reads, so that it may be retried at will. */
export async function handler(event: PlanEvent): Promise<CopyState> {
  const request = parseInput(event.input);
  const destination = resolveDestination(request, jsonEnv<Locations>(ENV_LOCATIONS));
  const head = await headSource(request.source);
  const source = toSourceObject(request.source, head);
  const tags = head.TagCount ? await readTags(source) : [];
  const existing = await headDestination(destination, request.overwrite);

  const state: Omit<CopyState, 'action'> = {
    execution: event.execution,
    source,
    destination,
    overwrite: request.overwrite,
    properties: readProperties(head, tags),
    checksum: storedChecksum(head),
  };
  const proof = existing && provenEqual(state, existing);
  if (!proof) return plan(state, request);
  return { ...state, action: 'NOTHING', result: toResult('SKIPPED', state, existing, proof) };
}

async function plan(state: Omit<CopyState, 'action'>, request: CopyRequest): Promise<CopyState> {
  const parts = await cut(state, request);
  if (request.dryRun) {
    const proof = willBeProven(state, parts);
    const result = toResult('PLANNED', { ...state, plan: parts }, {}, proof);
    return { ...state, action: 'NOTHING', plan: parts, result };
  }
  const action: CopyAction = parts ? 'COPY_PARTS' : 'COPY_OBJECT';
  return { ...state, action, plan: parts, partNumbers: parts && partNumbers(parts) };
}

/** Undefined where one CopyObject does it. */
async function cut(state: Omit<CopyState, 'action'>, request: CopyRequest): Promise<PartPlan | undefined> {
  const { source, checksum } = state;
  const defaults = jsonEnv<Defaults>(ENV_DEFAULTS);
  const options: PlanOptions = {
    partSize: request.partSize ?? defaults.partSize,
    maxConcurrency: request.maxConcurrency ?? defaults.maxConcurrency,
  };
  // A composite checksum can only be had again by the same parts. Only the execution itself may ask for others.
  if (checksum?.type === 'COMPOSITE' && request.partSize === undefined && source.size > 0) {
    const { length } = await sourcePart(s3, source, 1);
    return planSourceParts(partCount(checksum), length, options);
  }
  return fitsCopyObject(source.size, options) ? undefined : planParts(source.size, options);
}

function willBeProven({ checksum }: Omit<CopyState, 'action'>, parts: PartPlan | undefined): Integrity {
  const kept = keptChecksum({ checksum, plan: parts });
  return kept ? provenBy(kept) : { verifiedBy: 'size', algorithm: '', checksum: '' };
}

function provenEqual(state: Omit<CopyState, 'action'>, existing: HeadObjectCommandOutput): Integrity | undefined {
  const comparison = compare(state.source, state.checksum, existing);
  // Objects of one size may still differ.
  if ('difference' in comparison || comparison.integrity.verifiedBy === 'size') return undefined;
  return comparison.integrity;
}

async function headSource(source: CopyRequest['source']): Promise<HeadObjectCommandOutput> {
  const { bucket: Bucket, key: Key, versionId: VersionId } = source;
  try {
    return await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId, ChecksumMode: 'ENABLED' }));
  } catch (error) {
    throw explainSource(error, source);
  }
}

/** A HEAD has no body, so that only its status tells what was wrong. */
function explainSource(error: unknown, source: CopyRequest['source']): CopyError {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const name = describeObject(source);
  const gone = (text: string) => new CopyError(ErrorName.SOURCE_NOT_FOUND, text, { cause: error });
  if (status === 404)
    return gone(`${name} does not exist; check bucket, key and versionId (the key is used as it is given)`);
  if (status === 405) return gone(`${name} is a delete marker; name the version of an object`);
  if (status === 400 && source.versionId !== undefined) {
    return gone(`${name} does not exist: S3 refuses the request, as it does for a versionId that it never gave`);
  }
  return explain(error, { call: 'HeadObject', source: name });
}

function toSourceObject(request: CopyRequest['source'], head: HeadObjectCommandOutput): SourceObject {
  const name = describeObject(request);
  const size = head.ContentLength;
  if (size === undefined || head.ETag === undefined) {
    throw new CopyError(
      ErrorName.TRANSIENT_S3_ERROR,
      `HeadObject: S3 answered without the size or the ETag of ${name}`,
    );
  }
  if (isArchived(head)) {
    throw new CopyError(
      ErrorName.SOURCE_ARCHIVED,
      `${name} is in ${head.ArchiveStatus ?? head.StorageClass} and has to be restored first; start the copy when RestoreObject has finished`,
    );
  }
  if (size > MAX_OBJECT_SIZE) {
    throw new CopyError(
      ErrorName.OBJECT_TOO_LARGE,
      `${name} has ${size} bytes; S3 copies at most ${MAX_OBJECT_SIZE} (48.8 TiB)`,
    );
  }
  return { bucket: request.bucket, key: request.key, versionId: head.VersionId, etag: head.ETag, size };
}

function isArchived(head: HeadObjectCommandOutput): boolean {
  const restored = head.Restore?.includes('ongoing-request="false"') ?? false;
  const archived =
    head.ArchiveStatus !== undefined || head.StorageClass === 'GLACIER' || head.StorageClass === 'DEEP_ARCHIVE';
  return archived && !restored;
}

async function readTags(source: SourceObject): Promise<Tag[]> {
  const { bucket: Bucket, key: Key, versionId: VersionId } = source;
  try {
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }));
    return TagSet ?? [];
  } catch (error) {
    throw explain(error, { call: 'GetObjectTagging', source: describeObject(source) });
  }
}

/**
 * Looks at the destination where the rule depends on it, before terabytes are copied.
 *
 * @throws DestinationExists
 */
async function headDestination(
  destination: ObjectAddress,
  overwrite: OverwriteRule,
): Promise<HeadObjectCommandOutput | undefined> {
  if (overwrite === 'always') return undefined;
  const name = describeObject(destination);
  const existing = await headIfExists(destination, name);
  if (existing && overwrite === 'never') {
    throw new CopyError(ErrorName.DESTINATION_EXISTS, `${name} exists and options.overwrite is 'never'`);
  }
  return existing;
}

async function headIfExists(object: ObjectAddress, name: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    const command = new HeadObjectCommand({ Bucket: object.bucket, Key: object.key, ChecksumMode: 'ENABLED' });
    return await s3.send(command);
  } catch (error) {
    if ((error as Error).name === 'NotFound') return undefined;
    throw explain(error, { call: 'HeadObject', destination: name });
  }
}
