import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { FunctionError, type ErrorPayload } from '../invoker';
import { type HostMessage, type InvokeMessage, type WorkerData, type WorkerMessage } from './worker/messages';
import { WORKER_SOURCE } from './worker/source';

export interface ThreadOptions {
  readonly data: WorkerData;
  /** The whole environment of the code; nothing of this process's own gets in. */
  readonly variables: Record<string, string>;
  readonly onLog: (line: { requestId?: string; level: string; message: string }) => void;
  /** Called when an environment has ended by itself. */
  readonly onEnded: (environment: number) => void;
}

/** How an invocation ended: with the JSON text of the result, or frozen as the message asked for. */
export type Answer = { readonly body: string } | 'frozen';

interface InFlight {
  readonly environment: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: FunctionError) => void;
}

/** The thread in which all environments of one function run. */
export class FunctionThread {
  private readonly worker: Worker;
  private readonly inFlight = new Map<string, InFlight>();
  private crash: ErrorPayload | undefined;

  constructor(private readonly options: ThreadOptions) {
    this.worker = new Worker(WORKER_SOURCE, {
      eval: true,
      env: options.variables,
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      workerData: options.data,
    });
    this.forwardLines(this.worker.stdout, 'info');
    this.forwardLines(this.worker.stderr, 'error');
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.crash = { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.worker.on('exit', (exitCode) => {
      for (const { environment } of [...this.inFlight.values()]) this.end(environment, { exitCode });
    });
  }

  get running(): number {
    return this.inFlight.size;
  }

  /** @throws FunctionError */
  invoke(message: InvokeMessage): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.inFlight.set(message.id, { environment: message.environment, resolve, reject });
      this.post(message);
    });
  }

  /** Fails an invocation, and ends its environment whatever it is doing. */
  kill(id: string, error: ErrorPayload): void {
    const invocation = this.take(id);
    if (invocation === undefined) return;
    this.post({ type: 'kill', environment: invocation.environment });
    this.options.onEnded(invocation.environment);
    invocation.reject(new FunctionError(error));
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private post(message: HostMessage): void {
    this.worker.postMessage(message);
  }

  private receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'log':
        return this.options.onLog(message);
      case 'result':
        return this.take(message.id)?.resolve({ body: message.body ?? 'null' });
      case 'failure':
        return this.take(message.id)?.reject(new FunctionError(message.error));
      case 'frozen': {
        const invocation = this.take(message.id);
        if (invocation !== undefined) this.options.onEnded(invocation.environment);
        return invocation?.resolve('frozen');
      }
      case 'ended':
        return this.end(message.environment, message);
    }
  }

  private end(environment: number, { error, exitCode }: { error?: ErrorPayload; exitCode?: number }): void {
    this.options.onEnded(environment);
    for (const [id, { environment: of }] of this.inFlight) {
      if (of !== environment) continue;
      this.take(id)?.reject(new FunctionError(error ?? this.crash ?? exited(id, exitCode)));
    }
  }

  private take(id: string): InFlight | undefined {
    const invocation = this.inFlight.get(id);
    this.inFlight.delete(id);
    return invocation;
  }

  private forwardLines(stream: Readable, level: string): void {
    createInterface({ input: stream }).on('line', (message) => this.options.onLog({ level, message }));
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
