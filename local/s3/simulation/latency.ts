import { type Clock, sleep } from '../base/clock';
import { InvalidOptionError } from '../errors/server-errors';
import type { OperationName } from '../wire/operation-names';

const MIB = 1024 ** 2;

/** The latency of requests and the request rate of prefixes. Times are in seconds, rates in bytes or requests per second. */
export interface LatencyModel {
  /** Latency of every request. About 100 to 200 ms according to the S3 performance guidelines. */
  readonly requestSeconds: number;
  /** Throughput of one upload or download. 85 to 90 MB/s per connection according to the S3 performance guidelines. */
  readonly transferBytesPerSecond: number;
  /** Latency of a part copy, without its bytes. Fitted to the measurements of awslabs/aws-c-s3#288. */
  readonly partCopySeconds: number;
  /** Throughput of a part copy, from the same fit. */
  readonly partCopyBytesPerSecond: number;
  /** PUT, COPY, POST and DELETE requests per second and prefix. S3 documents at least 3,500. */
  readonly writesPerSecond: number;
  /** GET and HEAD requests per second and prefix. S3 documents at least 5,500. */
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

/** Applies a model. With a time scale of 0.01, one second of the model is 10 ms, and a prefix serves 100 times as many requests. */
export class Latency {
  /** While it is paused, requests have no latency. */
  isPaused = false;
  private readonly model: LatencyModel;
  private readonly buckets = new Map<string, { tokens: number; time: number }>();

  /** @throws InvalidOptionError for a negative number or another value that is not a number */
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

  /** The latency of a request in milliseconds on the clock, given the number of bytes that it transferred or copied. */
  delay(operation: OperationName, bytes: number): number {
    if (this.isPaused) return 0;
    const { requestSeconds, transferBytesPerSecond, partCopySeconds, partCopyBytesPerSecond } = this.model;
    const copies = operation === 'UploadPartCopy' || (operation === 'CopyObject' && bytes >= 8 * MIB);
    const seconds = copies
      ? partCopySeconds + bytes / partCopyBytesPerSecond
      : requestSeconds + bytes / transferBytesPerSecond;
    return seconds * 1000 * this.timeScale;
  }

  /** Waits for the latency of a request. */
  wait(operation: OperationName, bytes: number): Promise<void> {
    return sleep(this.clock, this.delay(operation, bytes));
  }

  /** Counts a request to a prefix. False if it exceeds the request rate; S3 then answers 503 SlowDown. */
  admit(method: string, bucket: string, key: string): boolean {
    if (this.isPaused) return true;
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
