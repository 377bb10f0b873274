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
  /** Workers that copied parts at one time. */
  readonly concurrency: number;
  readonly coldStarts: number;
  /** Seconds of the model by state, each from the end of the state before it to its own. */
  readonly states: Readonly<Record<string, number>>;
  /** Invocations that Lambda refused, of all copies of the run. */
  readonly throttles: number;
  /** What this machine took. */
  readonly realSeconds: number;
}

export interface CopyOptions {
  /** Copies that run at the same time. Default 1. */
  readonly executions?: number;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Runs on a clock that is so many times faster than real time. Default: on a clock that waits for the simulation. */
  readonly timeScale?: number;
  /** Without the latency of S3 and the delays of the platform, to see what this machine takes. */
  readonly withoutDelays?: boolean;
  readonly lambdaConcurrency?: number;
}

/**
 * Copies an object of generated content through the synthesized workflow. Everything runs on one clock, which stands still while code
 * runs and jumps from timer to timer while all of it waits, so that the time of this machine does not count.
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
    if (source === undefined || destination === undefined) throw new Error('The app has no two buckets.');
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
      if (identity !== server.contentIdentity(source.name, 'object.bin')) throw new Error('The copy has other bytes.');
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
