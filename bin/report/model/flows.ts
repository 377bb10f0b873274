import type { Flow } from './expected';
import type { Part, Parts } from './report';

/** When the bytes of the parts arrived: during the try that succeeded. Parts that failed brought none. */
export function copiedFlows({ items }: Parts): Flow[] {
  return items.flatMap((part) => copiedFlow(part) ?? []);
}

function copiedFlow({ bytes, outcome, startMs, stopMs, attempts }: Part): Flow | undefined {
  if (outcome !== 'SUCCEEDED' || stopMs === undefined || bytes === undefined) return undefined;
  const last = attempts?.at(-1);
  const from = last?.startMs ?? startMs;
  const to = last?.stopMs ?? stopMs;
  // A part of no duration has its bytes all the same.
  return { startMs: from, stopMs: Math.max(to, from + 1), bytes };
}
