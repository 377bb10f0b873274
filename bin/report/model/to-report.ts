import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { ExecutionData, LocalRun } from '../execution-data';
import { readCopy } from './copy';
import { criticalPath } from './critical-path';
import { groupErrors } from './errors';
import { readGraph } from './graph';
import { readHistory, type Visit } from './history';
import { outcomeOf, readParts } from './parts';
import type { CopyReport, CopySummary, ExecutionStatus, ExecutionSummary, Graph, Parts, StateVisit } from './report';
import { readCost } from './usage';

/**
 * Creates a report from the answers of the Step Functions API.
 *
 * @param local additional data about a local run
 */
export function toReport(data: ExecutionData, local?: LocalRun): CopyReport {
  const { execution: described, events, mapRuns, definition } = data;
  const execution = summarize(described, data.readAt);
  const origin = execution.startedAt;
  const visits = readHistory(events, origin, outcomeOf(execution.status));
  const copy = readCopy(visits, described.input, described.output);
  const parts = readParts(visits, mapRuns, origin, copy?.plan);
  const graph = definition === undefined ? undefined : readGraph(definition, visits, parts);
  const own = ownVisits(visits, graph);
  const { durationMs } = execution;
  return {
    // The clock of a local run may be ahead of real time.
    readAt: Math.max(data.readAt, execution.stoppedAt ?? 0),
    execution,
    ...(copy && { copy }),
    ...(graph && { graph }),
    visits: own.map(withoutData),
    ...(parts && { parts }),
    criticalPath: criticalPath(own, parts, durationMs),
    errors: groupErrors(own, parts),
    cost: readCost({ visits, parts, copy, durationMs, local }),
    ...(local && { local }),
    notes: [...data.missing, ...lateChildren(data), ...notes(execution, copy, parts, graph, mapRuns.length)],
  };
}

/** `arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME` */
function summarize(described: DescribeExecutionOutput, readAt: number): ExecutionSummary {
  const { executionArn: arn = '', status, startDate, stopDate, error, cause, redriveCount = 0 } = described;
  const [, , , region = '', account = '', , stateMachine = '', name = ''] = arn.split(':');
  const startedAt = startDate?.getTime() ?? readAt;
  return {
    arn,
    name: described.name ?? name,
    stateMachine,
    region,
    account,
    status: (status ?? 'RUNNING') satisfies ExecutionStatus,
    startedAt,
    ...(stopDate && { stoppedAt: stopDate.getTime() }),
    durationMs: Math.max(0, (stopDate?.getTime() ?? readAt) - startedAt),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    redriveCount,
  };
}

/** Visits without those inside a Map or a Parallel. Without the definition, only iterations of a Map can be recognized. */
function ownVisits(visits: readonly Visit[], graph: Graph | undefined): Visit[] {
  const names = graph && new Set(graph.nodes.map(({ name }) => name));
  return visits.filter(({ state, iteration }) => iteration === undefined && (names?.has(state) ?? true));
}

/** Removes inputs and outputs, because they may contain confidential data. */
function withoutData(visit: Visit): StateVisit {
  const { state, type, enteredMs, exitedMs, outcome, error, cause, attempts } = visit;
  return {
    state,
    type,
    enteredMs,
    ...(exitedMs !== undefined && { exitedMs }),
    outcome,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    attempts,
  };
}

/**
 * A note about children that ListExecutions does not list yet. It is eventually consistent, so shortly after the end of a Map Run, it may
 * list fewer children than DescribeMapRun counts.
 */
function lateChildren({ mapRuns }: ExecutionData): string[] {
  return mapRuns.flatMap(({ mapRun, children }) => {
    const { total = 0, pending = 0 } = mapRun.itemCounts ?? {};
    const missing = total - pending - children.length;
    return missing > 0
      ? `ListExecutions did not list ${missing.toLocaleString('en-US')} of the parts that DescribeMapRun counts. It is eventually consistent: create the report again in a minute.`
      : [];
  });
}

function notes(
  execution: ExecutionSummary,
  copy: CopySummary | undefined,
  parts: Parts | undefined,
  graph: Graph | undefined,
  mapRunCount: number,
): string[] {
  const count = (value: number): string => value.toLocaleString('en-US');
  const isExpress = parts?.childType === 'EXPRESS';
  const unread = parts && !isExpress ? parts.items.length - parts.known : 0;
  const numbered = parts?.items.filter(({ number }) => number !== undefined).length ?? 0;
  const said: (string | false | undefined)[] = [
    execution.stoppedAt === undefined &&
      'The execution had not ended when it was read. Durations and counts end at that time.',
    copy === undefined &&
      'No output of Plan and no result of a copy was found: the state machine is not a MultipartCopyWorkflow, or the execution failed early. The page shows only what is available for every Standard execution.',
    parts &&
      unread > 0 &&
      `Part numbers, tries and errors are known for ${count(parts.known)} of ${count(parts.items.length)} parts (each needs a call of GetExecutionHistory). Use --details all to read all of them.`,
    parts &&
      isExpress &&
      `The parts were copied in Express executions, which have no history: their tries are not known, and an Express execution that left its part to a Standard execution counts as succeeded. Part numbers and errors are known for ${count(numbered)} of ${count(parts.items.length)} parts (each needs a call of DescribeExecution).${numbered < parts.items.length ? ' Use --details all to read all of them.' : ''}`,
    mapRunCount > 1 &&
      `The parts were copied by ${count(mapRunCount)} Map Runs. The timeline shows the Map Run with the most parts.`,
    execution.redriveCount > 0 &&
      `The execution was redriven (${count(execution.redriveCount)} times). Its duration includes the time before each redrive. A part that was redriven is listed once, from its first start to its last end.`,
    graph === undefined && 'The state graph is missing, because the definition was not read.',
  ];
  return said.filter((text): text is string => typeof text === 'string');
}
