import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { fitsCopyObject, planParts, type PlanOptions } from '../../lambda/plan/parts/part-plan';
import { chooseStrategy } from '../../lambda/plan/parts/strategy';
import { toSourceObject } from '../../lambda/plan/source/source-object';
import { type CopyEstimate, estimateCopy, type EstimateFacts } from '../../lib/private/estimates/estimate';
import type { SourceAddress } from '../../lib/private/protocol';

/** Default if neither the construct nor the execution sets `maxConcurrency`. */
const DEFAULT_CONCURRENCY = 250;

/** The options of the command about a copy. */
export interface PlanRequest {
  /** Bytes. */
  readonly partSize?: number;
  readonly concurrency?: number;
  readonly childExecutions?: 'EXPRESS' | 'AUTO';
  readonly storageClass?: string;
  /** Ends of the copy that use SSE-KMS without an S3 Bucket Key. */
  readonly kms: readonly ('source' | 'destination')[];
  readonly regions?: { readonly from: string; readonly to: string };
  readonly lambdaConcurrency?: number;
}

/**
 * Estimates the copy of an object of this size with a full-object checksum, which is the default of S3 for new objects.
 */
export function planSize(bytes: number, request: PlanRequest): CopyEstimate {
  const options = planOptions(request);
  const isWhole = bytes === 0 || fitsCopyObject(bytes, options);
  return estimateCopy({
    ...factsOf(request),
    bytes,
    ...(!isWhole && { plan: planParts(bytes, options) }),
    planRequests: readTags(!isWhole),
    kmsKeys: kmsKeys(request.kms),
    assumptions: [
      'The source has a full-object checksum in CRC64NVME, CRC32 or CRC32C, as S3 gives to objects since December 2024. Others are copied with the parts that they were uploaded in.',
    ],
  });
}

/**
 * Estimates the copy of an existing object, by the rules of the Plan worker.
 *
 * @param head answer of HeadObject with `ChecksumMode` `ENABLED`
 * @param firstPartSize reads the size of the object's first part from S3
 */
export async function planObject(
  address: SourceAddress,
  head: HeadObjectCommandOutput,
  firstPartSize: () => Promise<number>,
  request: PlanRequest,
): Promise<CopyEstimate> {
  const source = toSourceObject(address, head, undefined);
  const { partSize, ...settings } = planOptions(request);
  const { plan } = await chooseStrategy({
    source,
    head,
    destination: { bucket: 'destination', key: source.key },
    options: partSize === undefined ? {} : { partSize },
    settings,
    firstPartSize,
  });
  const sourceKey = head.ServerSideEncryption?.startsWith('aws:kms') && !head.BucketKeyEnabled;
  const kms = new Set([...request.kms, ...(sourceKey ? (['source'] as const) : [])]);
  const storageClass = head.StorageClass ?? 'STANDARD';
  return estimateCopy({
    ...factsOf(request),
    bytes: source.size,
    ...(plan && { plan }),
    planRequests: readTags(plan !== undefined || (head.TagCount ?? 0) > 0),
    kmsKeys: kmsKeys([...kms]),
    sourceStorageClass: storageClass,
    storageClass: request.storageClass ?? storageClass,
    assumptions: [
      'The destination is a general purpose bucket. An execution with options.dryRun also checks permissions, the destination and all options.',
    ],
  });
}

function planOptions({ partSize, concurrency, childExecutions }: PlanRequest): PlanOptions {
  return {
    maxConcurrency: concurrency ?? DEFAULT_CONCURRENCY,
    ...(partSize !== undefined && { partSize }),
    ...(childExecutions && { childExecutions }),
  };
}

function factsOf({ storageClass, regions, lambdaConcurrency }: PlanRequest): Partial<EstimateFacts> {
  return {
    ...(storageClass !== undefined && { storageClass }),
    ...(regions && regions.from !== regions.to && { regions }),
    ...(lambdaConcurrency !== undefined && { lambdaConcurrency }),
  };
}

/** By default, a workflow copies tags. */
function readTags(reads: boolean): EstimateFacts['planRequests'] {
  return reads ? { GetObjectTagging: 1 } : {};
}

function kmsKeys(ends: readonly string[]): 0 | 1 | 2 {
  return Math.min(2, ends.length) as 0 | 1 | 2;
}
