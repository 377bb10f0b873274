import type { Iteration, Visit } from './history';
import { isObject, parseObject } from './json';
import type { EdgeKind, Graph, GraphEdge, GraphNode, NodeOutcome, NodeStatus, Parts } from './report';

type State = Record<string, unknown>;

/** The data that determines the colours of a graph. */
interface History {
  readonly visits: readonly Visit[];
  readonly parts: Parts | undefined;
}

/** The states of a definition, the transitions between them, and their outcomes. @param definition Amazon States Language */
export function readGraph(definition: string, visits: readonly Visit[], parts: Parts | undefined): Graph | undefined {
  return toGraph(parseObject(definition), { visits, parts }, undefined);
}

/** @param map the Map to which this processor belongs */
function toGraph(machine: State | undefined, history: History, map: string | undefined): Graph | undefined {
  const { StartAt: startAt, States: states } = machine ?? {};
  if (typeof startAt !== 'string' || !isObject(states)) return undefined;
  const entries = Object.entries(states).filter((entry): entry is [string, State] => isObject(entry[1]));
  const isDistributed = history.parts?.kind === 'DISTRIBUTED' && history.parts.map === map;
  return {
    startAt,
    nodes: entries.map(([name, state]) => toNode(name, state, history, isDistributed)),
    edges: edgesOf(entries, history.visits),
  };
}

function toNode(name: string, state: State, history: History, isInChildren: boolean): GraphNode {
  const { Type: type, Comment: comment, ItemProcessor, Iterator, Branches } = state;
  const processors = [ItemProcessor ?? Iterator, ...(Array.isArray(Branches) ? (Branches as unknown[]) : [])];
  return {
    name,
    type: typeof type === 'string' ? type : '',
    ...(typeof comment === 'string' && { comment }),
    outcome: isInChildren
      ? outcomeOfChildren(history.parts!)
      : outcomeOf(history.visits.filter((visit) => visit.state === name)),
    inner: processors.filter(isObject).flatMap((processor) => toGraph(processor, history, name) ?? []),
  };
}

function outcomeOf(visits: readonly Visit[]): NodeOutcome {
  const last = visits.at(-1);
  if (last === undefined) return { status: 'NOT_ENTERED', visits: 0 };
  const worst = visits.find(({ outcome }) => outcome === 'FAILED' || outcome === 'TIMED_OUT') ?? last;
  const exits = visits.map(({ exitedMs }) => exitedMs);
  const start = Math.min(...visits.map(({ enteredMs }) => enteredMs));
  // Iterations run at the same time, so their time span is not the duration of any of them.
  const isOpen = exits.includes(undefined) || last.iteration !== undefined;
  return {
    status: worst.outcome,
    visits: visits.length,
    retries: visits.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0),
    ...(!isOpen && { durationMs: Math.max(...exits.map((exit) => exit ?? 0)) - start }),
    ...(worst.error !== undefined && { error: worst.error }),
  };
}

/** The outcome of a state inside a Distributed Map, derived from the child executions. */
function outcomeOfChildren({ items, known }: Parts): NodeOutcome {
  const has = (...outcomes: NodeStatus[]) => items.find(({ outcome }) => outcomes.includes(outcome));
  const worst = has('FAILED', 'TIMED_OUT') ?? has('RUNNING') ?? has('ABORTED') ?? items[0];
  if (worst === undefined) return { status: 'NOT_ENTERED', visits: 0 };
  const retries = items.reduce((sum, { attempts = [] }) => sum + Math.max(0, attempts.length - 1), 0);
  return {
    status: worst.outcome,
    visits: items.length,
    ...(known === items.length && { retries }),
    ...(worst.error !== undefined && { error: worst.error }),
  };
}

function edgesOf(states: readonly (readonly [string, State])[], visits: readonly Visit[]): GraphEdge[] {
  const taken = transitionsOf(visits);
  const edges = states.flatMap(([from, state]) => targetsOf(state).map(([kind, to]) => ({ from, to, kind })));
  const unique = new Map(edges.map((edge) => [`${edge.kind} ${edge.from} ${edge.to}`, edge]));
  return [...unique.values()].map((edge) => ({ ...edge, isTaken: isTaken(edge, edges, taken, visits) }));
}

/** Whether a transition was taken. If Next and Catch lead to the same state, the outcome of the state determines which one was taken. */
function isTaken(
  { from, to, kind }: Omit<GraphEdge, 'isTaken'>,
  edges: readonly Omit<GraphEdge, 'isTaken'>[],
  taken: ReadonlySet<string>,
  visits: readonly Visit[],
): boolean {
  if (!taken.has(`${from} ${to}`)) return false;
  const isAmbiguous = edges.filter((edge) => edge.from === from && edge.to === to).length > 1;
  if (!isAmbiguous) return true;
  return visits.some(({ state, outcome }) => state === from && (outcome === 'CAUGHT') === (kind === 'CATCH'));
}

function targetsOf(state: State): [EdgeKind, string][] {
  const targets: [EdgeKind, unknown][] = [
    ['NEXT', state.Next],
    ...nextOf(state.Choices).map((next): [EdgeKind, unknown] => ['CHOICE', next]),
    ['DEFAULT', state.Default],
    ...nextOf(state.Catch).map((next): [EdgeKind, unknown] => ['CATCH', next]),
  ];
  return targets.filter((target): target is [EdgeKind, string] => typeof target[1] === 'string');
}

function nextOf(rules: unknown): unknown[] {
  return Array.isArray(rules) ? rules.filter(isObject).map(({ Next }) => Next) : [];
}

/** `from to` for every two states that were entered one after another, in the execution or in an iteration. */
function transitionsOf(visits: readonly Visit[]): Set<string> {
  const strands = new Map<Iteration | undefined, Visit[]>();
  for (const visit of visits) {
    const strand = strands.get(visit.iteration);
    if (strand === undefined) strands.set(visit.iteration, [visit]);
    else strand.push(visit);
  }
  return new Set(
    [...strands.values()].flatMap((strand) =>
      strand.slice(1).map(({ state }, index) => `${strand[index]!.state} ${state}`),
    ),
  );
}
