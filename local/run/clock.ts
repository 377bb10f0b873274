import type { Clock } from '../s3';
import { ScaledClock } from '../workflow';

/** Real time, in which clients of the embedded S3 live. */
const REAL_TIME = new ScaledClock();

/**
 * The time of a run, for Step Functions, Lambda and the embedded S3 alike: dates, waits and outages agree. It is real until the
 * execution starts, and passes faster from then on.
 */
export class RunClock implements Clock {
  readonly ofClients = REAL_TIME;
  private workflow = REAL_TIME;

  constructor(private readonly timeScale: number) {}

  now(): number {
    return this.workflow.now();
  }

  /** As the embedded S3 asks for it: it does not keep the process running. */
  schedule(milliseconds: number, callback: () => void): () => void {
    return this.workflow.scheduleInBackground(milliseconds, callback);
  }

  /** @returns the clock of the execution that starts */
  start(): ScaledClock {
    this.workflow = new ScaledClock(this.timeScale);
    return this.workflow;
  }
}
