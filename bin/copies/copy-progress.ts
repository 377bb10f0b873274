import type { DescribeExecutionOutput, DescribeMapRunOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import { modelledPartSeconds } from '../../lib/private/estimates/copy-model';
import type { CopyResult } from '../../lib/private/protocol';
import { parseUri } from '../../lib/private/protocol/object-uri';
import { readCopy } from '../report/model/copy';
import { readHistory, retriesOf, type Visit } from '../report/model/history';
import { isObject, parseObject } from '../report/model/json';
import { outcomeOf } from '../report/model/parts';
import type { CopyEnd, CopySummary } from '../report/model/report';

/** The answers of the Step Functions API about an execution at one time. */
export interface ExecutionFacts {
  readonly execution: DescribeExecutionOutput;
  /** GetExecutionHistory, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Of the Distributed Map that has started last. */
  readonly mapRun?: DescribeMapRunOutput;
}

export interface PartCounts {
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly total: number;
}

export interface CopyProgress {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly source?: CopyEnd;
  readonly destination?: CopyEnd;
  /** The state that was entered last. */
  readonly state?: string;
  readonly parts?: PartCounts;
  readonly bytes?: { readonly done: number; readonly total: number };
  /** Bytes per second since the parts began. Parts that an earlier execution has copied do not count. */
  readonly rate?: number;
  /** Computed from the rate; until the first part is copied, from `expectedSeconds`. */
  readonly secondsLeft?: number;
  /**
   * Retries of the states of the execution, and of the parts of an inline Map. Callers that watch a copy add the
   * retries that they have seen of the parts of a Distributed Map.
   */
  readonly retries: number;
  /** Duration of the parts in seconds, by the published model of S3. */
  readonly expectedSeconds?: number;
  /** Duration of one part in seconds, by the same model. */
  readonly expectedPartSeconds?: number;
  /** Execution input, JSON text. */
  readonly input?: string;
  /** The upload that the execution has created or resumed. */
  readonly uploadId?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly result?: CopyResult;
}

/**
 * The progress of an execution.
 *
 * @param now milliseconds since 1970
 */
export function progressOf({ execution, events, mapRun }: ExecutionFacts, now: number): CopyProgress {
  const startedAt = execution.startDate?.getTime() ?? now;
  const stoppedAt = execution.stopDate?.getTime();
  const visits = readHistory(events, startedAt, outcomeOf(execution.status));
  const copy = readCopy(visits, execution.input, execution.output);
  const own = visits.filter(({ iteration }) => iteration === undefined);
  const map = visits.filter(({ type }) => type === 'Map').at(-1);
  const copyingMs = (stoppedAt ?? now) - startedAt - (map?.startedMs ?? 0);
  const uploadId = uploadOf(visits, execution.input);
  const { error, cause } = execution;
  return {
    executionArn: execution.executionArn ?? '',
    name: execution.name ?? '',
    status: execution.status ?? '',
    startedAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(copy ? { source: copy.source, destination: copy.destination } : requestedEnds(execution.input)),
    ...(own.length > 0 && { state: own.at(-1)!.state }),
    ...(map && amountOf(partsOf(map, mapRun, copy?.plan?.parts), copy, copyingMs, stoppedAt === undefined)),
    retries: visits.reduce((sum, { attempts }) => sum + retriesOf(attempts), 0),
    ...(copy?.expectedSeconds !== undefined && { expectedSeconds: copy.expectedSeconds }),
    ...(copy?.plan && { expectedPartSeconds: modelledPartSeconds(copy.plan.partSize) }),
    ...(execution.input !== undefined && { input: execution.input }),
    ...(uploadId !== undefined && { uploadId }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(copy?.result && { result: copy.result }),
  };
}

/** The values of the input, if Plan has not answered. */
function requestedEnds(input: string | undefined): Pick<CopyProgress, 'source'> {
  const { source } = parseObject(input) ?? {};
  if (typeof source === 'string') {
    const address = parseUri(source);
    return address === undefined ? {} : { source: address };
  }
  const { bucket, key } = (source ?? {}) as { bucket?: unknown; key?: unknown };
  return typeof bucket === 'string' && typeof key === 'string' ? { source: { bucket, key } } : {};
}

/**
 * Parts of the whole plan. A Map has only the missing parts: the others were copied by an earlier execution, or by
 * Express children before.
 *
 * @param planned number of parts of the plan, if it is known
 */
function partsOf(map: Visit, mapRun: DescribeMapRunOutput | undefined, planned: number | undefined): PartCounts {
  const counts = countsOf(map, mapRun);
  const { partNumbers } = parseObject(map.input) ?? {};
  if (planned === undefined || !Array.isArray(partNumbers)) return counts;
  return { ...counts, done: counts.done + planned - partNumbers.length, total: planned };
}

function countsOf(map: Visit, mapRun: DescribeMapRunOutput | undefined): PartCounts {
  // Until the Map Run of this Map has started, the last Map Run may be that of another Map.
  if (mapRun?.itemCounts && mapRun.mapRunArn === map.mapRunArn) {
    const { succeeded = 0, running = 0, failed = 0, total = 0 } = mapRun.itemCounts;
    return { done: succeeded, running, failed, total };
  }
  const iterations = [...map.iterations.values()];
  const count = (outcome: string): number => iterations.filter((each) => each.outcome === outcome).length;
  return {
    done: count('SUCCEEDED'),
    running: count('RUNNING'),
    failed: count('FAILED'),
    total: Math.max(map.items ?? 0, iterations.length),
  };
}

/** @param copyingMs since the parts began */
function amountOf(
  parts: PartCounts,
  copy: CopySummary | undefined,
  copyingMs: number,
  isRunning: boolean,
): Pick<CopyProgress, 'parts' | 'bytes' | 'rate' | 'secondsLeft'> {
  if (copy?.bytes === undefined) return { parts };
  // Nearly all parts have the same size.
  const bytesOf = (count: number): number => (parts.total === 0 ? 0 : Math.round((copy.bytes! * count) / parts.total));
  const bytes = { done: bytesOf(parts.done), total: copy.bytes };
  const copied = bytes.done - bytesOf(copy.reusedParts ?? 0);
  if (copied > 0 && copyingMs > 0) {
    const rate = (copied * 1000) / copyingMs;
    return { parts, bytes, rate, secondsLeft: (bytes.total - bytes.done) / rate };
  }
  const secondsLeft = (copy.expectedSeconds ?? 0) - copyingMs / 1000;
  return { parts, bytes, ...(isRunning && secondsLeft > 0 && { secondsLeft }) };
}

/**
 * The upload that the execution has created or resumes. It is known from the start of the execution, so that no sweep
 * removes it.
 */
function uploadOf(visits: readonly Visit[], input: string | undefined): string | undefined {
  const outputs = visits.filter(({ state }) => state === 'Plan' || state === 'Begin').map(({ output }) => output);
  const ids = outputs.map((output) => (parseObject(output)?.upload as { uploadId?: unknown } | undefined)?.uploadId);
  const { options } = parseObject(input) ?? {};
  ids.unshift(isObject(options) ? options.resumeUploadId : undefined);
  return ids.filter((id) => typeof id === 'string').at(-1);
}

/** As JSON for programs, without the input, which may have confidential metadata and tags. */
export function toJson(progress: CopyProgress): object {
  return { ...progress, input: undefined };
}
