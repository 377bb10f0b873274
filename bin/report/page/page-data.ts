import type { PartPlan } from '../../../lib/private/protocol';
import { visible } from '../format';
import type { Attempt, CopyReport, Outcome, Part } from '../model/report';

/** The data that the script of the page uses. Lists have one value for each part, in the order of their start. */
export interface PageData {
  /** Start of the execution, milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly isRunning: boolean;
  readonly states: readonly (readonly [name: string, startMs: number, stopMs: number, outcome: number])[];
  readonly parts?: PartsData;
}

export interface PartsData {
  /** Differences to the previous start. */
  readonly starts: readonly number[];
  /** -1 for a part that is running. */
  readonly durations: readonly number[];
  readonly lanes: readonly number[];
  /** 0 if a number is not known. A list of only one number is the first of consecutive numbers. */
  readonly numbers: readonly number[];
  /** Index into `OUTCOMES`. */
  readonly outcomes: readonly number[];
  readonly laneCount: number;
  readonly total: number;
  /** Bytes of a part, and by index the bytes of parts with other sizes. */
  readonly bytes: number;
  readonly otherBytes: readonly (readonly [index: number, bytes: number])[];
  /** The tries of parts with more than one try or a failed one, by index. */
  readonly tries: readonly (readonly [index: number, tries: readonly TryData[]])[];
  /** Indices of parts whose tries are not known. */
  readonly unknown: readonly number[] | 'ALL';
  readonly critical: readonly number[];
  readonly errors: readonly string[];
  /** Start of the Map, and the plan of the parts. */
  readonly startMs: number;
  /** Without the parts that an earlier execution has copied. */
  readonly plan?: PartPlan;
}

/** `error` is -1 without an error. `stopMs` is -1 if the try is running. */
export type TryData = readonly [startMs: number, stopMs: number, outcome: number, error: number];

export const OUTCOMES: readonly Outcome[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING'];

export function toPageData(report: CopyReport): PageData {
  const { execution, visits, parts, criticalPath, copy } = report;
  const { durationMs } = execution;
  return {
    startedAt: execution.startedAt,
    durationMs,
    isRunning: execution.stoppedAt === undefined,
    states: visits.map(({ state, enteredMs, exitedMs, outcome }) => [
      visible(state),
      Math.round(enteredMs),
      Math.round(exitedMs ?? durationMs),
      // The outcome of a state whose error was caught is shown as FAILED.
      outcome === 'CAUGHT' ? OUTCOMES.indexOf('FAILED') : OUTCOMES.indexOf(outcome),
    ]),
    ...(parts && {
      parts: {
        ...columnsOf(parts.items),
        laneCount: parts.lanes,
        total: parts.total,
        critical: criticalPath.flatMap(({ part }) => part ?? []),
        startMs: Math.round(parts.startMs),
        ...(copy?.plan && { plan: withoutReused(copy.plan, copy.reusedParts) }),
      },
    }),
  };
}

/** The parts that this execution copies. */
function withoutReused(plan: PartPlan, reused = 0): PartPlan {
  const parts = plan.parts - reused;
  return { ...plan, parts, length: (plan.length * parts) / plan.parts };
}

type Columns = Omit<PartsData, 'laneCount' | 'total' | 'critical' | 'startMs' | 'plan'>;

function columnsOf(items: readonly Part[]): Columns {
  const errors = new Map<string, number>();
  const errorOf = (error: string | undefined): number => {
    if (error === undefined) return -1;
    const text = visible(error);
    if (!errors.has(text)) errors.set(text, errors.size);
    return errors.get(text)!;
  };
  const toTry = ({ startMs, stopMs, outcome, error }: Attempt): TryData => [
    Math.round(startMs),
    Math.round(stopMs ?? -1),
    OUTCOMES.indexOf(outcome),
    errorOf(error),
  ];
  const starts = items.map(({ startMs }) => Math.round(startMs));
  const unknown = items.flatMap(({ attempts }, index) => (attempts === undefined ? index : []));
  const [bytes = 0] = items.map((part) => part.bytes ?? 0);
  return {
    starts: starts.map((start, index) => start - (starts[index - 1] ?? 0)),
    durations: items.map(({ stopMs }, index) => (stopMs === undefined ? -1 : Math.round(stopMs) - starts[index]!)),
    lanes: items.map(({ lane }) => lane),
    numbers: numbersOf(items),
    outcomes: items.map(({ outcome }) => OUTCOMES.indexOf(outcome)),
    bytes,
    otherBytes: items.flatMap((part, index) => {
      const own = part.bytes ?? 0;
      return own === bytes ? [] : [[index, own] as const];
    }),
    tries: items.flatMap(({ attempts = [] }, index) => {
      const isPlain = attempts.length === 0 || (attempts.length === 1 && attempts[0]!.error === undefined);
      return isPlain ? [] : [[index, attempts.map(toTry)] as const];
    }),
    unknown: unknown.length === items.length ? 'ALL' : unknown,
    errors: [...errors.keys()],
  };
}

/** If the parts started in the order of their numbers, a list with only the first number. */
function numbersOf(items: readonly Part[]): number[] {
  const numbers = items.map(({ number = 0 }) => number);
  const [first = 0] = numbers;
  const isConsecutive = first > 0 && numbers.every((number, index) => number === first + index);
  return isConsecutive ? [first] : numbers;
}
