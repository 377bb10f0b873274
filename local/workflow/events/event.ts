import { type Json, type JsonObject } from '../json';

/** An event as EventBridge sends it to rules and targets ("Events in Amazon EventBridge", EventBridge User Guide). */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** The fields of an event that its sender sets. */
export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  /** Default: now. */
  readonly time?: Date;
  /** Account and Region of the sender. */
  readonly accountId: string;
  readonly region: string;
  /** Name or ARN. Default: `default` of the sender's account and Region. */
  readonly eventBusName?: string;
}

/** Account, Region and name of an event bus. */
export interface BusName {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** @param nameOrArn of an event bus; a name is one of this account and Region */
export function busOf(nameOrArn: string, home: Omit<BusName, 'name'>): BusName {
  const [, region, accountId, name] = /^arn:[^:]+:events:([^:]*):(\d*):event-bus\/(.+)$/.exec(nameOrArn) ?? [];
  if (region !== undefined && accountId !== undefined && name !== undefined) return { accountId, region, name };
  return { accountId: home.accountId, region: home.region, name: nameOrArn };
}

export function isSameBus(one: BusName, other: BusName): boolean {
  return one.accountId === other.accountId && one.region === other.region && one.name === other.name;
}

/** A time in the format of events. */
export function eventTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function asJson(event: BusEvent): Json {
  return event as unknown as Json;
}
