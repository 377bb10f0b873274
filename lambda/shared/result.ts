import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type {
  CopyPartsState,
  CopyResult,
  CopyStatus,
  Integrity,
  PartPlan,
  PlannedCopy,
} from '../../lib/private/protocol';
import { elapsedSeconds } from './elapsed';
import { storedChecksums } from './integrity';

/** What S3 returned for the object at the destination. */
export type DestinationHead = Partial<Omit<HeadObjectCommandOutput, '$metadata'>>;

export interface Outcome {
  readonly status: CopyStatus;
  /** Why nothing was copied. */
  readonly reason?: string;
  readonly integrity: Integrity;
}

/**
 * The output of an execution. Every field is always present.
 *
 * @param plan undefined if one CopyObject copies the whole object
 */
export function toResult(
  { status, reason = '', integrity }: Outcome,
  copy: Pick<PlannedCopy, 'source' | 'destination' | 'execution' | 'requestCharged'> &
    Pick<Partial<CopyPartsState>, 'reusedParts'>,
  plan: PartPlan | undefined,
  object: DestinationHead,
): CopyResult {
  const { source, destination, execution } = copy;
  return {
    status,
    reason,
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId ?? source.unnamedVersionId ?? '',
      etag: source.etag,
      lastModified: source.lastModified,
      size: source.size,
      // The null version can be overwritten.
      pinnedBy: source.versionId === undefined || source.versionId === 'null' ? 'etag' : 'version',
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
    reusedParts: copy.reusedParts ?? 0,
    partSize: plan?.partSize ?? source.size,
    integrity,
    checksumType: object.ChecksumType ?? '',
    checksums: storedChecksums(object),
    serverSideEncryption: object.ServerSideEncryption ?? '',
    ssekmsKeyId: object.SSEKMSKeyId ?? '',
    bucketKeyEnabled: object.BucketKeyEnabled ?? false,
    sseCustomerAlgorithm: object.SSECustomerAlgorithm ?? '',
    sseCustomerKeyMd5: object.SSECustomerKeyMD5 ?? '',
    requestCharged: object.RequestCharged ?? copy.requestCharged ?? '',
    elapsedSeconds: elapsedSeconds(execution),
  };
}
