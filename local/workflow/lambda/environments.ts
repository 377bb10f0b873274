import { type Clock } from '../clock';
import { type ErrorPayload } from '../invoker';
import { type DeployedFunction } from '../template/functions';
import { FunctionThread, type Answer, type ThreadOptions } from './thread';
import { type InvokeMessage } from './worker/messages';

/** An execution environment, which processes one invocation at a time. */
export interface Environment {
  readonly id: number;
  /** Whether it is new, so that its code has to be loaded. */
  readonly isCold: boolean;
}

/**
 * This number of environments of a function have their own module instances; further environments share one of these
 * instances. Each instance of a bundle with the AWS SDK takes 1.5 MB and 10 ms, and is compiled to machine code
 * separately.
 */
const MODULE_INSTANCES = 4;

/**
 * The execution environments of one function. As on Lambda, each processes one invocation at a time, and then waits for
 * the next one. They run in one thread, because a thousand threads would be too many for a laptop.
 */
export class Environments {
  private thread: FunctionThread | undefined;
  private readonly idle: number[] = [];
  private readonly busy = new Set<number>();
  private next = 0;
  private hasEnded = false;

  constructor(
    private readonly target: DeployedFunction,
    private readonly clock: Clock,
    private readonly options: Pick<ThreadOptions, 'onLog'> & { readonly variables: () => Record<string, string> },
  ) {}

  /** Invocations that are running. */
  get running(): number {
    return this.busy.size;
  }

  /** Whether the next invocation needs a new environment. */
  get isNextCold(): boolean {
    return this.idle.length === 0;
  }

  /** The environment that was used last is used first. */
  take(): Environment {
    const known = this.idle.pop();
    const id = known ?? this.next++;
    this.busy.add(id);
    return { id, isCold: known === undefined };
  }

  /** Returns an environment that is not used, or whose invocation has ended. */
  release({ id }: Environment): void {
    if (this.busy.delete(id)) this.idle.push(id);
  }

  /**
   * @throws FunctionError
   * @throws UnsupportedFunction, AssetNotFound, UnresolvedIntrinsic if the code cannot run here
   */
  invoke(message: InvokeMessage): Promise<Answer> {
    // A thread that starts after the end would keep the process alive.
    if (this.hasEnded) return new Promise(() => undefined);
    this.thread ??= this.start();
    return this.thread.invoke(message);
  }

  /** Ends the environment of an invocation immediately. If the thread has no other environment, it ends, too. */
  kill(id: string, error: ErrorPayload): void {
    const { thread } = this;
    thread?.kill(id, error);
    // The code may block the thread, so that it never receives a message.
    if (thread?.running === 0) void this.close();
  }

  /** Ends the thread, and prevents that another one starts. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await this.close();
  }

  private async close(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    this.idle.length = 0;
    await thread?.close();
  }

  private start(): FunctionThread {
    const { target, clock } = this;
    return new FunctionThread({
      variables: this.options.variables(),
      onLog: this.options.onLog,
      onEnded: (environment) => this.forget(environment),
      data: {
        taskRoot: target.codeDirectory,
        handler: target.handler,
        nodeMajor: Number(/^nodejs(\d+)/.exec(target.runtime)?.[1] ?? 24),
        time: clock.threadTime(),
        moduleInstances: MODULE_INSTANCES,
      },
    });
  }

  private forget(environment: number): void {
    this.busy.delete(environment);
    const index = this.idle.indexOf(environment);
    if (index >= 0) this.idle.splice(index, 1);
  }
}
