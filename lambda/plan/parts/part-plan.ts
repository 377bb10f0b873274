import {
  type CopyModel,
  modelledPartSeconds,
  modelledSeconds,
  PUBLISHED_MODEL,
} from '../../../lib/private/estimates/copy-model';
import {
  INLINE_MAP_LIMIT,
  type MapType,
  MAX_COPY_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  type PartPlan,
} from '../../../lib/private/protocol';

const MIB = 1024 ** 2;

export interface PlanOptions {
  /** Bytes, `MIN_PART_SIZE`..`MAX_PART_SIZE`; absent: chosen here. */
  readonly partSize?: number;
  /** 1..10,000. */
  readonly maxConcurrency: number;
}

/** Below this, smaller parts cost requests and save no time worth having. */
const PART_SIZE_FLOOR = 64 * MIB;

/** Whole waves that are tried. With more of them the fixed time of a part is all that grows. */
const MAX_WAVES = 16;

/**
 * A part is the unit of retry and of straggling, so a plan with smaller parts wins where it costs no more than this
 * factor of the fastest.
 */
const WORTH_SMALLER_PARTS = 1.05;

/**
 * Whether one CopyObject does it: S3 must allow it, and parts must not be faster. Where the caller chose the size of
 * parts, an object that has more than one of them is copied in parts.
 */
export function fitsCopyObject(size: number, options: PlanOptions, model: CopyModel = PUBLISHED_MODEL): boolean {
  if (size <= MIN_PART_SIZE) return true;
  if (size > MAX_COPY_OBJECT_SIZE) return false;
  if (options.partSize !== undefined) return size <= options.partSize;
  return modelledPartSeconds(size, model) <= modelledSeconds(planParts(size, options, model), size, model);
}

/**
 * Cuts an object, or a range of it, into parts.
 *
 * @param size 1..`MAX_OBJECT_SIZE` bytes
 * @returns parts that cover every byte once: all of `partSize` but the last, which is never a sliver unless the caller
 *   chose the part size. A chosen part size that would take more than 10,000 parts grows to what 10,000 take.
 */
export function planParts(size: number, options: PlanOptions, model: CopyModel = PUBLISHED_MODEL): PartPlan {
  if (options.partSize !== undefined) {
    const smallest = alignUp(Math.ceil(size / MAX_PARTS), MIB);
    return toPlan(size, Math.min(MAX_PART_SIZE, Math.max(options.partSize, smallest)), options);
  }
  const plans = candidateCounts(size, options.maxConcurrency).map((n) => toPlan(size, evenPartSize(size, n), options));
  const timed = plans.map((plan) => ({ plan, seconds: modelledSeconds(plan, size, model) }));
  const fastest = Math.min(...timed.map(({ seconds }) => seconds));
  const good = timed.filter(({ seconds }) => seconds <= fastest * WORTH_SMALLER_PARTS);
  return good.reduce((best, next) => (next.plan.partSize < best.plan.partSize ? next : best)).plan;
}

/** 1..parts. */
export function partNumbers(plan: PartPlan): number[] {
  return Array.from({ length: plan.parts }, (_, index) => index + 1);
}

/** Part counts worth timing: whole waves of all workers, and the counts at which a single wave turns inline or full. */
function candidateCounts(size: number, maxConcurrency: number): number[] {
  const least = Math.ceil(size / MAX_PART_SIZE);
  const most = Math.min(MAX_PARTS, Math.max(least, Math.floor(size / PART_SIZE_FLOOR), 1));
  const inlineWave = Math.min(maxConcurrency, INLINE_MAP_LIMIT);
  const counts = [least, most];
  const firstWave = Math.max(1, Math.floor(least / maxConcurrency));
  for (let wave = 0; wave < MAX_WAVES; wave++) {
    counts.push((firstWave + wave) * maxConcurrency, (1 + wave) * inlineWave);
  }
  return [...new Set(counts)].filter((count) => count >= least && count <= most);
}

/**
 * Bytes of each of `count` even parts, rounded up to the largest power of two, at most 1 MiB, that leaves the last part
 * at least half as large as the others.
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
 * The plan of a copy that has the same parts as its source.
 *
 * @param length bytes of the source
 */
export function planSourceParts(parts: number, firstPartSize: number, length: number, options: PlanOptions): PartPlan {
  const mapType: MapType = parts <= INLINE_MAP_LIMIT ? 'INLINE' : 'DISTRIBUTED';
  const maxConcurrency = Math.min(options.maxConcurrency, parts);
  return { parts, partSize: firstPartSize, offset: 0, length, boundaries: 'SOURCE', mapType, maxConcurrency };
}

function toPlan(size: number, partSize: number, options: PlanOptions): PartPlan {
  const parts = Math.max(1, Math.ceil(size / partSize));
  return { ...planSourceParts(parts, partSize, size, options), boundaries: 'EVEN' };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
