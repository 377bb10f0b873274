import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Attempt, Outcome, StateVisit } from './report';

/** One visit of a state, from its entry to its exit. */
export interface Visit extends StateVisit {
  /** The iteration of an inline Map to which it belongs. */
  readonly iteration?: Iteration;
  /** JSON text. */
  readonly input?: string;
  readonly output?: string;
  /** The iterations of an inline Map, by index. */
  readonly iterations: ReadonlyMap<number, Iteration>;
  /** Number of items of a Map. */
  readonly items?: number;
  /** Time at which a Map began to start its items. */
  readonly startedMs?: number;
  /** ARN of the Map Run of a Distributed Map. */
  readonly mapRunArn?: string;
}

/** One iteration of an inline Map. A redrive continues the same iteration. */
export interface Iteration {
  readonly map: string;
  readonly index: number;
  readonly startMs: number;
  readonly stopMs?: number;
  readonly outcome: Outcome;
  /** The states inside, in order. */
  readonly visits: readonly Visit[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenIteration extends Mutable<Iteration> {
  visits: OpenVisit[];
}

interface OpenVisit extends Mutable<Visit> {
  attempts: Mutable<Attempt>[];
  iterations: Map<number, OpenIteration>;
  iteration?: OpenIteration;
}

/** The visit and the iteration to which an event belongs. */
interface Place {
  readonly visit?: OpenVisit;
  readonly iteration?: OpenIteration;
}

const NOWHERE: Place = {};

/**
 * The visits of states in a history. The `previousEventId` of an event determines to which state of which iteration it belongs.
 *
 * @param origin the time that is 0 in the result, in milliseconds since 1970
 * @param stillOpen the outcome of states without an exit, which follows from the status of the execution
 */
export function readHistory(events: readonly HistoryEvent[], origin: number, stillOpen: Outcome): Visit[] {
  const reader = new HistoryReader(origin);
  for (const event of events) reader.add(event);
  return reader.finish(stillOpen);
}

class HistoryReader {
  private readonly visits: OpenVisit[] = [];
  private readonly places = new Map<number, Place>();

  constructor(private readonly origin: number) {}

  add(event: HistoryEvent): void {
    const previous = this.places.get(event.previousEventId ?? 0) ?? NOWHERE;
    this.places.set(event.id ?? 0, this.place(event, previous));
  }

  finish(stillOpen: Outcome): Visit[] {
    for (const visit of this.visits) {
      if (visit.exitedMs === undefined && visit.outcome === 'RUNNING') visit.outcome = stillOpen;
      for (const attempt of visit.attempts) {
        if (attempt.outcome === 'RUNNING' && visit.outcome !== 'RUNNING') attempt.outcome = stillOpen;
      }
      for (const iteration of visit.iterations.values()) {
        if (iteration.outcome === 'RUNNING') iteration.outcome = stillOpen;
      }
    }
    return this.visits;
  }

  /** Processes an event. @returns the visit and iteration to which the events that follow it belong */
  private place(event: HistoryEvent, previous: Place): Place {
    const type = event.type ?? '';
    const ms = this.msOf(event);
    if (type.endsWith('StateEntered')) return this.enter(event, previous, ms);
    if (type.endsWith('StateExited')) return this.exit(event, previous, ms);
    if (type.startsWith('MapIteration')) return this.iterate(event, previous, ms);
    if (previous.visit !== undefined) applyEvent(previous.visit, event, ms);
    return previous;
  }

  private enter(event: HistoryEvent, { iteration }: Place, ms: number): Place {
    const { name = '', input } = event.stateEnteredEventDetails ?? {};
    const visit: OpenVisit = {
      state: name,
      type: (event.type ?? '').replace('StateEntered', ''),
      enteredMs: ms,
      outcome: 'RUNNING',
      attempts: [],
      iterations: new Map(),
      ...(input !== undefined && { input }),
      ...(iteration && { iteration }),
    };
    // A Fail state has no exit event.
    if (visit.type === 'Fail') visit.outcome = 'FAILED';
    this.visits.push(visit);
    iteration?.visits.push(visit);
    return { visit, ...(iteration && { iteration }) };
  }

  private exit(event: HistoryEvent, { iteration }: Place, ms: number): Place {
    const { name = '', output } = event.stateExitedEventDetails ?? {};
    const visit = this.openVisit(name, iteration) ?? this.openVisit(name);
    if (visit === undefined) return NOWHERE;
    visit.exitedMs = ms;
    visit.outcome = visit.error === undefined ? 'SUCCEEDED' : 'CAUGHT';
    if (output !== undefined) visit.output = output;
    return { visit, ...(visit.iteration && { iteration: visit.iteration }) };
  }

  private iterate(event: HistoryEvent, previous: Place, ms: number): Place {
    const details =
      event.mapIterationStartedEventDetails ??
      event.mapIterationSucceededEventDetails ??
      event.mapIterationFailedEventDetails ??
      event.mapIterationAbortedEventDetails;
    const { name = '', index = 0 } = details ?? {};
    const map = this.openVisit(name);
    if (map === undefined) return previous;
    const outcome = OUTCOMES.get((event.type ?? '').replace('MapIteration', ''));
    const known = map.iterations.get(index);
    if (outcome !== undefined) {
      if (known !== undefined) endIteration(known, outcome, ms);
      return { visit: map, ...(map.iteration && { iteration: map.iteration }) };
    }
    const iteration: OpenIteration = known ?? { map: name, index, startMs: ms, outcome: 'RUNNING', visits: [] };
    Object.assign(iteration, { outcome: 'RUNNING' });
    map.iterations.set(index, iteration);
    // A redriven iteration continues in the state that did not succeed, without a new entry event.
    const open = iteration.visits.find((visit) => visit.exitedMs === undefined);
    if (open !== undefined) reopen(open);
    return { visit: open ?? map, iteration };
  }

  private openVisit(name: string, iteration?: OpenIteration): OpenVisit | undefined {
    for (let index = this.visits.length - 1; index >= 0; index--) {
      const visit = this.visits[index]!;
      if (visit.state !== name || visit.exitedMs !== undefined) continue;
      if (iteration === undefined || visit.iteration === iteration) return visit;
    }
    return undefined;
  }

  private msOf(event: HistoryEvent): number {
    return (event.timestamp?.getTime() ?? this.origin) - this.origin;
  }
}

const OUTCOMES: ReadonlyMap<string, Outcome> = new Map([
  ['Succeeded', 'SUCCEEDED'],
  ['Failed', 'FAILED'],
  ['Aborted', 'ABORTED'],
]);

function endIteration(iteration: OpenIteration, outcome: Outcome, ms: number): void {
  Object.assign(iteration, { outcome, stopMs: ms });
  for (const visit of iteration.visits) {
    if (visit.exitedMs !== undefined || outcome === 'SUCCEEDED') continue;
    if (visit.outcome === 'RUNNING') visit.outcome = outcome;
    for (const attempt of visit.attempts) {
      if (attempt.outcome === 'RUNNING') Object.assign(attempt, { outcome, stopMs: ms });
    }
  }
}

/** Processes an event between the entry and the exit of a state. */
function applyEvent(visit: OpenVisit, event: HistoryEvent, ms: number): void {
  const type = event.type ?? '';
  if (type === 'MapStateStarted') {
    visit.startedMs = ms;
    const { length } = event.mapStateStartedEventDetails ?? {};
    if (length !== undefined) visit.items = length;
  }
  if (type === 'MapRunStarted' || type === 'MapRunRedriven') {
    const { mapRunArn } = event.mapRunStartedEventDetails ?? event.mapRunRedrivenEventDetails ?? {};
    if (mapRunArn !== undefined) visit.mapRunArn = mapRunArn;
  }
  if (type === 'ExecutionRedriven') reopen(visit);
  const failure = type === 'MapStateFailed' ? firstFailure(visit) : failureOf(event);
  if (/^(LambdaFunction|Task|Activity)/.test(type)) applyAttemptEvent(visit, type, ms, failure);
  if (failure !== undefined) Object.assign(visit, failure);
}

/** The failure of the iteration with which an inline Map failed. */
function firstFailure(map: OpenVisit): Failure | undefined {
  for (const { outcome, visits } of map.iterations.values()) {
    const { error, cause } = visits.at(-1) ?? {};
    if (outcome === 'FAILED' && error !== undefined) return { error, ...(cause !== undefined && { cause }) };
  }
  return undefined;
}

/** A redriven execution continues in the state that did not succeed, without a new entry event. */
function reopen(visit: OpenVisit): void {
  visit.outcome = 'RUNNING';
  delete visit.error;
  delete visit.cause;
}

function applyAttemptEvent(visit: OpenVisit, type: string, ms: number, failure: Failure | undefined): void {
  const last = visit.attempts.at(-1);
  if (type.endsWith('Scheduled')) {
    delete visit.error;
    delete visit.cause;
    visit.attempts.push({ startMs: ms, outcome: 'RUNNING' });
    return;
  }
  if (!/(Succeeded|Failed|TimedOut)$/.test(type)) return;
  const ended = {
    outcome: type.endsWith('Succeeded') ? 'SUCCEEDED' : type.endsWith('TimedOut') ? 'TIMED_OUT' : 'FAILED',
    stopMs: ms,
    ...failure,
  } as const;
  if (last?.outcome === 'RUNNING') Object.assign(last, ended);
  // The task could not even be scheduled.
  else visit.attempts.push({ startMs: ms, ...ended });
}

interface Failure {
  readonly error: string;
  readonly cause?: string;
}

/** Error and cause of an event about a failure; undefined for other events. */
export function failureOf(event: HistoryEvent): Failure | undefined {
  if (!/(Failed|TimedOut|Aborted)$/.test(event.type ?? '')) return undefined;
  for (const [member, details] of Object.entries(event)) {
    if (!member.endsWith('EventDetails') || typeof details !== 'object' || details === null) continue;
    const { error, cause } = details as { error?: string; cause?: string };
    if (error === undefined && cause === undefined) continue;
    return { error: error ?? defaultError(event.type ?? ''), ...(cause !== undefined && { cause }) };
  }
  return /^(LambdaFunction|Task|Activity|MapRun).*(Failed|TimedOut)$/.test(event.type ?? '')
    ? { error: defaultError(event.type ?? '') }
    : undefined;
}

function defaultError(type: string): string {
  return type.endsWith('TimedOut') ? 'States.Timeout' : 'States.TaskFailed';
}

/** Whether an error means that a service throttled the request. */
export function isThrottling(error: string): boolean {
  return /throttl|toomanyrequests|slowdown|limitexceeded/i.test(error);
}

/** Number of attempts after the first. */
export function retriesOf(attempts: readonly Attempt[]): number {
  return Math.max(0, attempts.length - 1);
}
