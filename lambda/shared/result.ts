import type { CopyResult, CopyState, CopyStatus, Integrity } from '../../lib/private/protocol';

/** What S3 said of the object at the destination. */
export interface MadeObject {
  readonly ETag?: string;
  readonly VersionId?: string;
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly RequestCharged?: string;
}

/** The output of an execution: every field is always there. */
export function toResult(
  status: CopyStatus,
  state: Pick<CopyState, 'source' | 'destination' | 'plan' | 'execution'>,
  object: MadeObject,
  integrity: Integrity,
): CopyResult {
  const { source, destination, plan, execution } = state;
  return {
    status,
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId ?? '',
      etag: source.etag,
      size: source.size,
    },
    destination: {
      bucket: destination.bucket,
      key: destination.key,
      versionId: object.VersionId ?? '',
      etag: object.ETag ?? '',
    },
    parts: plan?.parts ?? 1,
    partSize: plan?.partSize ?? source.size,
    integrity,
    serverSideEncryption: object.ServerSideEncryption ?? '',
    ssekmsKeyId: object.SSEKMSKeyId ?? '',
    bucketKeyEnabled: object.BucketKeyEnabled ?? false,
    requestCharged: object.RequestCharged ?? '',
    elapsedSeconds: secondsSince(execution.startTime),
  };
}

function secondsSince(startTime: string): number {
  return Math.max(0, Math.round(Date.now() - Date.parse(startTime)) / 1000);
}
