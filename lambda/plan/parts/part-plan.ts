import {
  type CopyModel,
  modelledPartSeconds,
  modelledSeconds,
  PUBLISHED_MODEL,
} from '../../../lib/private/estimates/copy-model';
import {
  EXPRESS_TRY_SECONDS,
  INLINE_MAP_LIMIT,
  type MapType,
  MAX_COPY_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  type PartPlan,
  type WorkflowSettings,
} from '../../../lib/private/protocol';

const MIB = 1024 ** 2;

export interface PlanOptions {
  /** Bytes, `MIN_PART_SIZE`..`MAX_PART_SIZE`. Absent: chosen by the model. */
  readonly partSize?: number;
  /** 1..10,000. */
  readonly maxConcurrency: number;
  /** When parts are copied in Express executions. Absent: never. */
  readonly childExecutions?: WorkflowSettings['childExecutions'];
}

/** Smaller parts would cost more requests and save hardly any time: of an object below 1 GiB, less than half a second. */
const PART_SIZE_FLOOR = { below1GiB: 64 * MIB, from1GiB: 32 * MIB };

/** The number of waves that are considered. With more waves, only the fixed time per part grows. */
const MAX_WAVES = 16;

/**
 * How much slower than the fastest plan a plan with smaller parts may be. A failed part is copied again as a whole, and
 * one slow part delays the copy, so smaller parts are preferable.
 */
const SMALLER_PARTS_TOLERANCE = 1.03;

/** How much faster a copy must be in Express executions for `AUTO` to choose them, because they have no history. */
const EXPRESS_GAIN = 1.03;

/** A part may take longer than the model says, but a try in an Express execution times out. */
const EXPRESS_MARGIN = 2;

/**
 * Whether to copy the object with one CopyObject: S3 must support its size, and a multipart copy must not be faster. With a
 * given part size, CopyObject copies only objects that are not larger than a part.
 */
export function fitsCopyObject(size: number, options: PlanOptions, model: CopyModel = PUBLISHED_MODEL): boolean {
  if (size <= MIN_PART_SIZE) return true;
  if (size > MAX_COPY_OBJECT_SIZE) return false;
  if (options.partSize !== undefined) return size <= options.partSize;
  return modelledPartSeconds(size, model) <= modelledSeconds(planParts(size, options, model), size, model);
}

/**
 * Divides an object, or a range of it, into parts.
 *
 * @param size 1..`MAX_OBJECT_SIZE` bytes
 * @returns parts that cover every byte once. All have `partSize` bytes except the last, which is at least half as large
 *   unless the part size is given. A given part size that would need more than 10,000 parts is increased.
 */
export function planParts(size: number, options: PlanOptions, model: CopyModel = PUBLISHED_MODEL): PartPlan {
  if (options.partSize !== undefined) {
    const smallest = alignUp(Math.ceil(size / MAX_PARTS), MIB);
    const plan = toPlan(size, Math.min(MAX_PART_SIZE, Math.max(options.partSize, smallest)), options);
    return chooseChildren(plan, inExpress(plan, model), size, options, model);
  }
  const candidates = (perSecond: number) =>
    candidateCounts(size, options.maxConcurrency, perSecond, model).map((n) =>
      toPlan(size, evenPartSize(size, n), options),
    );
  const { STANDARD, EXPRESS } = model.childrenPerSecond;
  const standard = bestOf(candidates(STANDARD), size, model)!;
  if (options.childExecutions === undefined) return standard;
  const express = candidates(EXPRESS).flatMap((plan) => inExpress(plan, model) ?? []);
  return chooseChildren(standard, bestOf(express, size, model), size, options, model);
}

/** Of the plans that are nearly as fast as the fastest, the one with the smallest parts. */
function bestOf(plans: readonly PartPlan[], size: number, model: CopyModel): PartPlan | undefined {
  const timed = plans.map((plan) => ({ plan, seconds: modelledSeconds(plan, size, model) }));
  const fastest = Math.min(...timed.map(({ seconds }) => seconds));
  const good = timed.filter(({ seconds }) => seconds <= fastest * SMALLER_PARTS_TOLERANCE);
  return good.map(({ plan }) => plan).reduce<PartPlan | undefined>(smallerParts, undefined);
}

function smallerParts(best: PartPlan | undefined, next: PartPlan): PartPlan {
  return best === undefined || next.partSize < best.partSize ? next : best;
}

/**
 * The same parts in Express children, or in the inline Map if there are few. Each of the two tries of a child ends after a time that is
 * twice what the largest part takes by the model.
 *
 * @returns undefined if the parts are too large for that
 */
function inExpress(plan: PartPlan, model: CopyModel): PartPlan | undefined {
  if (plan.mapType === 'INLINE') return plan;
  const partSeconds = modelledPartSeconds(plan.partSize, model);
  return partSeconds * EXPRESS_MARGIN <= EXPRESS_TRY_SECONDS ? { ...plan, childType: 'EXPRESS' } : undefined;
}

function chooseChildren(
  standard: PartPlan,
  express: PartPlan | undefined,
  size: number,
  { childExecutions }: PlanOptions,
  model: CopyModel,
): PartPlan {
  if (childExecutions === undefined || express === undefined) return standard;
  const seconds = (plan: PartPlan) => modelledSeconds(plan, size, model);
  const isWorthwhile = seconds(express) * EXPRESS_GAIN <= seconds(standard);
  return childExecutions === 'EXPRESS' || isWorthwhile ? express : standard;
}

/** 1..parts. */
export function partNumbers(plan: PartPlan): number[] {
  return Array.from({ length: plan.parts }, (_, index) => index + 1);
}

/** A part may take longer than the model says, but waiting for it delays the error of the execution. */
const SETTLE_FACTOR = 3;
const MIN_SETTLE_SECONDS = 15;
const MAX_SETTLE_SECONDS = 15 * 60;

/** The seconds after which parts in flight have nearly always ended. */
export function settleSeconds({ partSize }: PartPlan): number {
  const seconds = Math.ceil(SETTLE_FACTOR * modelledPartSeconds(partSize));
  return Math.min(MAX_SETTLE_SECONDS, Math.max(MIN_SETTLE_SECONDS, seconds));
}

/**
 * The part counts that the model compares: multiples of the workers, and of the parts that an inline Map runs at once; and the
 * count at which starting one more child takes as long as it saves.
 */
function candidateCounts(
  size: number,
  maxConcurrency: number,
  childrenPerSecond: number,
  { bytesPerSecond }: CopyModel,
): number[] {
  const least = Math.ceil(size / MAX_PART_SIZE);
  const floor = size < 1024 * MIB ? PART_SIZE_FLOOR.below1GiB : PART_SIZE_FLOOR.from1GiB;
  const most = Math.min(MAX_PARTS, Math.max(least, Math.floor(size / floor), 1));
  const inlineWave = Math.min(maxConcurrency, INLINE_MAP_LIMIT);
  const counts = [least, most, Math.round(Math.sqrt((size * childrenPerSecond) / bytesPerSecond))];
  const firstWave = Math.max(1, Math.floor(least / maxConcurrency));
  for (let wave = 0; wave < MAX_WAVES; wave++) {
    counts.push((firstWave + wave) * maxConcurrency, (1 + wave) * inlineWave);
  }
  return [...new Set(counts)].filter((count) => count >= least && count <= most);
}

/**
 * The size of `count` equal parts, aligned to the largest power of two up to 1 MiB with which the last part is still at
 * least half as large as the others.
 */
function evenPartSize(size: number, count: number): number {
  const exact = Math.max(MIN_PART_SIZE, Math.ceil(size / count));
  for (let alignment = MIB; alignment > 1; alignment /= 2) {
    const partSize = Math.min(MAX_PART_SIZE, alignUp(exact, alignment));
    const last = size - (Math.ceil(size / partSize) - 1) * partSize;
    if (last >= partSize / 2) return partSize;
  }
  return exact;
}

/**
 * The plan of a copy that has the same parts as its source. It assumes that all parts are about as large as the first. If a part takes longer
 * in an Express child, a Standard child copies it.
 *
 * @param length bytes of the source
 */
export function planSourceParts(
  parts: number,
  firstPartSize: number,
  length: number,
  options: PlanOptions,
  model: CopyModel = PUBLISHED_MODEL,
): PartPlan {
  const plan = partsOf(parts, firstPartSize, length, options);
  return chooseChildren(plan, inExpress(plan, model), length, options, model);
}

function partsOf(parts: number, firstPartSize: number, length: number, options: PlanOptions): PartPlan {
  const mapType: MapType = parts <= INLINE_MAP_LIMIT ? 'INLINE' : 'DISTRIBUTED';
  const maxConcurrency = Math.min(options.maxConcurrency, parts);
  return { parts, partSize: firstPartSize, offset: 0, length, boundaries: 'SOURCE', mapType, maxConcurrency };
}

function toPlan(size: number, partSize: number, options: PlanOptions): PartPlan {
  const parts = Math.max(1, Math.ceil(size / partSize));
  return { ...partsOf(parts, partSize, size, options), boundaries: 'EVEN' };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
