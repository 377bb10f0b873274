import type { Amount, Phase, Progress } from '../../local/run';

/** Progress. Its reporter may know more than a meter can measure. */
export interface ShownProgress extends Progress {
  /** Bytes per second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Retries. */
  readonly retries?: number;
}

/** What is known of a run at a moment. */
export interface Snapshot {
  readonly phase: Phase;
  readonly state?: string;
  readonly bytes?: Amount;
  readonly parts?: Progress['parts'];
  /** Bytes per second since the phase began to move bytes. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  readonly retries?: number;
}

/** Rates are not measured over shorter times, since generated content is put immediately. */
const SHORTEST_SECONDS = 0.1;

/** Collects the progress of a run, and measures it. */
export class Meter {
  private latest: Omit<ShownProgress, 'phase'> = {};
  private phase: Phase = 'synthesize';
  private since: number | undefined;

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  update({ phase, ...progress }: ShownProgress): void {
    if (phase !== this.phase) {
      this.latest = {};
      this.since = undefined;
    }
    this.phase = phase;
    this.latest = { ...this.latest, ...progress };
    if (progress.bytes !== undefined) this.since ??= this.now();
  }

  get snapshot(): Snapshot {
    const { bytes } = this.latest;
    const seconds = this.since === undefined ? 0 : (this.now() - this.since) / 1000;
    const isMoving = bytes !== undefined && bytes.done > 0 && seconds >= SHORTEST_SECONDS;
    const rate = isMoving ? bytes.done / seconds : undefined;
    return {
      phase: this.phase,
      ...(isMoving && rate !== undefined && { rate, secondsLeft: (bytes.total - bytes.done) / rate }),
      ...this.latest,
    };
  }
}
