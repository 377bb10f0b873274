import type { LatencyOption, S3Server } from '../s3';
import type { BusEvent, DeployedRole, LogLine } from '../workflow';
import type { InputOptions } from './input';
import type { OnProgress } from './progress';
import type { SourceSetup } from './setup/schema';
import type { SourceContent } from './source';

/** An execution that has ended. */
export interface FinishedExecution {
  readonly executionArn: string;
  /** URL of the local Step Functions API. */
  readonly endpoint: string;
  /** How many times faster than on AWS its clock ran. */
  readonly timeScale: number;
}

export interface CopyRunOptions extends Omit<SourceContent, 'text' | 'seed'>, InputOptions {
  /** Command that synthesizes the app, as in `cdk.json`. */
  readonly app?: string;
  /** Folder that `app` runs in. Default: the current one. */
  readonly appFolder?: string;
  /** Environment of `app`. Default: that of this process. */
  readonly appEnvironment?: NodeJS.ProcessEnv;
  /** Whether `app` reads a scenario from its context, as the scenario app does. Default false. */
  readonly appReadsScenario?: boolean;
  /** Folder of a cloud assembly, instead of `app`. */
  readonly assembly?: string;
  /** A synthesized template, instead of `app`. */
  readonly template?: string;
  /** Values of template parameters, and of SSM parameters that the app does not create, as in `DeploymentOptions`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Logical id, construct path or name, if there are several state machines. Default: the only one. */
  readonly stateMachine?: string;
  /** Folder that keeps buckets and objects, as `mpcopy s3 --dir` does. Default: they are gone after the run. */
  readonly dir?: string;
  /** Endpoint of a running `mpcopy s3`, whose buckets and objects are used. Default: an embedded S3 of the run's own. */
  readonly endpoint?: string;
  /** How many times faster than on AWS time passes for Step Functions, Lambda and the embedded S3. Default 10. */
  readonly timeScale?: number;
  /** How slowly the embedded S3 answers, on the clock of the run. Default: without delay. */
  readonly latency?: LatencyOption;
  /** File of faults for the embedded S3, as `S3Server.loadFaults` takes it. */
  readonly faults?: string;
  /** File of faults for the local Lambda and Step Functions, as `parsePlatformFaults` reads it. */
  readonly platformFaults?: string;
  /** Concurrent Lambda executions of the account; new accounts have 10 to 50. Default 1,000. */
  readonly lambdaConcurrency?: number;
  /** Checks every request of the workers against the policies of their role, as synthesized. Default false. */
  readonly enforceIam?: boolean;
  /** The source object, both buckets and secrets. Default: a plain object in plain buckets. */
  readonly sourceSetup?: SourceSetup;
  /** Changes roles before the run, as `withoutAction` does. */
  readonly transformRoles?: (roles: readonly DeployedRole[]) => readonly DeployedRole[];
  readonly onProgress?: OnProgress;
  /** Called with the embedded S3 after everything has been put there, before the execution starts. */
  readonly onReady?: (server: S3Server) => void | Promise<void>;
  /** Called with each event that is put to an event bus: by the state machine, by functions, and by Step Functions itself. */
  readonly onBusEvent?: (event: BusEvent) => void;
  /** Gets every line that a function logs; nothing is printed. */
  readonly onLog?: (line: LogLine) => void;
  /** Called when the execution has ended, while its Step Functions endpoint can still be asked about it. */
  readonly onFinished?: (execution: FinishedExecution) => void | Promise<void>;
}

export const DEFAULT_TIME_SCALE = 10;

/** Size of the source object if nothing else says it. */
export const DEFAULT_SIZE = 256 * 1024 ** 2;

/** Whether the run puts a source object. In buckets that are kept, it copies what is there unless an option asks for an object. */
export function putsSource({ dir, endpoint, file, size, onDisk, sourceSetup }: CopyRunOptions): boolean {
  const isKept = dir !== undefined || endpoint !== undefined;
  return !isKept || file !== undefined || size !== undefined || onDisk === true || sourceSetup !== undefined;
}
