import { FunctionError, type ErrorPayload } from '../invoker';
import { keepThread, takeSpareThread } from './spare-threads';
import { ThreadHost, type ThreadUser } from './thread-host';
import { type EnvironmentMessage, type InvokeMessage, type WorkerData } from './worker/messages';

export interface ThreadOptions {
  readonly data: WorkerData;
  /** The whole environment of the code, which gets no variables of this process. */
  readonly variables: Record<string, string>;
  readonly onLog: (line: { requestId?: string; level: string; message: string }) => void;
  /** Called when an environment has ended by itself. */
  readonly onEnded: (environment: number) => void;
}

/** How an invocation ended: with the JSON text of the result, or frozen as the message requested. */
export type Answer = { readonly body: string } | 'frozen';

interface InFlight {
  readonly environment: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: FunctionError) => void;
}

/** The thread in which all environments of one function run. */
export class FunctionThread {
  private readonly host: ThreadHost;
  private readonly inFlight = new Map<string, InFlight>();
  /** False after an environment was killed or has ended by itself, because something of it may still be running. */
  private isReusable = true;

  constructor(private readonly options: ThreadOptions) {
    const { data, variables } = options;
    const user: ThreadUser = {
      onMessage: (message) => this.receive(message),
      onExit: (exitCode, crash) => {
        for (const { environment } of [...this.inFlight.values()]) this.end(environment, { error: crash, exitCode });
      },
    };
    const spare = takeSpareThread(data.taskRoot);
    spare?.restart(user, data, variables);
    this.host = spare ?? new ThreadHost(user, data, variables);
  }

  get running(): number {
    return this.inFlight.size;
  }

  /** @throws FunctionError */
  invoke(message: InvokeMessage): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.inFlight.set(message.id, { environment: message.environment, resolve, reject });
      this.host.post(message);
    });
  }

  /** Fails an invocation, and ends its environment immediately. */
  kill(id: string, error: ErrorPayload): void {
    const invocation = this.take(id);
    if (invocation === undefined) return;
    this.host.post({ type: 'kill', environment: invocation.environment });
    this.ended(invocation.environment);
    invocation.reject(new FunctionError(error));
  }

  async close(): Promise<void> {
    if (this.isReusable && this.running === 0 && keepThread(this.host)) return;
    await this.host.end();
  }

  private receive(message: EnvironmentMessage): void {
    switch (message.type) {
      case 'log':
        return this.options.onLog(message);
      case 'result':
        return this.take(message.id)?.resolve({ body: message.body ?? 'null' });
      case 'failure':
        return this.take(message.id)?.reject(new FunctionError(message.error));
      case 'frozen': {
        const invocation = this.take(message.id);
        if (invocation !== undefined) this.ended(invocation.environment);
        return invocation?.resolve('frozen');
      }
      case 'ended':
        return this.end(message.environment, message);
    }
  }

  private end(environment: number, { error, exitCode }: { error?: ErrorPayload; exitCode?: number }): void {
    this.ended(environment);
    for (const [id, { environment: of }] of this.inFlight) {
      if (of !== environment) continue;
      this.take(id)?.reject(new FunctionError(error ?? exited(id, exitCode)));
    }
  }

  private ended(environment: number): void {
    this.isReusable = false;
    this.options.onEnded(environment);
  }

  private take(id: string): InFlight | undefined {
    const invocation = this.inFlight.get(id);
    this.inFlight.delete(id);
    return invocation;
  }
}

/** The runtime ended before it answered. */
export function exited(id: string, exitCode: number | string | undefined): ErrorPayload {
  const reason =
    exitCode === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: ${typeof exitCode === 'string' ? exitCode : `exit status ${exitCode}`}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${id} Error: ${reason}` };
}
