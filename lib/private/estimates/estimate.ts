import type { CopyResult } from '../protocol';
import { childTypeOf, type CopyModel, modelledPartSeconds, modelledSeconds, PUBLISHED_MODEL } from './copy-model';
import { costOf, type CostLine, type CostUSD } from './cost';
import { DEFAULT_LAMBDA_CONCURRENCY, limitsOf, type LimitUse, withWorkers } from './near-limits';
import { DATA_RETRIEVAL, PRICE_DATE, PRICE_REGION, transferPrice } from './prices';
import {
  concurrentParts,
  expressUsage,
  invocations,
  kmsRequests,
  lambdaGBSeconds,
  type PlannedTransfer,
  s3Requests,
  stateTransitions,
} from './usage';

export interface EstimateFacts extends PlannedTransfer {
  /** Storage class of the copy. Default: STANDARD. */
  readonly storageClass?: string;
  /** Storage class of the source. Default: STANDARD. */
  readonly sourceStorageClass?: string;
  /** Present if the source is restored from an archive first: the retrieval tier. */
  readonly restoreTier?: string;
  /** Regions of both buckets, where they are not the same. */
  readonly regions?: { readonly from: string; readonly to: string };
  /** Concurrent Lambda executions that the account has for this copy. Default: 1,000. */
  readonly lambdaConcurrency?: number;
  /** Further assumptions of the caller, in sentences. */
  readonly assumptions?: readonly string[];
}

/** How long a copy takes, what it uses and what it costs, if nothing fails. `mpcopy plan --json` prints it, and a dry run returns it. */
export interface CopyEstimate {
  /** `COPY_OBJECT`: one CopyObject. `COPY_PARTS`: a multipart upload. */
  readonly strategy: 'COPY_OBJECT' | 'COPY_PARTS';
  /** Bytes that are copied. */
  readonly bytes: number;
  readonly parts: number;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /** Absent: one CopyObject copies the whole object. */
  readonly mapType?: 'INLINE' | 'DISTRIBUTED';
  /** Type of the child executions of a Distributed Map. Absent: Standard, or none. */
  readonly childType?: 'EXPRESS';
  /** Parts that run at the same time. */
  readonly concurrency: number;
  /** Number of rounds, each of which copies `concurrency` parts. */
  readonly waves: number;
  readonly estimatedSeconds: number;
  /** Number of requests to S3 by operation. */
  readonly requests: Readonly<Record<string, number>>;
  readonly kmsRequests: number;
  readonly stateTransitions: number;
  /** Express executions. Absent if there are none. */
  readonly expressRequests?: number;
  /** Memory in GB times seconds of the Express executions. */
  readonly expressGBSeconds?: number;
  readonly lambdaRequests: number;
  readonly lambdaGBSeconds: number;
  readonly transferredBytes: number;
  /** Bytes whose reading S3 charges for. */
  readonly retrievedBytes: number;
  readonly costUSD: CostUSD;
  readonly costLines: readonly CostLine[];
  /** All prices are list prices of this Region at this date. */
  readonly prices: { readonly kind: 'LIST'; readonly region: string; readonly date: string };
  readonly limits: readonly LimitUse[];
  /** In sentences. */
  readonly assumptions: readonly string[];
}

/** Output of an execution with `options.dryRun`. */
export type PlannedResult = CopyResult & CopyEstimate;

/** Plan, Verify, and the transitions around them: an estimate. */
const BASE_SECONDS = 1;

/**
 * One Lambda function copied twice as much within a Region as between Regions in the same 15 minutes (AWS Storage Blog, "Copying
 * objects greater than 5 GB with Amazon S3 Batch Operations", 2 TB and 1 TB).
 */
const BETWEEN_REGIONS = 0.5;

/** Estimates a planned copy. Nothing is read, and no retries are counted. */
export function estimateCopy(facts: EstimateFacts): CopyEstimate {
  const { bytes, plan, regions, lambdaConcurrency = DEFAULT_LAMBDA_CONCURRENCY } = facts;
  const model = modelOf(facts);
  const running = plan && withWorkers(plan, lambdaConcurrency);
  const concurrency = concurrentParts({ ...facts, plan: running });
  const requests = s3Requests(facts);
  const usage = {
    stateTransitions: stateTransitions(facts),
    ...roundedExpress(facts, model),
    lambdaRequests: Object.values(invocations(facts)).reduce((sum, count) => sum + count, 0),
    lambdaGBSeconds: round(lambdaGBSeconds(facts, model)),
    kmsRequests: kmsRequests(facts),
    transferredBytes: regions ? bytes : 0,
  };
  const { sourceStorageClass = 'STANDARD', restoreTier } = facts;
  const isCharged = sourceStorageClass in DATA_RETRIEVAL;
  const { lines, costUSD } = costOf({
    ...usage,
    s3Requests: restoreTier === undefined ? requests : { ...requests, RestoreObject: 1 },
    storageClass: facts.storageClass ?? 'STANDARD',
    architecture: 'arm64',
    ...(regions && { transferredFrom: regions.from }),
    ...(isCharged && { retrieved: { bytes, storageClass: sourceStorageClass } }),
    ...(restoreTier !== undefined && { restored: { bytes, storageClass: sourceStorageClass, tier: restoreTier } }),
  });
  return {
    strategy: plan === undefined ? 'COPY_OBJECT' : 'COPY_PARTS',
    bytes,
    parts: plan?.parts ?? 1,
    partSize: plan?.partSize ?? bytes,
    ...(plan && { mapType: plan.mapType }),
    ...(plan?.childType && { childType: plan.childType }),
    concurrency,
    waves: Math.ceil((plan?.parts ?? 1) / concurrency),
    estimatedSeconds: round(
      BASE_SECONDS + (running ? modelledSeconds(running, bytes, model) : modelledPartSeconds(bytes, model)),
    ),
    requests,
    ...usage,
    retrievedBytes: isCharged || restoreTier !== undefined ? bytes : 0,
    costUSD,
    costLines: lines,
    prices: { kind: 'LIST', region: PRICE_REGION, date: PRICE_DATE },
    limits: limitsOf({ ...facts, model }),
    assumptions: assumptionsOf(facts, lines),
  };
}

function roundedExpress(facts: EstimateFacts, model: CopyModel): ReturnType<typeof expressUsage> {
  const usage = expressUsage(facts, model);
  return usage && { ...usage, expressGBSeconds: round(usage.expressGBSeconds) };
}

function modelOf({ regions }: EstimateFacts): CopyModel {
  if (regions === undefined) return PUBLISHED_MODEL;
  return { ...PUBLISHED_MODEL, bytesPerSecond: PUBLISHED_MODEL.bytesPerSecond * BETWEEN_REGIONS };
}

function assumptionsOf(
  { plan, regions, kmsKeys, restoreTier, assumptions = [] }: EstimateFacts,
  lines: readonly CostLine[],
): string[] {
  const { fixedSeconds, bytesPerSecond, childrenPerSecond } = PUBLISHED_MODEL;
  const childType = childTypeOf(plan ?? {});
  const unknown = lines.filter(({ price, quantity }) => price === undefined && quantity > 0).map(({ item }) => item);
  const texts: (string | false | undefined)[] = [
    `Time: each part takes ${fixedSeconds} s and 1 s for every ${bytesPerSecond / 1024 ** 2} MiB, a fit to the published measurement of awslabs/aws-c-s3 pull request 288; a Distributed Map starts ${childrenPerSecond[childType]} ${childType === 'EXPRESS' ? 'Express ' : ''}children a second. Nothing fails or waits for Lambda.`,
    regions && `Between Regions, half the speed is assumed, as a measurement of the AWS Storage Blog suggests.`,
    `Prices are list prices of ${PRICE_REGION}, looked up on ${PRICE_DATE}: no free tier, discounts or taxes.`,
    regions &&
      transferPrice(regions.from) !== undefined &&
      'Transfer: the price of the source Region. It is billed to the account of the source bucket.',
    'Transitions: states entered, and one for the start of each child execution, which AWS does not document. Retries add to them.',
    childType === 'EXPRESS' &&
      'Express executions: 64 MB each, for the time that a part takes. Parts that two tries cannot copy go to Standard executions.',
    'Lambda: arm64 and the memory of the construct.',
    kmsKeys > 0 &&
      'KMS: one request for each part and key, which is the minimum; an S3 Bucket Key saves nearly all of them.',
    restoreTier !== undefined &&
      'The time of the restore is not included: minutes to 48 hours, by storage class and tier. Nor is the storage of the restored copy.',
    unknown.length > 0 && `No price is known for: ${unknown.join(', ')}; they count as 0.`,
    'Not included: storage of the copy, logs, X-Ray, early deletion.',
  ];
  return [...texts.filter((text): text is string => typeof text === 'string'), ...assumptions];
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
