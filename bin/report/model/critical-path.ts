import type { Part, Parts, PathStep, StateVisit } from './report';

/** Shorter gaps between steps are omitted. */
const GAP_MS = 100;

/**
 * The steps that determined the duration: the states one after another, and within the Map the chain of parts in which each part could
 * start only after the previous one had ended.
 *
 * @param endMs end of the execution, or the time at which it was read
 */
export function criticalPath(visits: readonly StateVisit[], parts: Parts | undefined, endMs: number): PathStep[] {
  const steps = visits.flatMap((visit): PathStep[] =>
    visit.state === parts?.map && parts.items.length > 0
      ? mapSteps(visit, parts, endMs)
      : [stateStep(visit, visit.enteredMs, visit.exitedMs ?? endMs)],
  );
  return withGaps(steps.filter(({ startMs, stopMs }) => stopMs > startMs)).filter(
    ({ kind, startMs, stopMs }) => kind !== 'BETWEEN' || stopMs - startMs >= GAP_MS,
  );
}

function stateStep({ state, attempts }: StateVisit, startMs: number, stopMs: number): PathStep {
  const note = attempts.length > 1 && { note: `${attempts.length} tries` };
  return { kind: 'STATE', label: state, startMs, stopMs, ...note };
}

function mapStep({ state }: StateVisit, startMs: number, stopMs: number, note: string): PathStep {
  return { kind: 'MAP', label: state, startMs, stopMs, note };
}

function mapSteps(visit: StateVisit, parts: Parts, endMs: number): PathStep[] {
  const exitedMs = visit.exitedMs ?? endMs;
  const chain = partChain(parts, exitedMs, visit.outcome === 'SUCCEEDED');
  const first = chain[0];
  const last = chain.at(-1);
  if (first === undefined || last === undefined) return [stateStep(visit, visit.enteredMs, exitedMs)];
  return [
    mapStep(
      visit,
      visit.enteredMs,
      Math.max(visit.enteredMs, Math.min(first.startMs, parts.startMs)),
      'before its first part',
    ),
    ...chain,
    mapStep(visit, last.stopMs, exitedMs, 'after its last part'),
  ];
}

/** The steps from the first part of the chain to the part for which the Map waited last. */
function partChain(parts: Parts, exitedMs: number, mapSucceeded: boolean): PathStep[] {
  const { items, startMs } = parts;
  const capacity = parts.maxConcurrency ?? parts.lanes;
  const ends = items.map((part, index) => ({ index, ms: part.stopMs ?? Infinity })).sort((a, b) => a.ms - b.ms);
  const steps: PathStep[] = [];
  let index: number | undefined = decisivePart(items, mapSucceeded);
  while (index !== undefined) {
    const part: Part = items[index]!;
    steps.unshift(partStep(part, index, Math.min(part.stopMs ?? exitedMs, exitedMs)));
    const first = firstOfDispatch(index, items, ends, capacity);
    // A part starts in the slot of the part whose end freed it.
    const freed = ends[first - capacity];
    const since = freed === undefined ? startMs : freed.ms;
    steps.unshift(dispatchStep(since, part.startMs, index - first + 1));
    // It is an earlier part, unless the Map ran more parts at the same time than its concurrency allows.
    index = freed !== undefined && freed.index < first ? freed.index : undefined;
  }
  return steps.filter((step) => step.stopMs > step.startMs);
}

/**
 * A part starts when there is a free slot and the previous part has been started. If a part waited for the dispatch of the previous part,
 * the previous part is critical, and so on.
 *
 * @returns index of the part that waited only for a free slot
 */
function firstOfDispatch(
  index: number,
  items: readonly Part[],
  ends: readonly { readonly ms: number }[],
  capacity: number,
): number {
  let first = index;
  while (first > 0 && items[first - 1]!.startMs > (ends[first - capacity]?.ms ?? -Infinity)) first--;
  return first;
}

/** If the Map failed, the part that failed first; otherwise the part that ended last, or has not ended. */
function decisivePart(items: readonly Part[], mapSucceeded: boolean): number {
  const endOf = ({ stopMs }: Part): number => stopMs ?? Infinity;
  const failed = mapSucceeded ? [] : items.filter(({ outcome }) => outcome === 'FAILED' || outcome === 'TIMED_OUT');
  const part =
    failed.length > 0
      ? failed.reduce((first, next) => (endOf(next) < endOf(first) ? next : first))
      : items.reduce((last, next) => (endOf(next) > endOf(last) ? next : last));
  return items.indexOf(part);
}

function partStep(part: Part, index: number, stopMs: number): PathStep {
  const tries = part.attempts?.length ?? 1;
  const ended = part.outcome === 'SUCCEEDED' ? [] : [part.outcome.toLowerCase().replace('_', ' ')];
  const said = [`worker ${part.lane + 1}`, ...(tries > 1 ? [`${tries} tries`] : []), ...ended];
  return { kind: 'PART', label: partLabel(part), startMs: part.startMs, stopMs, part: index, note: said.join(', ') };
}

export function partLabel({ number, order }: Part): string {
  return number === undefined ? `Part that started as number ${order}` : `Part ${number}`;
}

function dispatchStep(startMs: number, stopMs: number, children: number): PathStep {
  return {
    kind: 'DISPATCH',
    label: 'Start of parts',
    startMs,
    stopMs,
    note: children > 1 ? `${children} parts were started one after the other` : 'from a free worker to the next part',
  };
}

/** Adds steps for the time between steps. */
function withGaps(steps: readonly PathStep[]): PathStep[] {
  return steps.flatMap((step, index): PathStep[] => {
    const before = steps[index - 1];
    if (before === undefined || before.stopMs >= step.startMs) return [step];
    const gap = { kind: 'BETWEEN', label: `Between ${before.label} and ${step.label}` } as const;
    return [{ ...gap, startMs: before.stopMs, stopMs: step.startMs }, step];
  });
}
