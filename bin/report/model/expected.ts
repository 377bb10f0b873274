import { childTypeOf, modelledPartSeconds, PUBLISHED_MODEL } from '../../../lib/private/estimates/copy-model';
import type { PartPlan } from '../../../lib/private/protocol';

/** Bytes that arrive evenly from `startMs` to `stopMs`. */
export interface Flow {
  readonly startMs: number;
  readonly stopMs: number;
  readonly bytes: number;
}

/**
 * How the parts of a plan run by the published model: each part takes the same time, a worker takes the next part when it
 * is done, and children of a Distributed Map start at no more than 100 a second, or 1,000 Express ones.
 *
 * @param startMs when the Map begins
 */
export function expectedFlows(plan: PartPlan, startMs: number): Flow[] {
  const { parts, partSize, length, maxConcurrency, mapType } = plan;
  const { mapRunSeconds, childrenPerSecond } = PUBLISHED_MODEL;
  const isDistributed = mapType === 'DISTRIBUTED';
  const first = startMs + (isDistributed ? mapRunSeconds * 1000 : 0);
  const partMs = modelledPartSeconds(Math.min(partSize, length)) * 1000;
  const flows: Flow[] = [];
  for (let part = 0; part < parts; part++) {
    const dispatched = isDistributed ? first + (part * 1000) / childrenPerSecond[childTypeOf(plan)] : first;
    // Parts take the same time, so the one whose worker is free first is the one that started first.
    const freed = flows[part - maxConcurrency]?.stopMs ?? first;
    const start = Math.max(dispatched, freed);
    flows.push({ startMs: start, stopMs: start + partMs, bytes: length / parts });
  }
  return flows;
}
