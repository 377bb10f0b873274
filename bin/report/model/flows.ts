import type { Flow } from './expected';
import type { Part, Parts } from './report';

/** The times at which the bytes of the parts were copied: during the attempt that succeeded. Failed parts have no bytes. */
export function copiedFlows({ items }: Parts): Flow[] {
  return items.flatMap((part) => copiedFlow(part) ?? []);
}

function copiedFlow({ bytes, outcome, startMs, stopMs, attempts }: Part): Flow | undefined {
  if (outcome !== 'SUCCEEDED' || stopMs === undefined || bytes === undefined) return undefined;
  const last = attempts?.at(-1);
  const from = last?.startMs ?? startMs;
  const to = last?.stopMs ?? stopMs;
  // A part without a duration has bytes, too.
  return { startMs: from, stopMs: Math.max(to, from + 1), bytes };
}
