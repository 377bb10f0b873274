import { wholeSeconds } from '../base/dates';
import { NotFoundError } from '../errors/server-errors';
import type { OperationContext } from '../operations/context';
import type { Change } from '../store/model';
import type { Store } from '../store/store';
import { deletionOf } from '../store/versions';
import { existingBucket } from './buckets';

/**
 * The changes of DeleteObject, without a check of Object Lock.
 * @throws NotFoundError
 */
export function objectDeletion(
  context: OperationContext,
  bucketName: string,
  key: string,
  versionId: string | undefined,
): readonly Change[] {
  const bucket = existingBucket(context.store, bucketName);
  const versions = bucket.keys.get(key) ?? [];
  if (versions.length === 0 || (versionId !== undefined && !versions.some((known) => known.versionId === versionId))) {
    const which = versionId === undefined ? '' : ` with version ID '${versionId}'`;
    throw new NotFoundError(`object '${key}'${which} does not exist in bucket '${bucketName}'`);
  }
  if (versionId !== undefined) return [{ type: 'version-deleted', bucket: bucketName, key, versionId }];
  const now = wholeSeconds(context.clock.now());
  return deletionOf(context.store, bucket, key, bucket.settings.ownerAccountId, now).changes;
}

/**
 * The change of AbortMultipartUpload.
 * @throws NotFoundError
 */
export function uploadDeletion(store: Store, bucket: string, uploadId: string): Change {
  if (existingBucket(store, bucket).uploads.has(uploadId)) return { type: 'upload-deleted', bucket, uploadId };
  throw new NotFoundError(`upload '${uploadId}' does not exist in bucket '${bucket}'`);
}

/**
 * The changes that delete a bucket and everything in it.
 * @throws NotFoundError
 */
export function bucketDeletion(store: Store, name: string): readonly Change[] {
  const { keys, uploads } = existingBucket(store, name);
  const versions = [...keys.from('')].flatMap(([key, all]) =>
    all.map(({ versionId }): Change => ({ type: 'version-deleted', bucket: name, key, versionId })),
  );
  const aborted = [...uploads.keys()].map((uploadId): Change => ({ type: 'upload-deleted', bucket: name, uploadId }));
  return [...versions, ...aborted, { type: 'bucket-deleted', bucket: name }];
}
