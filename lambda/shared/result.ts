import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { CopyResult, CopyState, CopyStatus, Integrity } from '../../lib/private/protocol';
import { elapsedSeconds } from './elapsed';
import { storedChecksums } from './integrity';

/** What S3 said of the object at the destination. */
export type MadeObject = Partial<Omit<HeadObjectCommandOutput, '$metadata'>>;

/** What only a result says. */
export interface Outcome {
  readonly status: CopyStatus;
  /** Why nothing was copied. */
  readonly reason?: string;
  readonly integrity: Integrity;
}

/** The output of an execution: every field is always there. */
export function toResult(
  { status, reason = '', integrity }: Outcome,
  state: Pick<CopyState, 'source' | 'destination' | 'plan' | 'execution' | 'requestCharged'>,
  object: MadeObject,
): CopyResult {
  const { source, destination, plan, execution } = state;
  return {
    status,
    reason,
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId ?? '',
      etag: source.etag,
      lastModified: source.lastModified,
      size: source.size,
    },
    destination: {
      bucket: destination.bucket,
      key: destination.key,
      versionId: object.VersionId ?? '',
      etag: object.ETag ?? '',
      lastModified: object.LastModified?.toISOString() ?? '',
      size: object.ContentLength ?? plan?.length ?? source.size,
    },
    parts: plan?.parts ?? 1,
    partSize: plan?.partSize ?? source.size,
    integrity,
    checksumType: object.ChecksumType ?? '',
    checksums: storedChecksums(object),
    serverSideEncryption: object.ServerSideEncryption ?? '',
    ssekmsKeyId: object.SSEKMSKeyId ?? '',
    bucketKeyEnabled: object.BucketKeyEnabled ?? false,
    sseCustomerAlgorithm: object.SSECustomerAlgorithm ?? '',
    sseCustomerKeyMd5: object.SSECustomerKeyMD5 ?? '',
    requestCharged: object.RequestCharged ?? state.requestCharged ?? '',
    elapsedSeconds: elapsedSeconds(execution),
  };
}
