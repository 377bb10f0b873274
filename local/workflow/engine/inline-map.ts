import { processorOf } from '../asl/definition';
import { failureOf, type StateFailure } from '../asl/failure';
import { type Json } from '../json';
import { newStrand, addLeafEvent, type Frame, type Strand } from './frame';
import { type Trace } from './history';
import { LIMITS } from './limits';
import { type MapInput } from './map-input';
import { addStateAborted } from './parallel';
import { Aborted, Scope } from './scope';

/** Iterations within the execution, at most 40 at a time, even if MaxConcurrency is higher. */
export async function runInlineMap(map: MapInput): Promise<Json> {
  const { frame } = map.visit;
  const iterations = new Iterations(map);
  await iterations.run();
  if (iterations.failure !== undefined) throw iterations.failure;
  frame.scope.check();
  return iterations.outputs();
}

class Iterations {
  failure: StateFailure | undefined;
  private readonly strands: (Strand | undefined)[];
  private readonly scope: Scope;
  private readonly progress: { done: number; running: number; failed: number };
  private next = 0;

  constructor(private readonly map: MapInput) {
    const { cursor, frame } = map.visit;
    const known = cursor.progress?.kind === 'iterations' ? cursor.progress.strands : undefined;
    this.strands = known ?? new Array<Strand | undefined>(map.items.length).fill(undefined);
    cursor.progress = { kind: 'iterations', strands: this.strands };
    this.scope = new Scope(frame.scope);
    this.progress = { done: this.strands.filter(hasSucceeded).length, running: 0, failed: 0 };
  }

  async run(): Promise<void> {
    const { maxConcurrency, items, visit } = this.map;
    const limit = Math.min(maxConcurrency || LIMITS.inlineMapConcurrency, LIMITS.inlineMapConcurrency);
    const started = visit.frame.trace.previous;
    this.reportProgress();
    const slots = Array.from({ length: Math.min(limit, items.length) }, () => this.runSlot(started));
    await Promise.all(slots);
    this.scope.close();
  }

  outputs(): Json[] {
    return this.strands.map((strand) => strand?.output ?? null);
  }

  /** Runs one iteration after another in one slot. */
  private async runSlot(started: number): Promise<void> {
    for (let follows = started; this.next < this.strands.length && !this.scope.aborted;) {
      const index = this.next++;
      if (!hasSucceeded(this.strands[index])) follows = await this.iterate(index, { previous: follows });
    }
  }

  private async iterate(index: number, trace: Trace): Promise<number> {
    const { name, frame } = this.map.visit;
    const about = { name, index };
    const inner: Frame = {
      ...frame,
      scope: this.scope,
      trace,
      path: `${frame.path}/${name}[${index}]`,
      recordStates: false,
    };
    trace.previous = frame.execution.addEvent(trace.previous, 'MapIterationStarted', about);
    this.progress.running++;
    try {
      await this.runStrand(index, inner);
      frame.trace.previous = frame.execution.addEvent(trace.previous, 'MapIterationSucceeded', about);
    } catch (error) {
      if (error instanceof Aborted) this.aborted(index, inner);
      else this.failed(error, index, inner);
    }
    this.progress.running--;
    this.progress.done++;
    this.reportProgress();
    return trace.previous;
  }

  private runStrand(index: number, inner: Frame): Promise<Json> {
    const { visit } = this.map;
    const processor = processorOf(visit.state);
    const strand = this.strands[index] ?? newStrand(processor.StartAt, this.map.itemInput(index));
    this.strands[index] = strand;
    return inner.execution.runtime.runStrand(processor, strand, inner);
  }

  private failed(error: unknown, index: number, inner: Frame): void {
    const { name, frame } = this.map.visit;
    addLeafEvent(inner, 'MapIterationFailed', { name, index });
    if (this.failure !== undefined) return;
    this.progress.failed++;
    this.failure = failureOf(error);
    frame.trace.previous = inner.trace.previous;
    this.scope.abort();
  }

  private aborted(index: number, { trace }: Frame): void {
    const { name, frame } = this.map.visit;
    if (this.failure === undefined) return;
    const follows: Frame = { ...frame, trace: { previous: frame.trace.previous } };
    addStateAborted(processorOf(this.map.visit.state), this.strands[index], follows);
    addLeafEvent(follows, 'MapIterationAborted', { name, index });
    trace.previous = frame.trace.previous;
  }

  private reportProgress(): void {
    const { name, frame } = this.map.visit;
    const { runtime, identity } = frame.execution;
    runtime.onEvent({
      type: 'MapProgress',
      executionArn: identity.executionArn,
      state: name,
      total: this.map.items.length,
      ...this.progress,
    });
  }
}

function hasSucceeded(strand: Strand | undefined): boolean {
  return strand?.status === 'SUCCEEDED';
}
