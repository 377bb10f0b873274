import type { Flow } from '../model/expected';
import { OUTCOMES, type PageData, type PartsData } from '../page/page-data';

/** One try of a part. */
export interface ClientTry {
  readonly startMs: number;
  readonly stopMs: number | undefined;
  readonly outcome: string;
  readonly error: string | undefined;
}

export interface ClientPart {
  readonly index: number;
  /** 0 if it is not known. */
  readonly number: number;
  readonly lane: number;
  readonly startMs: number;
  /** For a part that is running, the time of the report. */
  readonly stopMs: number;
  readonly outcome: string;
  readonly bytes: number;
  /** Undefined if they are not known. */
  readonly tries: readonly ClientTry[] | undefined;
  readonly isCritical: boolean;
}

export function readPageData(): PageData {
  return JSON.parse(document.getElementById('report-data')?.textContent ?? '{}') as PageData;
}

export function partsOf({ parts, durationMs }: PageData): ClientPart[] {
  if (parts === undefined) return [];
  const bytes = new Map(parts.otherBytes);
  const tries = new Map(parts.tries);
  const unknown = parts.unknown === 'ALL' ? undefined : new Set(parts.unknown);
  const critical = new Set(parts.critical);
  const [firstNumber = 0] = parts.numbers;
  const isConsecutive = parts.numbers.length === 1 && parts.starts.length > 1;
  let startMs = 0;
  return parts.starts.map((difference, index) => {
    startMs += difference;
    const duration = parts.durations[index]!;
    const outcome = OUTCOMES[parts.outcomes[index]!]!;
    const stopMs = duration < 0 ? durationMs : startMs + duration;
    const isKnown = unknown !== undefined && !unknown.has(index);
    return {
      index,
      number: isConsecutive ? firstNumber + index : parts.numbers[index]!,
      lane: parts.lanes[index]!,
      startMs,
      stopMs,
      outcome,
      bytes: bytes.get(index) ?? parts.bytes,
      tries: isKnown
        ? (tries.get(index)?.map((each) => toTry(each, parts)) ?? [{ startMs, stopMs, outcome, error: undefined }])
        : undefined,
      isCritical: critical.has(index),
    };
  });
}

function toTry([startMs, stopMs, outcome, error]: PartsData['tries'][number][1][number], parts: PartsData): ClientTry {
  return { startMs, stopMs: stopMs < 0 ? undefined : stopMs, outcome: OUTCOMES[outcome]!, error: parts.errors[error] };
}

/** The bytes of the parts that were copied, as in `flows.ts`. */
export function flowsOf(parts: readonly ClientPart[]): Flow[] {
  return parts
    .filter(({ outcome, bytes }) => outcome === 'SUCCEEDED' && bytes > 0)
    .map(({ tries, startMs, stopMs, bytes }) => {
      const from = tries?.at(-1)?.startMs ?? startMs;
      const to = tries?.at(-1)?.stopMs ?? stopMs;
      return { startMs: from, stopMs: Math.max(to, from + 1), bytes };
    });
}

/** Whether the part is marked as a possible problem. Aborted parts are not, because they are not the cause of a failure. */
export function isMarked({ tries, outcome }: ClientPart): boolean {
  return (outcome !== 'SUCCEEDED' && outcome !== 'ABORTED') || (tries !== undefined && tries.length > 1);
}
