import { type Clock } from '../clock';
import { FunctionError, type FunctionInvoker, InvokeRefused } from '../invoker';
import { type Json } from '../json';
import { Attempts } from './attempts';
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
  private readonly attempts: Attempts;
  private isClosed = false;

  constructor(private readonly options: AsyncOptions) {
    this.attempts = new Attempts(options.clock);
  }

  invoke(functionArn: string, payload: Json): void {
    const history = { since: this.options.clock.now(), errors: 0, refusals: 0 };
    this.attempts.start(() => this.once(functionArn, payload, history));
  }

  /** Whether a function is running. */
  get isBusy(): boolean {
    return this.attempts.isBusy;
  }

  /** Resolves when no function is running. Events that wait for another attempt are not waited for. */
  idle(): Promise<void> {
    return this.attempts.idle();
  }

  /** Discards events that wait for another attempt. Nothing is invoked after this call, even if a function fails because it is ended. */
  close(): void {
    this.isClosed = true;
    this.attempts.discardWaiting();
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
      this.attempts.startLater(waitMs, () => this.once(functionArn, payload, history));
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
