import type { DescribeExecutionOutput, ExecutionListItem, HistoryEvent } from '@aws-sdk/client-sfn';
import { INLINE_MAP_LIMIT, type PartPlan } from '../../../lib/private/protocol';
import type { MapRunData } from '../execution-data';
import { type Iteration, readHistory, type Visit } from './history';
import { parseObject } from './json';
import { assignLanes } from './lanes';
import type { Attempt, Outcome, Part, Parts } from './report';

/** A part whose order, lane and size have not been determined yet. */
export type PartFacts = Omit<Part, 'order' | 'lane' | 'bytes'>;

/**
 * The items of the Map that has the most items: iterations of an inline Map, or child executions of a Map Run.
 *
 * @param plan the plan of the parts, if it is known
 */
export function readParts(
  visits: readonly Visit[],
  mapRuns: readonly MapRunData[],
  origin: number,
  plan: PartPlan | undefined,
): Parts | undefined {
  const maps = visits.filter(({ items, iterations }) => items !== undefined || iterations.size > 0);
  const sizeOf = ({ items, iterations }: Visit): number => items ?? iterations.size;
  const map = maps.reduce<Visit | undefined>(
    (most, next) => (most === undefined || sizeOf(next) > sizeOf(most) ? next : most),
    undefined,
  );
  if (map === undefined) return undefined;
  const run = mapRuns.find(({ mapRun }) => mapRun.mapRunArn === map.mapRunArn);
  const facts = run ? childrenOf(run, origin) : [...map.iterations.values()].map(iterationPart);
  facts.sort((a, b) => a.startMs - b.startMs || (a.number ?? 0) - (b.number ?? 0));
  const { lanes, count } = assignLanes(facts);
  const maxConcurrency = run ? run.mapRun.maxConcurrency || undefined : inlineConcurrency(plan);
  const items = facts.map((part, index) => ({
    ...part,
    order: index + 1,
    lane: lanes[index]!,
    ...(plan && { bytes: bytesOf(part.number, plan) }),
  }));
  return {
    map: map.state,
    kind: map.mapRunArn === undefined ? 'INLINE' : 'DISTRIBUTED',
    ...(run?.express && { childType: 'EXPRESS' as const }),
    total: Math.max(run?.mapRun.itemCounts?.total ?? map.items ?? 0, items.length),
    startMs: map.startedMs ?? map.enteredMs,
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    lanes: count,
    items,
    known: items.filter(({ attempts }) => attempts !== undefined).length,
  };
}

function inlineConcurrency(plan: PartPlan | undefined): number {
  return Math.min(plan?.maxConcurrency ?? INLINE_MAP_LIMIT, INLINE_MAP_LIMIT);
}

function iterationPart({ index, startMs, stopMs, outcome, visits }: Iteration): PartFacts {
  const last = visits.at(-1);
  return {
    number: partNumberOf(visits[0]?.input) ?? index + 1,
    startMs,
    ...(stopMs !== undefined && { stopMs }),
    outcome,
    ...(outcome !== 'SUCCEEDED' && errorOf(last)),
    attempts: visits.flatMap(({ attempts }) => attempts),
  };
}

function childrenOf({ children, histories, express }: MapRunData, origin: number): PartFacts[] {
  return children.map((child) => {
    const described = express?.get(child.executionArn ?? '');
    const part = childPart(child, histories.get(child.executionArn ?? ''), origin);
    return described === undefined ? part : { ...part, ...describedPart(described) };
  });
}

/** Data about an Express child from DescribeExecution. A child that left its part to a Standard child has succeeded, too. */
function describedPart({ input, error, cause }: DescribeExecutionOutput): Partial<PartFacts> {
  const number = partNumberOf(input);
  return { ...(number !== undefined && { number }), ...errorOf({ error, cause }) };
}

function childPart(child: ExecutionListItem, events: readonly HistoryEvent[] | undefined, origin: number): PartFacts {
  const ms = (date: Date | undefined): number | undefined => date && date.getTime() - origin;
  const stopMs = ms(child.stopDate);
  const outcome = outcomeOf(child.status);
  const visits = events && readHistory(events, origin, outcome);
  const number = partNumberOf(events?.[0]?.executionStartedEventDetails?.input);
  return {
    ...(child.name !== undefined && { execution: child.name }),
    ...(number !== undefined && { number }),
    startMs: ms(child.startDate) ?? 0,
    ...(stopMs !== undefined && { stopMs }),
    outcome,
    ...(outcome !== 'SUCCEEDED' && errorOf(visits?.at(-1))),
    ...(visits && { attempts: visits.flatMap(({ attempts }): readonly Attempt[] => attempts) }),
  };
}

function errorOf(visit: Pick<Visit, 'error' | 'cause'> | undefined): Pick<Part, 'error' | 'cause'> {
  const { error, cause } = visit ?? {};
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** A child that is `PENDING_REDRIVE` has failed, and waits until its Map Run runs it again. */
export function outcomeOf(status: string | undefined): Outcome {
  switch (status) {
    case 'SUCCEEDED':
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return status;
    default:
      return 'RUNNING';
  }
}

/** The part number in the input of an item, where the ItemSelector of the workflow's Map puts it. */
function partNumberOf(input: string | undefined): number | undefined {
  const { partNumber } = parseObject(input) ?? {};
  return typeof partNumber === 'number' ? partNumber : undefined;
}

/** Bytes of a part. If its number is not known, or the parts are those of the source, the mean. */
function bytesOf(number: number | undefined, plan: PartPlan): number {
  const { parts, partSize, length, boundaries } = plan;
  if (number === undefined || boundaries === 'SOURCE') return length / parts;
  return number < parts ? partSize : length - (parts - 1) * partSize;
}
