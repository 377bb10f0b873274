import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionContext } from '../../../lib/private/protocol';
import type { FailureLine, LogLevel, LogLine } from '../../../lib/private/protocol/log-lines';
import { SYSTEM_TIME } from '../time';
import { type Measured, metricFields } from './metrics';
import { writeLine } from './write';

/** What of the context object of Lambda is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The execution that an invocation is for. */
export interface Traced {
  /** ARN of the execution, or of the state machine if it is for no execution. */
  readonly arn?: string;
  readonly retryCount?: number;
}

interface Invocation extends Pick<LogLine, 'step' | 'requestId' | 'execution' | 'retryCount'> {
  readonly stateMachineName?: string;
}

/** Of each invocation, since an execution environment can have several at a time (Lambda Managed Instances). */
const invocations = new AsyncLocalStorage<Invocation>();

/**
 * Makes a function the handler of a step: lines that it logs name the step, the invocation and the execution. If it fails, a line says so.
 *
 * @param trace finds the execution in the event; else it is where the state machine puts it
 */
export function logged<E, R>(
  step: string,
  handle: (event: E, context: LambdaContext) => Promise<R>,
  trace: (event: E) => Traced = traceState,
): (event: E, context?: LambdaContext) => Promise<R> {
  return async (event, context) => {
    const { arn, retryCount } = trace(event);
    const invocation = { step, requestId: context?.awsRequestId, ...namesOf(arn), retryCount };
    return invocations.run(invocation, async () => {
      try {
        return await handle(event, context!);
      } catch (error) {
        const { name } = error as Error;
        const line: FailureLine = { errorName: name };
        log('ERROR', `${step} failed: ${name}`, line);
        throw error;
      }
    });
  };
}

/** Writes a line to the log of the function. Metrics are left out if the state machine is not known. */
export function log(level: LogLevel, message: string, fields: object = {}, measured?: Measured): void {
  const { stateMachineName, ...invocation } = invocations.getStore() ?? {};
  const now = SYSTEM_TIME.now();
  const line: LogLine = { timestamp: new Date(now).toISOString(), level, message, ...invocation, ...fields };
  const metrics = measured && stateMachineName !== undefined ? metricFields(stateMachineName, measured, now) : {};
  writeLine({ ...line, ...metrics });
}

function traceState(event: unknown): Traced {
  const { execution, state, retryCount } = (event as StateEvent | null) ?? {};
  return { arn: (execution ?? state?.execution)?.id, retryCount };
}

/** The state, or an event that contains it. */
interface StateEvent {
  readonly execution?: ExecutionContext;
  readonly state?: { readonly execution?: ExecutionContext };
  readonly retryCount?: number;
}

/** From `arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME` or `arn:aws:states:REGION:ACCOUNT:stateMachine:STATE_MACHINE`. */
function namesOf(arn = ''): Pick<Invocation, 'stateMachineName' | 'execution'> {
  const [, , , , , , stateMachineName, execution] = arn.split(':');
  return { stateMachineName, execution };
}
