import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { FunctionError, type ErrorPayload } from '../invoker';
import { WORKER_SOURCE, type HostMessage, type WorkerMessage } from './worker-source';

export interface EnvironmentOptions {
  readonly taskRoot: string;
  readonly handler: string;
  readonly nodeMajor: number;
  /** The whole environment of the code; nothing of this process's own gets in. */
  readonly variables: Record<string, string>;
  readonly onLog: (line: { requestId?: string; level: string; message: string }) => void;
}

interface InFlight {
  readonly resolve: (body: string) => void;
  readonly reject: (error: FunctionError) => void;
}

/**
 * One Lambda execution environment: a worker thread that keeps its module loaded between invocations. Unlike Lambda's, it
 * takes several invocations at a time.
 */
export class LambdaEnvironment {
  private readonly worker: Worker;
  private readonly inFlight = new Map<string, InFlight>();
  private crash: ErrorPayload | undefined;
  private ended = false;
  private closing = false;

  constructor(options: EnvironmentOptions) {
    this.worker = new Worker(WORKER_SOURCE, {
      eval: true,
      env: options.variables,
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      workerData: { taskRoot: options.taskRoot, handler: options.handler, nodeMajor: options.nodeMajor },
    });
    this.forwardLines(this.worker.stdout, 'info', options);
    this.forwardLines(this.worker.stderr, 'error', options);
    this.worker.on('message', (message: WorkerMessage) => this.receive(message, options));
    this.worker.on('error', (error: Error) => {
      this.crash ??= { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.worker.on('exit', (code) => this.end(code));
  }

  /** False once the thread has ended, or its module could not be loaded; then Lambda would start another environment. */
  get usable(): boolean {
    return !this.ended && !this.closing;
  }

  get invocations(): number {
    return this.inFlight.size;
  }

  /** Resolves to the JSON text of the result. @throws FunctionError */
  invoke(message: HostMessage): Promise<string> {
    return new Promise((resolve, reject) => {
      this.inFlight.set(message.id, { resolve, reject });
      this.worker.postMessage(message);
    });
  }

  /** Fails one invocation that took too long; a thread with nothing else to do is ended, as Lambda ends the environment. */
  timeOut(id: string, error: ErrorPayload): void {
    this.take(id)?.reject(new FunctionError(error));
    if (this.inFlight.size === 0) void this.close();
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage, options: EnvironmentOptions): void {
    switch (message.type) {
      case 'log':
        return options.onLog(message);
      case 'result':
        return this.take(message.id)?.resolve(message.body ?? 'null');
      case 'failure':
        return this.take(message.id)?.reject(new FunctionError(message.error));
      case 'crash':
        this.crash = message.error;
        return;
      case 'broken':
        // Every invocation that waits for the module has failed with the same error by now, or is about to.
        this.crash = message.error;
        setImmediate(() => void this.close());
        return;
      case 'ready':
    }
  }

  private end(code: number): void {
    this.ended = true;
    for (const [id, { reject }] of this.inFlight) {
      const reason =
        code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
      reject(
        new FunctionError(
          this.crash ?? { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${id} Error: ${reason}` },
        ),
      );
    }
    this.inFlight.clear();
  }

  private take(id: string): InFlight | undefined {
    const invocation = this.inFlight.get(id);
    this.inFlight.delete(id);
    return invocation;
  }

  private forwardLines(stream: Readable, level: string, options: EnvironmentOptions): void {
    createInterface({ input: stream }).on('line', (message) => options.onLog({ level, message }));
  }
}
