import { type Clock, sleep } from '../base/clock';
import { InvalidOptionError } from '../errors/server-errors';
import type { OperationName } from '../wire/operation-names';

const MIB = 1024 ** 2;

/** How long requests take and how many a prefix takes. Times in seconds, rates in bytes a second or requests a second. */
export interface LatencyModel {
  /** What every request takes. Amazon's performance guidelines: about 100 to 200 ms. */
  readonly requestSeconds: number;
  /** Of an upload or download. The same guidelines: 85 to 90 MB/s for one connection. */
  readonly transferBytesPerSecond: number;
  /** What a part copy takes before its bytes count. Fitted to the measurements of aws-c-s3 pull request 288: 2.7 s. */
  readonly partCopySeconds: number;
  /** From the same fit: 78 MiB/s. */
  readonly partCopyBytesPerSecond: number;
  /** Amazon's documented floor for a partitioned prefix: 3,500. */
  readonly writesPerSecond: number;
  /** And 5,500. */
  readonly readsPerSecond: number;
}

export const AWS_LATENCY: LatencyModel = {
  requestSeconds: 0.1,
  transferBytesPerSecond: 85_000_000,
  partCopySeconds: 2.7,
  partCopyBytesPerSecond: 78 * MIB,
  writesPerSecond: 3500,
  readsPerSecond: 5500,
};

export type LatencyOption = 'aws' | Partial<LatencyModel>;

/** Applies a model. With a time scale of 0.01 a model second takes 10 ms, and a prefix takes 100 times as many requests. */
export class Latency {
  private readonly model: LatencyModel;
  private readonly buckets = new Map<string, { tokens: number; time: number }>();

  /** @throws InvalidOptionError for a number that is not positive */
  constructor(
    option: LatencyOption,
    private readonly timeScale: number,
    private readonly clock: Clock,
  ) {
    this.model = option === 'aws' ? AWS_LATENCY : { ...AWS_LATENCY, ...option };
    for (const [name, value] of Object.entries({ ...this.model, timeScale })) {
      if (typeof value !== 'number' || !(value >= 0)) {
        throw new InvalidOptionError(`${name} ${String(value)} of the latency model is not a number of 0 or more`);
      }
    }
  }

  /** Milliseconds of real time that a request takes which moved or copied so many bytes. */
  delay(operation: OperationName, bytes: number): number {
    const { requestSeconds, transferBytesPerSecond, partCopySeconds, partCopyBytesPerSecond } = this.model;
    const copies = operation === 'UploadPartCopy' || (operation === 'CopyObject' && bytes >= 8 * MIB);
    const seconds = copies
      ? partCopySeconds + bytes / partCopyBytesPerSecond
      : requestSeconds + bytes / transferBytesPerSecond;
    return seconds * 1000 * this.timeScale;
  }

  /** Waits as long as a request takes that moved or copied so many bytes. */
  wait(operation: OperationName, bytes: number): Promise<void> {
    return sleep(this.clock, this.delay(operation, bytes));
  }

  /** Whether the prefix takes one more request now; otherwise S3 answers 503 SlowDown. */
  admit(method: string, bucket: string, key: string): boolean {
    const reads = method === 'GET' || method === 'HEAD';
    const rate = reads ? this.model.readsPerSecond : this.model.writesPerSecond;
    const prefix = `${reads ? 'read' : 'write'} ${bucket}/${key.slice(0, key.lastIndexOf('/') + 1)}`;
    const now = this.clock.now();
    const state = this.buckets.get(prefix) ?? { tokens: rate, time: now };
    const modelSeconds = this.timeScale === 0 ? Infinity : (now - state.time) / 1000 / this.timeScale;
    const tokens = Math.min(rate, state.tokens + (modelSeconds === Infinity ? rate : modelSeconds * rate));
    const admitted = tokens >= 1;
    this.buckets.set(prefix, { tokens: admitted ? tokens - 1 : tokens, time: now });
    return admitted;
  }
}
