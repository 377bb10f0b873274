import type { PartPlan } from '../../lib/private/protocol';

/** First and last byte of a part in the source, both inclusive, as in `x-amz-copy-source-range`. */
export function partRange(plan: PartPlan, partNumber: number): { first: number; last: number } {
  const first = (partNumber - 1) * plan.partSize;
  return { first: plan.offset + first, last: plan.offset + Math.min(first + plan.partSize, plan.length) - 1 };
}
