import { type Clock } from '../clock';
import { type DeployedFunction } from '../template/functions';

export interface AdmissionOptions {
  /** Concurrent invocations of all functions without reserved concurrency. Lambda's default quota is 1,000. */
  readonly accountConcurrency: number;
  /** New environments of one function within 10 seconds. Lambda's fixed quota is 1,000. */
  readonly scalingPerTenSeconds: number;
}

/** Invocations in one second for each unit of the account's concurrency. */
const REQUESTS_PER_CONCURRENCY = 10;

/**
 * Decides whether Lambda accepts an invocation or throttles it. Source: "Lambda quotas" and "Understanding Lambda
 * function scaling", Lambda Developer Guide: concurrent executions (1,000 by default, 10 to 50 in new accounts),
 * reserved concurrency, 1,000 new environments per function every 10 seconds, and ten requests a second for each unit
 * of concurrency.
 */
export class Admission {
  private readonly scaling = new Map<DeployedFunction, TokenBucket>();
  private readonly requests: TokenBucket;
  private readonly running = new Map<DeployedFunction | 'unreserved', number>();
  /** The concurrency that is left for functions without reserved concurrency. */
  private readonly unreserved: number;

  constructor(
    functions: readonly DeployedFunction[],
    private readonly clock: Clock,
    private readonly options: AdmissionOptions,
  ) {
    const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    // A template cannot be deployed if it reserves more than the account has.
    this.unreserved = Math.max(options.accountConcurrency - reserved, 1);
    const perSecond = options.accountConcurrency * REQUESTS_PER_CONCURRENCY;
    this.requests = new TokenBucket(clock, perSecond, perSecond);
  }

  /**
   * @param isCold whether the invocation needs a new environment
   * @returns call it when the invocation has ended; undefined if the invocation is throttled
   */
  enter(target: DeployedFunction, isCold: boolean): (() => void) | undefined {
    const pool = target.reservedConcurrency === undefined ? 'unreserved' : target;
    const running = this.running.get(pool) ?? 0;
    if (running >= (target.reservedConcurrency ?? this.unreserved)) return undefined;
    if (pool === 'unreserved' && !this.requests.take()) return undefined;
    if (isCold && !this.scalingOf(target).take()) return undefined;
    this.running.set(pool, running + 1);
    return () => this.running.set(pool, (this.running.get(pool) ?? 1) - 1);
  }

  private scalingOf(target: DeployedFunction): TokenBucket {
    let bucket = this.scaling.get(target);
    if (bucket === undefined) {
      const { scalingPerTenSeconds: most } = this.options;
      bucket = new TokenBucket(this.clock, most, most / 10);
      this.scaling.set(target, bucket);
    }
    return bucket;
  }
}

class TokenBucket {
  private tokens: number;
  private last: number;

  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
    private readonly perSecond: number,
  ) {
    this.tokens = capacity;
    this.last = clock.now();
  }

  take(): boolean {
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.last) * this.perSecond) / 1000);
    this.last = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
