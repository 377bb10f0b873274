import { type ThreadTime } from '../../clock';
import { type ErrorPayload } from '../../invoker';

/** What a thread gets when it starts. */
export interface WorkerData {
  readonly taskRoot: string;
  readonly handler: string;
  readonly nodeMajor: number;
  readonly time: ThreadTime;
  /** This number of environments have their own module instances; further environments share them. */
  readonly moduleInstances: number;
}

export type HostMessage =
  | InvokeMessage
  | { readonly type: 'kill'; readonly environment: number }
  /** Ends all environments. */
  | { readonly type: 'clear' }
  | RestartMessage;

/** Assigns an empty thread to a function of another deployment. */
export interface RestartMessage {
  readonly type: 'restart';
  readonly data: WorkerData;
  /** The whole environment of the code. */
  readonly variables: Record<string, string>;
}

export interface InvokeMessage {
  readonly type: 'invoke';
  /** The AWS request id. */
  readonly id: string;
  readonly environment: number;
  /** JSON text. */
  readonly event: string;
  /** Milliseconds since 1970, in the time of the workflow. */
  readonly deadline: number;
  readonly context: Record<string, unknown>;
  /**
   * Freezes the environment when this number of requests of the invocation have been answered, or when the invocation
   * ends.
   */
  readonly freezeAfterRequests?: number;
}

/** What the environments of a function report. */
export type EnvironmentMessage =
  | { readonly type: 'result'; readonly id: string; readonly body: string | undefined }
  | { readonly type: 'failure'; readonly id: string; readonly error: ErrorPayload }
  /** The environment was frozen as `freezeAfterRequests` requested. */
  | { readonly type: 'frozen'; readonly id: string }
  /** The environment ended by itself: an uncaught exception, process.exit, a module that cannot be loaded. */
  | { readonly type: 'ended'; readonly environment: number; readonly error?: ErrorPayload; readonly exitCode?: number }
  | { readonly type: 'log'; readonly requestId?: string; readonly level: string; readonly message: string };

export type WorkerMessage =
  | EnvironmentMessage
  /** The answer to `clear`: no message of the environments that have been ended follows. */
  | { readonly type: 'cleared' };
