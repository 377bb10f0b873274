import { Worker } from 'node:worker_threads';
import { type ErrorPayload } from '../invoker';
import { type EnvironmentMessage, type HostMessage, type WorkerData, type WorkerMessage } from './worker/messages';
import { WORKER_SOURCE } from './worker/source';

/** The user of a thread. */
export interface ThreadUser {
  readonly onMessage: (message: EnvironmentMessage) => void;
  /** @param crash the error that ended the thread; undefined if it ended without an error */
  readonly onExit: (exitCode: number, crash: ErrorPayload | undefined) => void;
}

/**
 * Size of the young generation of the heap in MiB. By default, the garbage of 10,000 invocations takes a quarter of the memory of the whole process before it is
 * collected.
 */
const YOUNG_GENERATION = 24;

/** A thread with the runtime of a function. It may serve one function after another. */
export class ThreadHost {
  private readonly worker: Worker;
  private crash: ErrorPayload | undefined;
  private root: string;
  private isAlive = true;
  /** Number of `clear` messages without an answer. Until it is 0, received messages are for an earlier user. */
  private clearing = 0;

  /** @param variables the whole environment of the code, which gets no variables of this process */
  constructor(
    private user: ThreadUser | undefined,
    data: WorkerData,
    variables: Record<string, string>,
  ) {
    this.root = data.taskRoot;
    this.worker = new Worker(WORKER_SOURCE, {
      eval: true,
      env: variables,
      argv: [],
      execArgv: [],
      // With these options, output does not go to the streams of this process. It is not read here either, because a stream that is read
      // keeps the process running, even after unref().
      stdout: true,
      stderr: true,
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.crash = { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.worker.on('exit', (exitCode) => {
      this.isAlive = false;
      this.user?.onExit(exitCode, this.crash);
    });
  }

  /** Folder of the code that it has run last. */
  get taskRoot(): string {
    return this.root;
  }

  get hasEnded(): boolean {
    return !this.isAlive;
  }

  post(message: HostMessage): void {
    this.worker.postMessage(message);
  }

  /**
   * Ends all environments, and releases the thread for its next user. Until then, the thread does not keep the process
   * running.
   */
  release(): void {
    this.user = undefined;
    this.clearing++;
    this.post({ type: 'clear' });
    this.worker.unref();
  }

  /** Serves another function from now on. */
  restart(user: ThreadUser, data: WorkerData, variables: Record<string, string>): void {
    this.user = user;
    this.root = data.taskRoot;
    this.worker.ref();
    this.post({ type: 'restart', data, variables });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage): void {
    if (message.type === 'cleared') this.clearing--;
    else if (this.clearing === 0) this.user?.onMessage(message);
  }
}
