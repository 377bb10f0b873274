import { type Clock } from '../clock';
import { asNumber, asObject, asString, type Json } from '../json';
import { type DeployedRule, type DeployedSchedule, type DeployedTarget } from '../template/events';
import { Attempts } from './attempts';
import { type Delivery, DeliveryFailed } from './delivery';
import { asJson, type BusEvent, type BusName, busOf, eventTime, isSameBus, type NewEvent } from './event';
import { matchesPattern } from './pattern';
import { type MessageAttributes, type Queue } from './queues';
import { scheduleInput } from './schedule-input';
import { targetInput } from './target-input';

export interface EventBridgeOptions {
  readonly rules: readonly DeployedRule[];
  readonly schedules: readonly DeployedSchedule[];
  /** By ARN. */
  readonly queues: ReadonlyMap<string, Queue>;
  readonly clock: Clock;
  /** A new UUID. */
  readonly newId: () => string;
  /** A number in [0, 1) for jitter. */
  readonly random: () => number;
  /**
   * Calls a target, once.
   *
   * @param input text, JSON unless the template says otherwise
   * @returns the answer of the target
   * @throws DeliveryFailed
   */
  readonly callTarget: (target: DeployedTarget, input: string, source: TargetSource) => Promise<Json | undefined>;
  readonly onEvent?: (event: BusEvent) => void;
}

/** The rule or schedule that calls a target. */
export interface TargetSource {
  readonly arn: string;
  readonly names: readonly string[];
  readonly region: string;
  readonly accountId: string;
}

/** Source and target of a delivery. */
interface Route {
  readonly source: TargetSource;
  readonly target: DeployedTarget;
  /** The event that a dead-letter queue gets. */
  readonly body: string;
}

type MutableDelivery = { -readonly [K in keyof Delivery]: Delivery[K] };

/** "How EventBridge retries delivering events", EventBridge User Guide. */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 24 * 3600;

/** AWS documents exponential backoff and jitter, but no numbers. */
const BACKOFF = { firstMs: 1000, mostMs: 10 * 60_000 };

/** Maximum number of events and deliveries that are kept. */
const MOST_KEPT = 10_000;

/** Limit for an event that two buses would otherwise forward to each other forever. */
const MOST_HOPS = 5;

/** EventBridge and its Scheduler: event buses, rules, and the delivery of events to their targets. */
export class EventBridge {
  private readonly kept: BusEvent[] = [];
  private readonly known: MutableDelivery[] = [];
  private readonly attempts: Attempts;
  private isClosed = false;

  constructor(private readonly options: EventBridgeOptions) {
    this.attempts = new Attempts(options.clock);
  }

  /** Events that were put to any bus, oldest first. */
  get events(): readonly BusEvent[] {
    return this.kept;
  }

  /** Events that rules have matched, and schedules, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.known;
  }

  /** Puts an event to a bus, whose rules determine the targets. */
  put(given: NewEvent): BusEvent {
    const { accountId, region } = given;
    const event: BusEvent = {
      version: '0',
      id: this.options.newId(),
      'detail-type': given.detailType,
      source: given.source,
      account: accountId,
      time: eventTime(given.time?.getTime() ?? this.options.clock.now()),
      region,
      resources: given.resources ?? [],
      detail: given.detail,
    };
    appendCapped(this.kept, event);
    this.options.onEvent?.(event);
    this.route(event, busOf(given.eventBusName ?? 'default', { accountId, region }));
    return event;
  }

  /** Puts an event to a bus, on behalf of another bus or a client. */
  route(event: BusEvent, bus: BusName, hops = 0): void {
    for (const rule of this.options.rules) {
      const { eventPattern, enabled } = rule;
      if (!enabled || eventPattern === undefined || !isSameBus(busOf(rule.eventBusName, rule), bus)) continue;
      if (!matchesPattern(eventPattern, asJson(event))) continue;
      for (const target of rule.targets) this.send(rule, target, event, hops);
    }
  }

  /**
   * Triggers a rule or schedule.
   *
   * @param name logical ID, construct path, name or ARN
   * @returns false if there is no such schedule
   */
  trigger(name: string): boolean {
    const { rules, schedules, clock, newId } = this.options;
    const isMeant = ({ names, arn }: { names: readonly string[]; arn: string }): boolean =>
      names.includes(name) || arn === name;
    const rule = rules.find((each) => each.scheduleExpression !== undefined && isMeant(each));
    const about = { version: '0', id: newId(), time: eventTime(clock.now()) } as const;
    if (rule !== undefined) {
      const { accountId: account, region, arn } = rule;
      const event = { ...about, 'detail-type': 'Scheduled Event', source: 'aws.events', account, region, detail: {} };
      for (const target of rule.targets) this.send(rule, target, { ...event, resources: [arn] }, 0);
      return true;
    }
    const schedule = schedules.find(isMeant);
    if (schedule === undefined) return false;
    const input = scheduleInput(schedule, about);
    this.deliver({ source: schedule, target: schedule.target, body: input }, input, about.id);
    return true;
  }

  /** Whether a target is being called. */
  get isBusy(): boolean {
    return this.attempts.isBusy;
  }

  /** Resolves when no target is being called. Deliveries that wait for another attempt are not waited for. */
  idle(): Promise<void> {
    return this.attempts.idle();
  }

  /** Discards the deliveries that wait for another attempt. Rules match nothing after this call. */
  close(): void {
    this.isClosed = true;
    this.attempts.discardWaiting();
  }

  private send(rule: DeployedRule, target: DeployedTarget, event: BusEvent, hops: number): void {
    if (/^arn:[^:]+:events:[^:]*:[^:]*:event-bus\//.test(target.arn)) {
      if (hops < MOST_HOPS) this.route(event, busOf(target.arn, rule), hops + 1);
      return;
    }
    const body = JSON.stringify(event);
    this.deliver({ source: rule, target, body }, targetInput(target.properties, event, rule), event.id);
  }

  private deliver(route: Route, input: string, eventId: string): void {
    const delivery: MutableDelivery = {
      rule: route.source.arn,
      target: route.target.arn,
      input,
      eventId,
      status: 'PENDING',
      attempts: 0,
    };
    appendCapped(this.known, delivery);
    if (this.isClosed) return;
    const since = this.options.clock.now();
    this.attempts.start(() => this.callOnce(delivery, route, since));
  }

  /** @param since time of the first attempt */
  private async callOnce(delivery: MutableDelivery, route: Route, since: number): Promise<void> {
    delivery.attempts++;
    try {
      // Starts after the sender of the event has finished its call.
      await Promise.resolve();
      const result = await this.options.callTarget(route.target, delivery.input, route.source);
      delivery.status = 'DELIVERED';
      if (result !== undefined) delivery.result = result;
    } catch (error) {
      const failure = error instanceof DeliveryFailed ? error : new DeliveryFailed('INTERNAL_ERROR', String(error));
      delivery.error = `${failure.code}: ${failure.message}`;
      this.retryOrGiveUp(delivery, route, since, failure);
    }
  }

  private retryOrGiveUp(delivery: MutableDelivery, route: Route, since: number, failure: DeliveryFailed): void {
    const { clock, random } = this.options;
    const policy = asObject(route.target.properties.RetryPolicy);
    const retries = delivery.attempts - 1;
    const backoffMs = Math.min(BACKOFF.firstMs * 2 ** retries, BACKOFF.mostMs) * (0.5 + random() / 2);
    const mostAgeMs = (asNumber(policy.MaximumEventAgeInSeconds) ?? DEFAULT_AGE_SECONDS) * 1000;
    const isSpent = retries >= (asNumber(policy.MaximumRetryAttempts) ?? DEFAULT_RETRIES);
    const isOld = clock.now() + backoffMs > since + mostAgeMs;
    if (failure.isRetried && !isSpent && !isOld) {
      this.attempts.startLater(backoffMs, () => this.callOnce(delivery, route, since));
      return;
    }
    const exhausted = isSpent ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
    this.giveUp(delivery, route, {
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      ...(failure.isRetried && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(retries),
    });
  }

  private giveUp(delivery: MutableDelivery, { source, target, body }: Route, why: MessageAttributes): void {
    const queue = this.options.queues.get(asString(asObject(target.properties.DeadLetterConfig).Arn) ?? '');
    delivery.status = queue === undefined ? 'DROPPED' : 'DEAD_LETTER';
    queue?.send(body, { RULE_ARN: source.arn, TARGET_ARN: target.arn, ...why });
  }
}

function appendCapped<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MOST_KEPT) list.shift();
}
