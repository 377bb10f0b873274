import { S3Server } from '../../local/s3';
import { type Clock, type LocalDeployment, LocalStepFunctions, ScaledClock, VirtualClock } from '../../local/workflow';
import { PLATFORM } from './platform';

export interface Copy {
  /** Seconds of the model, from StartExecution to the end of the execution. */
  readonly seconds: number;
  /** Requests to S3. */
  readonly requests: number;
  readonly requestsByOperation: Readonly<Record<string, number>>;
  readonly parts: number;
  /** Maximum number of workers that copied parts at the same time. */
  readonly concurrency: number;
  readonly coldStarts: number;
  /** Seconds of the model by state, each from the end of the previous state to its own end. */
  readonly states: Readonly<Record<string, number>>;
  /** Number of invocations that Lambda throttled, of all copies of the run. */
  readonly throttles: number;
  /** The time that this machine took. */
  readonly realSeconds: number;
}

export interface CopyOptions {
  /** Copies that run at the same time. Default 1. */
  readonly executions?: number;
  readonly input?: Readonly<Record<string, unknown>>;
  /** How many times faster than real time the clock runs. Default: the clock waits for the simulation. */
  readonly timeScale?: number;
  /** Whether to omit the latency of S3 and the delays of the platform, to measure the time of this machine. */
  readonly withoutDelays?: boolean;
  readonly lambdaConcurrency?: number;
}

/**
 * Copies an object of generated content through the synthesized workflow. Everything uses one clock. It stands still while code runs, and
 * jumps to the next timer while all code waits, so that the time of this machine does not count.
 *
 * @throws Error if the execution fails, or the copy is not equal to its source
 */
export async function copyOurs(deployment: LocalDeployment, size: number, options: CopyOptions = {}): Promise<Copy[]> {
  const { executions = 1, timeScale, withoutDelays = false } = options;
  const started = performance.now();
  const virtual = timeScale === undefined && !withoutDelays ? new VirtualClock(Date.now()) : undefined;
  const clock = virtual ?? new ScaledClock(timeScale);
  const exits = new Map<string, { readonly state: string; readonly at: number }[]>();
  const server = await S3Server.start({
    ...(!withoutDelays && { latency: 'aws' as const }),
    clock: s3Clock(clock),
  });
  const stepFunctions = new LocalStepFunctions(deployment, {
    s3Endpoint: server.endpoint.replace('//127.0.0.1:', '//localhost:'),
    clock,
    lambdaConcurrency: options.lambdaConcurrency ?? PLATFORM.lambdaConcurrency,
    lambdaScaling: PLATFORM.lambdaScaling,
    onEvent: (event) => {
      if (event.type !== 'StateExited') return;
      const { executionArn, state } = event;
      exits.set(executionArn, [...(exits.get(executionArn) ?? []), { state, at: clock.now() }]);
    },
    ...(!withoutDelays && {
      lambdaStartSeconds: PLATFORM.lambdaStartSeconds,
      overheadSeconds: PLATFORM.overheadSeconds,
    }),
  });
  try {
    const [source, destination] = deployment.buckets;
    if (source === undefined || destination === undefined) throw new Error('The app does not have two buckets.');
    server.createBucket(source.name, { versioning: source.versioning });
    server.createBucket(destination.name);
    server.putGenerated({ bucket: source.name, key: 'object.bin', size, seed: 'bench' });
    server.requestLog.clear();
    const stateMachine = deployment.stateMachine();
    const all = Promise.all(
      Array.from({ length: executions }, (_, index) =>
        stepFunctions.start(stateMachine, {
          input: {
            source: `s3://${source.name}/object.bin`,
            destination: `s3://${destination.name}/copy-${index}.bin`,
            ...options.input,
          },
        }),
      ),
    );
    const results = await (virtual?.run(all) ?? all);
    const requestsByOperation = server.requestLog.counts();
    const requests = Object.values(requestsByOperation).reduce((sum, count) => sum + count, 0);
    return results.map((result, index) => {
      if (result.status !== 'SUCCEEDED') throw new Error(`The execution failed: ${result.error} ${result.cause}`);
      const copy = { bucket: destination.name, key: `copy-${index}.bin` };
      const identity = server.contentIdentity(copy.bucket, copy.key);
      if (identity !== server.contentIdentity(source.name, 'object.bin'))
        throw new Error('The bytes of the copy differ.');
      const copyPart = Object.entries(result.functions).find(([id]) => id.includes('CopyPart'))?.[1];
      return {
        seconds: (result.stopDate.getTime() - result.startDate.getTime()) / 1000,
        requests,
        requestsByOperation,
        parts: (requestsByOperation.UploadPartCopy ?? 0) / executions,
        concurrency: copyPart?.concurrency ?? 0,
        coldStarts: Object.values(result.functions).reduce((sum, { coldStarts }) => sum + coldStarts, 0),
        states: secondsByState(result.startDate.getTime(), exits.get(result.executionArn) ?? []),
        throttles: Object.values(result.functions).reduce((sum, { throttles }) => sum + throttles, 0),
        realSeconds: (performance.now() - started) / 1000,
      };
    });
  } finally {
    await stepFunctions.close();
    await server.close();
  }
}

function secondsByState(start: number, exits: readonly { readonly state: string; readonly at: number }[]) {
  const seconds = exits.map(({ state, at }, index) => {
    const before = exits[index - 1]?.at ?? start;
    return [state, +((at - before) / 1000).toFixed(3)] as const;
  });
  return Object.fromEntries(seconds);
}

/** Requests come from functions, which hold the clock and wait for one answer at a time. */
function s3Clock(clock: Clock) {
  const schedule =
    clock instanceof VirtualClock
      ? (milliseconds: number, callback: () => void) => clock.scheduleForCaller(milliseconds, callback)
      : (milliseconds: number, callback: () => void) => clock.schedule(milliseconds, callback);
  return { now: () => clock.now(), schedule, ofClients: new ScaledClock() };
}
