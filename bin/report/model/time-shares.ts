import type { PathStep } from './report';

/** The share of one kind of step in the duration. */
export interface TimeShare {
  readonly label: string;
  readonly kind: PathStep['kind'];
  readonly ms: number;
}

const LABELS: Record<Exclude<PathStep['kind'], 'STATE'>, string> = {
  MAP: 'Map, before and after its parts',
  PART: 'Parts',
  DISPATCH: 'Waiting for parts to be started',
  BETWEEN: 'Between states',
};

/** Sums the steps of the critical path by label, in the order of their first occurrence. */
export function timeShares(path: readonly PathStep[]): TimeShare[] {
  const shares = new Map<string, TimeShare>();
  for (const { kind, label, startMs, stopMs } of path) {
    const name = kind === 'STATE' ? label : LABELS[kind];
    shares.set(name, { label: name, kind, ms: (shares.get(name)?.ms ?? 0) + stopMs - startMs });
  }
  return mergeSmall([...shares.values()]);
}

/** Combines shares that are too small to be visible. */
function mergeSmall(shares: readonly TimeShare[]): TimeShare[] {
  const total = shares.reduce((sum, { ms }) => sum + ms, 0);
  const isSmall = ({ ms }: TimeShare): boolean => ms < total / 200;
  const small = shares.filter(isSmall);
  if (small.length < 2) return [...shares];
  const ms = small.reduce((sum, share) => sum + share.ms, 0);
  return [...shares.filter((share) => !isSmall(share)), { label: 'Everything else', kind: 'BETWEEN', ms }];
}

/** Shortens a path with too many steps: the steps in the middle, except the longest ones, are replaced by one step. */
export function shorten(
  path: readonly PathStep[],
  most: number,
): (PathStep | { readonly left: readonly PathStep[] })[] {
  if (path.length <= most) return [...path];
  const ends = Math.floor(most / 3);
  const middle = path.slice(ends, -ends);
  const longest = new Set([...middle].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, Math.floor(most / 6)));
  const shown: (PathStep | { left: PathStep[] })[] = path.slice(0, ends);
  for (const step of middle) {
    const last = shown.at(-1);
    if (longest.has(step)) shown.push(step);
    else if (last !== undefined && 'left' in last) last.left.push(step);
    else shown.push({ left: [step] });
  }
  return [...shown, ...path.slice(-ends)];
}

function lengthOf({ startMs, stopMs }: PathStep): number {
  return stopMs - startMs;
}
