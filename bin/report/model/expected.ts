import { childTypeOf, modelledPartSeconds, PUBLISHED_MODEL } from '../../../lib/private/estimates/copy-model';
import type { PartPlan } from '../../../lib/private/protocol';

/** Bytes that are copied evenly from `startMs` to `stopMs`. */
export interface Flow {
  readonly startMs: number;
  readonly stopMs: number;
  readonly bytes: number;
}

/**
 * The copy of the parts of a plan by the published model: each part takes the same time, a worker takes the next part when it has finished
 * one, and a Distributed Map starts at most 100 Standard or 1,000 Express children per second.
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
    // All parts take the same time, so the part that started first frees its worker first.
    const freed = flows[part - maxConcurrency]?.stopMs ?? first;
    const start = Math.max(dispatched, freed);
    flows.push({ startMs: start, stopMs: start + partMs, bytes: length / parts });
  }
  return flows;
}
