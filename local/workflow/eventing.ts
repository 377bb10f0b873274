import { StateFailure } from './asl/failure';
import { type Clock } from './clock';
import { type SeededRandom } from './engine/seeded-random';
import { type EventSink } from './event-sink';
import { AsyncInvocations } from './events/async-invocations';
import { DeliveryFailed } from './events/delivery';
import { type BusEvent } from './events/event';
import { EventBridge } from './events/event-bridge';
import { putEvents } from './events/put-events';
import { Queue } from './events/queues';
import { callTarget, type Targets } from './events/targets';
import { type FunctionInvoker } from './invoker';
import { stableUuid } from './json';
import { type PlatformFaults } from './platform-faults';
import { type LocalDeployment } from './template/deployment';

export interface EventingOptions {
  readonly deployment: LocalDeployment;
  readonly lambda: FunctionInvoker;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly faults: PlatformFaults;
  readonly startExecution: Targets['startExecution'];
  readonly onBusEvent?: (event: BusEvent) => void;
}

/** EventBridge, its Scheduler, the queues and asynchronous invocations of one deployment. */
export class Eventing {
  /** By ARN. */
  readonly queues: ReadonlyMap<string, Queue>;
  readonly bridge: EventBridge;
  readonly sink: EventSink;
  private readonly invocations: AsyncInvocations;

  constructor({ deployment, lambda, clock, random, faults, startExecution, onBusEvent }: EventingOptions) {
    const { rules, schedules, functions } = deployment;
    const queues = new Map(deployment.queues.map((queue) => [queue.arn, new Queue(queue, clock)]));
    const functionOf = (arn: string) => functions.find((each) => arn === each.arn || arn.startsWith(`${each.arn}:`));
    const invocations = new AsyncInvocations({
      lambda,
      clock,
      queues,
      configurationOf: (arn) => {
        const target = functionOf(arn);
        const defaults = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 3600 };
        const { deadLetterArn } = target ?? {};
        return { ...defaults, ...target?.eventInvokeConfig, ...(deadLetterArn !== undefined && { deadLetterArn }) };
      },
    });
    const targets: Targets = {
      queues,
      invocations,
      hasFunction: (arn) => functionOf(arn) !== undefined,
      startExecution,
    };
    let count = 0;
    this.queues = queues;
    this.invocations = invocations;
    this.bridge = new EventBridge({
      ...{ rules, schedules, queues, clock },
      newId: () => stableUuid(random.seedOf(`event/${count++}`)),
      random: () => random.fraction(`delivery/${count++}`),
      // eslint-disable-next-line @typescript-eslint/require-await -- an error has to reject
      callTarget: async (target, input, source) => {
        faults.start();
        const fault = faults.ofDelivery(source.names);
        if (fault !== undefined) {
          throw new DeliveryFailed(fault.error ?? 'THROTTLING', fault.message ?? 'A fault rule prevents the delivery.');
        }
        return callTarget(target.arn, input, targets);
      },
      ...(onBusEvent && { onEvent: onBusEvent }),
    });
    this.sink = {
      putEvents: (request) => {
        const fault = faults.ofInvocation({ state: request.state, functionNames: [] });
        if (fault?.kind === 'throttled') throw new StateFailure('EventBridge.ThrottlingException', 'Rate exceeded');
        if (fault?.kind === 'error') throw new StateFailure(`EventBridge.${fault.name}`, fault.message);
        return putEvents(request, (event) => this.bridge.put(event));
      },
    };
  }

  /** Whether an event is being delivered, or a function is running for an event. */
  get isBusy(): boolean {
    return this.bridge.isBusy || this.invocations.isBusy;
  }

  /** Resolves when no event is being delivered and no function is running for an event. */
  async idle(): Promise<void> {
    await this.bridge.idle();
    await this.invocations.idle();
  }

  /** Discards what waits for another attempt. Nothing is delivered after this call. */
  close(): void {
    this.bridge.close();
    this.invocations.close();
  }
}
