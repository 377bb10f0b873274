import { type Clock } from '../clock';
import { FunctionError, type FunctionInvoker, InvokeRefused } from '../invoker';
import { type Json } from '../json';
import { type Queue } from './queues';

/** How Lambda retries asynchronous invocations of a function ("Asynchronous invocation", Lambda Developer Guide). */
export interface AsyncConfiguration {
  /** Retries after errors of the function. Default 2. */
  readonly maximumRetryAttempts: number;
  /** Maximum age of an event. Default 6 hours. */
  readonly maximumEventAgeSeconds: number;
  /** ARN of the function's dead-letter queue. */
  readonly deadLetterArn?: string;
}

export interface AsyncOptions {
  readonly lambda: FunctionInvoker;
  readonly clock: Clock;
  readonly queues: ReadonlyMap<string, Queue>;
  /** @param functionArn with or without a version or alias */
  readonly configurationOf: (functionArn: string) => AsyncConfiguration;
}

/** Waits after the first and the second error of a function. */
const ERROR_WAITS_MS = [60_000, 120_000];

/** After throttles and errors of Lambda itself, the wait grows from 1 second to 5 minutes. */
const REFUSED_WAIT = { firstMs: 1000, mostMs: 300_000 };

/** Asynchronous invocations: Lambda keeps events in a queue until the function has processed them. */
export class AsyncInvocations {
  private readonly running = new Set<Promise<void>>();
  private readonly waiting = new Set<() => void>();
  private isClosed = false;

  constructor(private readonly options: AsyncOptions) {}

  invoke(functionArn: string, payload: Json): void {
    this.attempt(functionArn, payload, { since: this.options.clock.now(), errors: 0, refusals: 0 });
  }

  /** Whether a function is running. */
  get isBusy(): boolean {
    return this.running.size > 0;
  }

  /** Resolves when no function is running. Events that wait for another attempt are not waited for. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Discards events that wait for another attempt. Nothing is invoked after this call, even if a function fails because it is ended. */
  close(): void {
    this.isClosed = true;
    for (const cancel of this.waiting) cancel();
    this.waiting.clear();
  }

  private attempt(functionArn: string, payload: Json, history: History): void {
    const attempt = this.once(functionArn, payload, history).finally(() => this.running.delete(attempt));
    this.running.add(attempt);
  }

  private async once(functionName: string, payload: Json, { since, errors, refusals }: History): Promise<void> {
    const caller = { executionArn: '', state: '', retryCount: errors + refusals };
    try {
      await this.options.lambda.invoke({ functionName, payload, caller });
    } catch (error) {
      if (this.isClosed) return;
      const isRefused = error instanceof InvokeRefused;
      const history = { since, errors: errors + (isRefused ? 0 : 1), refusals: refusals + (isRefused ? 1 : 0) };
      this.failed(functionName, payload, history, error as Error);
    }
  }

  private failed(functionArn: string, payload: Json, history: History, error: Error): void {
    const { clock, queues, configurationOf } = this.options;
    const { maximumRetryAttempts, maximumEventAgeSeconds, deadLetterArn = '' } = configurationOf(functionArn);
    const isRefused = error instanceof InvokeRefused;
    const waitMs = isRefused
      ? Math.min(REFUSED_WAIT.firstMs * 2 ** (history.refusals - 1), REFUSED_WAIT.mostMs)
      : (ERROR_WAITS_MS[history.errors - 1] ?? REFUSED_WAIT.mostMs);
    const isOld = clock.now() + waitMs > history.since + maximumEventAgeSeconds * 1000;
    const canRun = isRefused || error instanceof FunctionError;
    if (canRun && !isOld && (isRefused || history.errors <= maximumRetryAttempts)) {
      const cancel = clock.schedule(waitMs, () => {
        this.waiting.delete(cancel);
        this.attempt(functionArn, payload, history);
      });
      this.waiting.add(cancel);
      return;
    }
    queues.get(deadLetterArn)?.send(JSON.stringify(payload), {
      ErrorCode: isRefused ? '429' : '200',
      ErrorMessage: error.message.slice(0, 1024),
    });
  }
}

interface History {
  /** When Lambda accepted the event. */
  readonly since: number;
  readonly errors: number;
  readonly refusals: number;
}
