import type { DescribeExecutionOutput, DescribeMapRunOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { CopyResult } from '../../lib/private/protocol';
import { parseUri } from '../../lib/private/protocol/object-uri';
import { readCopy } from '../report/model/copy';
import { readHistory, retriesOf, type Visit } from '../report/model/history';
import { parseObject } from '../report/model/json';
import { outcomeOf } from '../report/model/parts';
import type { CopyEnd } from '../report/model/report';

/** What the Step Functions API says about an execution at a moment. */
export interface ExecutionFacts {
  readonly execution: DescribeExecutionOutput;
  /** GetExecutionHistory, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Of the Distributed Map that has started last. */
  readonly mapRun?: DescribeMapRunOutput;
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
  readonly parts?: { readonly done: number; readonly running: number; readonly failed: number; readonly total: number };
  readonly bytes?: { readonly done: number; readonly total: number };
  /** Bytes per second since the parts began. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Tries beyond the first, of the states of the execution and of the parts of an inline Map. */
  readonly retries: number;
  /** Seconds that the published model of S3 expects the parts to take. */
  readonly expectedSeconds?: number;
  /** Execution input, JSON text. */
  readonly input?: string;
  readonly uploadId?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly result?: CopyResult;
}

/** How far an execution is. @param now milliseconds since 1970 */
export function progressOf({ execution, events, mapRun }: ExecutionFacts, now: number): CopyProgress {
  const startedAt = execution.startDate?.getTime() ?? now;
  const stoppedAt = execution.stopDate?.getTime();
  const visits = readHistory(events, startedAt, outcomeOf(execution.status));
  const copy = readCopy(visits, execution.input, execution.output);
  const own = visits.filter(({ iteration }) => iteration === undefined);
  const map = visits.filter(({ type }) => type === 'Map').at(-1);
  const parts = map && partsOf(map, mapRun);
  const bytes = parts && copy?.bytes !== undefined && { done: share(parts, copy.bytes), total: copy.bytes };
  const rate = bytes && rateOf(bytes.done, (stoppedAt ?? now) - startedAt - (map?.startedMs ?? 0));
  const uploadId = uploadOf(visits);
  const { error, cause } = execution;
  return {
    executionArn: execution.executionArn ?? '',
    name: execution.name ?? '',
    status: execution.status ?? '',
    startedAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(copy ? { source: copy.source, destination: copy.destination } : requestedEnds(execution.input)),
    ...(own.length > 0 && { state: own.at(-1)!.state }),
    ...(parts && { parts }),
    ...(bytes && { bytes }),
    ...(rate && bytes && { rate, secondsLeft: (bytes.total - bytes.done) / rate }),
    retries: visits.reduce((sum, { attempts }) => sum + retriesOf(attempts), 0),
    ...(copy?.expectedSeconds !== undefined && { expectedSeconds: copy.expectedSeconds }),
    ...(execution.input !== undefined && { input: execution.input }),
    ...(uploadId !== undefined && { uploadId }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(copy?.result && { result: copy.result }),
  };
}

/** What the input asks for, where Plan has not answered. */
function requestedEnds(input: string | undefined): Pick<CopyProgress, 'source'> {
  const { source } = parseObject(input) ?? {};
  if (typeof source === 'string') {
    const address = parseUri(source);
    return address === undefined ? {} : { source: address };
  }
  const { bucket, key } = (source ?? {}) as { bucket?: unknown; key?: unknown };
  return typeof bucket === 'string' && typeof key === 'string' ? { source: { bucket, key } } : {};
}

function partsOf(map: Visit, mapRun: DescribeMapRunOutput | undefined): CopyProgress['parts'] {
  if (mapRun?.itemCounts) {
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

/** Nearly all parts are of one size. */
function share({ done, total }: { done: number; total: number }, bytes: number): number {
  return total === 0 ? 0 : Math.round((bytes * done) / total);
}

function rateOf(bytes: number, ms: number): number | undefined {
  return bytes > 0 && ms > 0 ? (bytes * 1000) / ms : undefined;
}

/** The upload that Begin has created. */
function uploadOf(visits: readonly Visit[]): string | undefined {
  const { upload } = parseObject(visits.filter(({ state }) => state === 'Begin').at(-1)?.output) ?? {};
  const { uploadId } = (upload ?? {}) as { uploadId?: unknown };
  return typeof uploadId === 'string' ? uploadId : undefined;
}

/** As JSON for programs, without the input, whose metadata and tags are nobody else's. */
export function toJson(progress: CopyProgress): object {
  return { ...progress, input: undefined };
}
