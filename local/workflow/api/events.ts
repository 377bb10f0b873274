import { type Authorize } from '../access';
import { type EventSink } from '../event-sink';
import { busOf, isSameBus } from '../events/event';
import { matchesPattern } from '../events/pattern';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json';
import { type DeployedRule } from '../template/events';
import { ApiError, refuseIf } from './api-error';
import { type JsonOperation, jsonService } from './json-service';
import { paginate } from './pages';
import { type ApiRequest, type Service } from './services';

export interface EventsBackend {
  readonly rules: readonly DeployedRule[];
  readonly sink: EventSink;
  /** Account of the callers, and their Region if the request does not contain one. */
  readonly home: { readonly accountId: string; readonly region: string };
}

type Operation = JsonOperation<EventsBackend>;

/** EventBridge, with the members and errors of its API reference (2015-10-07). */
export function events(backend: EventsBackend, authorize?: Authorize): Service {
  const operations = new Map<string, Operation>(
    Object.entries({ PutEvents, ListRules, DescribeRule, ListTargetsByRule, ListEventBuses, TestEventPattern }),
  );
  return jsonService('AWSEvents.', operations, backend, {
    contentType: 'application/x-amz-json-1.1',
    check: (operation, members, request) => {
      for (const resource of operation === 'PutEvents' ? busesOf(members, backend, request) : ['*']) {
        const { accessKeyId } = request;
        refuseIf(authorize?.({ accessKeyId, action: `events:${operation}`, resource, operation }));
      }
    },
  });
}

/** ARNs of the event buses of entries. */
function busesOf({ Entries }: JsonObject, backend: EventsBackend, request: ApiRequest): ReadonlySet<string> {
  const home = homeOf(backend, request);
  const arns = asArray(Entries).map((entry) => {
    const { accountId, region, name } = busOf(asString(asObject(entry).EventBusName) ?? 'default', home);
    return busArn(backend, { accountId, region }, name);
  });
  return new Set(arns);
}

/** Entries of one request ("EventBridge quotas"). */
const MOST_ENTRIES = 10;

const PutEvents: Operation = ({ Entries }, backend, request) => {
  const entries = asArray(Entries);
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    throw new ApiError(
      'ValidationException',
      `${entries.length} Entries are given, 1 to ${MOST_ENTRIES} are expected.`,
    );
  }
  return backend.sink.putEvents({ entries, ...homeOf(backend, request) });
};

const ListRules: Operation = (members, backend, request) => {
  const prefix = asString(members.NamePrefix) ?? '';
  const { page, nextToken } = paginate(
    rulesOf(members, backend, request).filter(({ name }) => name.startsWith(prefix)),
    pageRequest(members),
  );
  return { Rules: page.map(describe), ...nextTokenOf(nextToken) };
};

const DescribeRule: Operation = (members, backend, request) =>
  describe(ruleOf(members, members.Name, backend, request));

const ListTargetsByRule: Operation = (members, backend, request) => ({
  Targets: ruleOf(members, members.Rule, backend, request).targets.map(({ id, arn, roleArn, properties }) => ({
    Id: id,
    Arn: arn,
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...properties,
  })),
});

const ListEventBuses: Operation = (_, backend, request) => {
  const { accountId, region } = homeOf(backend, request);
  const names = backend.rules
    .filter((rule) => rule.region === region)
    .map((rule) => busOf(rule.eventBusName, rule).name);
  return {
    EventBuses: [...new Set(['default', ...names])].map((Name) => ({
      Name,
      Arn: busArn(backend, { accountId, region }, Name),
    })),
  };
};

function busArn({ rules }: EventsBackend, { accountId, region }: EventsBackend['home'], name: string): string {
  const [, partition = 'aws'] = rules[0]?.arn.split(':') ?? [];
  return `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`;
}

const TestEventPattern: Operation = ({ EventPattern, Event }) => ({
  Result: matchesPattern(
    parse(EventPattern, 'InvalidEventPatternException', 'EventPattern'),
    parse(Event, 'ValidationException', 'Event'),
  ),
});

function describe(rule: DeployedRule): JsonObject {
  const { name, arn, enabled, eventPattern, scheduleExpression, eventBusName } = rule;
  return {
    Name: name,
    Arn: arn,
    State: enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: busOf(eventBusName, rule).name,
    ...(eventPattern !== undefined && { EventPattern: JSON.stringify(eventPattern) }),
    ...(scheduleExpression !== undefined && { ScheduleExpression: scheduleExpression }),
  };
}

function rulesOf(members: JsonObject, backend: EventsBackend, request: ApiRequest): readonly DeployedRule[] {
  const bus = busOf(asString(members.EventBusName) ?? 'default', homeOf(backend, request));
  return backend.rules.filter((rule) => isSameBus(busOf(rule.eventBusName, rule), bus));
}

function ruleOf(
  members: JsonObject,
  name: Json | undefined,
  backend: EventsBackend,
  request: ApiRequest,
): DeployedRule {
  const found = rulesOf(members, backend, request).find((rule) => rule.name === name);
  if (found !== undefined) return found;
  throw new ApiError('ResourceNotFoundException', `Rule ${asString(name)} does not exist on EventBus default.`);
}

function homeOf({ home }: EventsBackend, { region }: ApiRequest): EventsBackend['home'] {
  return { accountId: home.accountId, region: region ?? home.region };
}

/** Members of pages begin with an upper-case letter here, unlike those of Step Functions. */
function pageRequest({ NextToken, Limit, ...query }: JsonObject): JsonObject {
  return {
    ...query,
    ...(NextToken !== undefined && { nextToken: NextToken }),
    ...(Limit !== undefined && { maxResults: Limit }),
  };
}

function nextTokenOf({ nextToken }: { readonly nextToken?: string }): JsonObject {
  return nextToken === undefined ? {} : { NextToken: nextToken };
}

function parse(text: Json | undefined, error: string, member: string): JsonObject {
  try {
    const value: unknown = JSON.parse(asString(text) ?? '');
    if (isObject(value)) return value;
  } catch {
    // An invalid body is refused below.
  }
  throw new ApiError(error, `${member} is not valid. Reason: it is not a JSON object.`);
}
