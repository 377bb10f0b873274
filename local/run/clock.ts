import type { Clock } from '../s3';
import { ScaledClock } from '../workflow';

/** The clock for clients of the embedded S3: real time. */
const REAL_TIME = new ScaledClock();

/**
 * The clock of a run. Step Functions, Lambda and the embedded S3 share it, so dates, waits and outages agree. It is
 * real time until the execution starts, and passes faster afterwards.
 */
export class RunClock implements Clock {
  readonly ofClients = REAL_TIME;
  private workflow = REAL_TIME;

  constructor(private readonly timeScale: number) {}

  now(): number {
    return this.workflow.now();
  }

  /** For the embedded S3: the timer does not keep the process running. */
  schedule(milliseconds: number, callback: () => void): () => void {
    return this.workflow.scheduleInBackground(milliseconds, callback);
  }

  /** @returns the clock of the execution that starts */
  start(): ScaledClock {
    this.workflow = new ScaledClock(this.timeScale);
    return this.workflow;
  }
}
