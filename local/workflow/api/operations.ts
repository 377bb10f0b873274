import { type Authorize, statesAccess } from '../access';
import { checkDefinition } from '../asl/check';
import { type Clock } from '../clock';
import { type Executions } from '../engine/executions';
import { checkExecutionInput, checkExecutionName, LIMITS } from '../engine/limits';
import { type ExecutionRecord, type MapRunCounts, type MapRunRecord, type Records } from '../engine/records';
import { notRedrivable } from '../engine/redrivable';
import { LocalWorkflowError } from '../errors';
import { asString, type Json, type JsonObject } from '../json';
import { type DeployedStateMachine } from '../template/state-machines';
import { ApiError, refuseIf } from './api-error';
import { historyEvent } from './history';
import { jsonService } from './json-service';
import { executionAt, isSeen, mapRunAt } from './lag';
import { paginate } from './pages';
import { type Service } from './services';

/** What the operations need. */
export interface Backend {
  readonly records: Records;
  readonly clock: Clock;
  readonly stateMachines: readonly DeployedStateMachine[];
  /** Milliseconds since 1970. */
  readonly deployedAt: number;
  /** Express children are invisible to ListExecutions and DescribeExecution. */
  readonly hideExpressChildren: boolean;
  readonly executions: () => Executions;
  /** The lag, in milliseconds, of reads of an execution or a Map Run. */
  readonly lagOf: (arn: string) => number;
}

type Operation = (request: JsonObject, backend: Backend) => JsonObject;

/** Step Functions, with the members and errors of its API reference (2016-11-23). */
export function states(backend: Backend, authorize?: Authorize): Service {
  return jsonService('AWSStepFunctions.', OPERATIONS, backend, {
    check: (operation, members, { accessKeyId }) =>
      refuseIf(authorize?.({ accessKeyId, ...statesAccess(operation, members) })),
  });
}

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    StartExecution: startExecution,
    StopExecution: stopExecution,
    RedriveExecution: redriveExecution,
    DescribeExecution: describeExecution,
    GetExecutionHistory: getExecutionHistory,
    ListExecutions: listExecutions,
    ListMapRuns: listMapRuns,
    DescribeMapRun: describeMapRun,
    ListStateMachines: listStateMachines,
    DescribeStateMachine: describeStateMachine,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
  }),
);

function startExecution(request: JsonObject, backend: Backend): JsonObject {
  const machine = stateMachineOf(request, backend);
  const name = asString(request.name);
  const input = parseInput(request.input);
  if (name !== undefined) asApiError('InvalidName', () => checkExecutionName(name));
  asApiError('InvalidExecutionInput', () => checkExecutionInput(input));
  asApiError('InvalidDefinition', () => checkDefinition(machine.definition, machine.logicalId, machine.type));
  const { execution, finished } = asApiError('ExecutionAlreadyExists', () =>
    backend.executions().start(machine, name, input),
  );
  finished.catch(() => undefined);
  return { executionArn: execution.record.executionArn, startDate: seconds(execution.record.startDate) };
}

function stopExecution(request: JsonObject, backend: Backend): JsonObject {
  const executionArn = arn(request, 'executionArn', 'execution');
  const stopped = backend.executions().stop(executionArn, asString(request.error), asString(request.cause));
  if (stopped === undefined) throw noExecution(executionArn);
  return { stopDate: seconds(stopped.stopDate ?? new Date(backend.clock.now())) };
}

function redriveExecution(request: JsonObject, { executions }: Backend): JsonObject {
  const executionArn = arn(request, 'executionArn', 'execution');
  const started = executions().get(executionArn);
  if (started === undefined) throw noExecution(executionArn);
  asApiError('ExecutionNotRedrivable', () => executions().redrive(started));
  started.finished.catch(() => undefined);
  const { redriveDate } = started.execution.record;
  return { redriveDate: seconds(redriveDate ?? started.execution.record.startDate) };
}

function describeExecution(request: JsonObject, backend: Backend): JsonObject {
  const executionArn = arn(request, 'executionArn', 'execution', 'express');
  const execution = backend.records.execution(executionArn);
  if (execution === undefined) throw noExecution(executionArn);
  if (execution.type === 'EXPRESS' && (execution.mapRunArn === undefined || backend.hideExpressChildren)) {
    throw new ApiError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express' ${executionArn}`);
  }
  const seen = executionAt(execution, seenUntil(executionArn, backend));
  return describe(seen, backend.clock.now());
}

/** The time up to which a reader sees the changes of the resource with this ARN. */
function seenUntil(name: string, { clock, lagOf }: Backend): number {
  return clock.now() - lagOf(name);
}

function describe(execution: ExecutionRecord, now: number): JsonObject {
  const included = { included: true };
  return {
    ...executionListItem(execution),
    input: JSON.stringify(execution.input),
    inputDetails: included,
    ...(execution.output !== undefined && { output: JSON.stringify(execution.output), outputDetails: included }),
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
    ...redriveStatus(execution, now),
  };
}

function redriveStatus(execution: ExecutionRecord, now: number): JsonObject {
  const reason = notRedrivable(execution, now);
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: execution.mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function getExecutionHistory(request: JsonObject, { records }: Backend): JsonObject {
  const executionArn = arn(request, 'executionArn', 'execution');
  const execution = records.execution(executionArn);
  if (execution === undefined || execution.type === 'EXPRESS') throw noExecution(executionArn);
  const events = request.reverseOrder === true ? [...execution.history].reverse() : execution.history;
  const { page, nextToken } = paginate(events, request);
  return { events: page.map((event) => historyEvent(event, request.includeExecutionData !== false)), ...nextToken };
}

function listExecutions(request: JsonObject, backend: Backend): JsonObject {
  const { statusFilter, redriveFilter } = request;
  const seen = executionsOf(request, backend).flatMap((execution) => {
    const time = seenUntil(execution.executionArn, backend);
    return isSeen(execution, time) ? [executionAt(execution, time)] : [];
  });
  const chosen = seen.filter(
    ({ status, redriveCount }) =>
      (statusFilter === undefined || status === statusFilter) &&
      (redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN')),
  );
  const { page, nextToken } = paginate(newestFirst(chosen), request);
  return { executions: page.map(executionListItem), ...nextToken };
}

function listMapRuns(request: JsonObject, backend: Backend): JsonObject {
  const { records } = backend;
  const executionArn = arn(request, 'executionArn', 'execution');
  if (records.execution(executionArn) === undefined) throw noExecution(executionArn);
  const seen = records.mapRunsOf(executionArn).flatMap((run) => {
    const time = seenUntil(run.mapRunArn, backend);
    return isSeen(run, time) ? [mapRunAt(run, time)] : [];
  });
  const { page, nextToken } = paginate(newestFirst(seen), request);
  return { mapRuns: page.map(mapRunListItem), ...nextToken };
}

function describeMapRun(request: JsonObject, { records }: Backend): JsonObject {
  const run = mapRunOf(arn(request, 'mapRunArn', 'mapRun'), records);
  return {
    mapRunArn: run.mapRunArn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: seconds(run.startDate),
    ...(run.stopDate && { stopDate: seconds(run.stopDate) }),
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    toleratedFailureCount: run.toleratedFailureCount,
    itemCounts: describeCounts(run.counts),
    executionCounts: describeCounts(run.counts),
    redriveCount: run.redriveCount,
    ...(run.redriveDate && { redriveDate: seconds(run.redriveDate) }),
  };
}

function listStateMachines(request: JsonObject, { stateMachines, deployedAt }: Backend): JsonObject {
  const { page, nextToken } = paginate(stateMachines, request);
  const list = page.map(({ arn: stateMachineArn, name, type }) => ({
    stateMachineArn,
    name,
    type,
    creationDate: deployedAt / 1000,
  }));
  return { stateMachines: list, ...nextToken };
}

function describeStateMachine(request: JsonObject, backend: Backend): JsonObject {
  const machine = stateMachineOf(request, backend);
  return { ...describeMachine(machine), type: machine.type, status: 'ACTIVE', creationDate: backend.deployedAt / 1000 };
}

function describeStateMachineForExecution(request: JsonObject, backend: Backend): JsonObject {
  const executionArn = arn(request, 'executionArn', 'execution');
  const execution = backend.records.execution(executionArn);
  const owner = execution?.stateMachineArn.split('/')[0];
  const machine = backend.stateMachines.find((candidate) => candidate.arn === owner);
  if (execution === undefined || machine === undefined) throw noExecution(executionArn);
  const { mapRunArn } = execution;
  return {
    ...describeMachine(machine),
    updateDate: backend.deployedAt / 1000,
    ...(mapRunArn !== undefined && { mapRunArn }),
  };
}

function describeMachine(machine: DeployedStateMachine): JsonObject {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: JSON.stringify(machine.definition),
    roleArn: machine.roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    revisionId: 'INITIAL',
  };
}

/** Executions of a state machine, or of a Map Run. */
function executionsOf(request: JsonObject, backend: Backend): readonly ExecutionRecord[] {
  const { records, hideExpressChildren } = backend;
  if ('mapRunArn' in request === 'stateMachineArn' in request) {
    throw new ApiError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be given.');
  }
  if ('stateMachineArn' in request) {
    const machine = stateMachineOf(request, backend);
    if (machine.type === 'EXPRESS') throw expressNotSupported();
    return records.executionsOf(machine.arn);
  }
  const mapRun = mapRunOf(arn(request, 'mapRunArn', 'mapRun'), records);
  if (mapRun.type === 'EXPRESS' && hideExpressChildren) throw expressNotSupported();
  return records.executionsOf(mapRun.mapRunArn);
}

function executionListItem(execution: ExecutionRecord): JsonObject {
  return {
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startDate),
    ...(execution.stopDate && { stopDate: seconds(execution.stopDate) }),
    ...(execution.mapRunArn !== undefined && { mapRunArn: execution.mapRunArn, itemCount: 1 }),
    redriveCount: execution.redriveCount,
    ...(execution.redriveDate && { redriveDate: seconds(execution.redriveDate) }),
  };
}

function mapRunListItem(run: MapRunRecord): JsonObject {
  return {
    executionArn: run.executionArn,
    mapRunArn: run.mapRunArn,
    stateMachineArn: run.stateMachineArn,
    startDate: seconds(run.startDate),
    ...(run.stopDate && { stopDate: seconds(run.stopDate) }),
  };
}

/** `resultsWritten` counts results that were collected, for a ResultWriter or for the output of the Map. */
function describeCounts(counts: MapRunCounts): JsonObject {
  return { ...counts, resultsWritten: counts.succeeded, failuresNotRedrivable: 0, pendingRedrive: 0 };
}

function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

function arn(request: JsonObject, member: string, ...resources: string[]): string {
  const value = Object.hasOwn(request, member) ? request[member] : undefined;
  if (typeof value !== 'string') throw new ApiError('ValidationException', `${member} is missing.`);
  const parts = value.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'states' || !resources.includes(parts[5] ?? '')) {
    throw new ApiError('InvalidArn', `Invalid Arn: '${value}' is not an ARN of: ${resources.join(', ')}`);
  }
  return value;
}

function stateMachineOf(request: JsonObject, { stateMachines }: Backend): DeployedStateMachine {
  const wanted = arn(request, 'stateMachineArn', 'stateMachine');
  const machine = stateMachines.find((candidate) => candidate.arn === wanted);
  if (machine !== undefined) return machine;
  throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${wanted}'`);
}

function mapRunOf(mapRunArn: string, records: Records): MapRunRecord {
  const run = records.mapRun(mapRunArn);
  if (run !== undefined) return run;
  throw new ApiError('ResourceNotFound', `Map Run '${mapRunArn}' does not exist`);
}

function noExecution(executionArn: string): ApiError {
  return new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
}

function expressNotSupported(): ApiError {
  return new ApiError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

function asApiError<T>(type: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof LocalWorkflowError) throw new ApiError(type, error.message);
    throw error;
  }
}

function parseInput(input: Json | undefined): Json {
  if (input === undefined) return {};
  if (typeof input !== 'string' || Buffer.byteLength(input) > LIMITS.payloadBytes) {
    throw new ApiError('InvalidExecutionInput', `The input is not JSON text of at most ${LIMITS.payloadBytes} bytes.`);
  }
  try {
    return JSON.parse(input) as Json;
  } catch (error) {
    throw new ApiError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}

/** Timestamps of AWS JSON 1.0 are seconds since 1970. */
function seconds(date: Date): number {
  return date.getTime() / 1000;
}
