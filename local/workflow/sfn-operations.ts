import { asText, asObject, asString, isObject, jsonBytes, stableHex, type Json, type JsonObject } from './json';
import { type ExecutionRecord, type MapRunCounts, type MapRunRecord, type Records } from './records';

/** An error of the Step Functions API: `__type` and message of a response with status 400. */
export class ApiError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

/** What the endpoint needs to know and to do. */
export interface SfnBackend {
  readonly records: Records;
  readonly stateMachineArns: readonly string[];
  /** Express children are invisible to ListExecutions and DescribeExecution. */
  readonly hideExpressChildren: boolean;
  start(stateMachineArn: string, name: string | undefined, input: Json): ExecutionRecord;
  stop(executionArn: string, error: string | undefined, cause: string | undefined): ExecutionRecord | undefined;
}

type Operation = (request: JsonObject, backend: SfnBackend) => JsonObject;

/** Operations by name, with the members and errors of the API reference (2016-11-23). */
export const OPERATIONS: Record<string, Operation> = {
  ListMapRuns(request, { records }) {
    const executionArn = arn(request, 'executionArn', 'execution');
    const execution = records.execution(executionArn);
    if (execution === undefined) throw noExecution(executionArn);
    const { page, nextToken } = paginate(newestFirst(records.mapRunsOf(executionArn)), request);
    return { mapRuns: page.map(mapRunListItem), ...nextToken };
  },

  DescribeMapRun(request, { records }) {
    return describeMapRun(mapRunOf(arn(request, 'mapRunArn', 'mapRun'), records));
  },

  ListExecutions(request, backend) {
    const owner = ownerOf(request, backend);
    const status = request.statusFilter;
    const all = backend.records.executionsOf(owner);
    const chosen = status === undefined ? all : all.filter((execution) => execution.status === status);
    const { page, nextToken } = paginate(newestFirst(chosen), request);
    return { executions: page.map(executionListItem), ...nextToken };
  },

  DescribeExecution(request, { records, hideExpressChildren }) {
    const executionArn = arn(request, 'executionArn', 'execution', 'express');
    const execution = records.execution(executionArn);
    if (execution === undefined) throw noExecution(executionArn);
    if (execution.type === 'EXPRESS' && (execution.mapRunArn === undefined || hideExpressChildren)) {
      throw new ApiError(
        'InvalidArn',
        `Invalid Arn: 'Resource type not valid in this context: express' ${executionArn}`,
      );
    }
    return describeExecution(execution);
  },

  StartExecution(request, backend) {
    const stateMachineArn = arn(request, 'stateMachineArn', 'stateMachine');
    if (!backend.stateMachineArns.includes(stateMachineArn)) throw noStateMachine(stateMachineArn);
    const execution = backend.start(stateMachineArn, asString(request.name), parseInput(request.input));
    return { executionArn: execution.executionArn, startDate: seconds(execution.startDate) };
  },

  StopExecution(request, backend) {
    const executionArn = arn(request, 'executionArn', 'execution');
    const stopped = backend.stop(executionArn, asString(request.error), asString(request.cause));
    if (stopped === undefined) throw noExecution(executionArn);
    return { stopDate: seconds(stopped.stopDate ?? new Date()) };
  },
};

function ownerOf(request: JsonObject, { records, stateMachineArns, hideExpressChildren }: SfnBackend): string {
  if ('mapRunArn' in request === 'stateMachineArn' in request) {
    throw new ApiError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be given.');
  }
  if ('mapRunArn' in request) {
    const mapRun = mapRunOf(arn(request, 'mapRunArn', 'mapRun'), records);
    if (mapRun.type === 'EXPRESS' && hideExpressChildren) throw expressNotSupported();
    return mapRun.mapRunArn;
  }
  const stateMachineArn = arn(request, 'stateMachineArn', 'stateMachine');
  if (!stateMachineArns.includes(stateMachineArn)) throw noStateMachine(stateMachineArn);
  if (records.executionsOf(stateMachineArn)[0]?.type === 'EXPRESS') throw expressNotSupported();
  return stateMachineArn;
}

function describeExecution(execution: ExecutionRecord): JsonObject {
  const included = { included: true };
  return {
    ...executionListItem(execution),
    input: JSON.stringify(execution.input),
    inputDetails: included,
    ...(execution.output !== undefined && { output: JSON.stringify(execution.output), outputDetails: included }),
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'The local run cannot redrive executions.',
  };
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
    redriveCount: 0,
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

function describeMapRun(run: MapRunRecord): JsonObject {
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
    redriveCount: 0,
  };
}

/** `resultsWritten` counts results that were gathered, be it for a ResultWriter or for the Map's output. */
function describeCounts(counts: MapRunCounts): JsonObject {
  return { ...counts, resultsWritten: counts.succeeded, failuresNotRedrivable: 0, pendingRedrive: 0 };
}

function newestFirst<T extends { readonly startDate: Date }>(list: readonly T[]): T[] {
  return [...list].reverse();
}

/** Pages of `maxResults` (default 100, at most 1,000); the token says where the next one begins and what was asked. */
function paginate<T>(list: readonly T[], request: JsonObject): { page: T[]; nextToken: { nextToken?: string } } {
  const { nextToken: token, maxResults, ...query } = request;
  const size = typeof maxResults === 'number' && maxResults > 0 ? maxResults : 100;
  if (size > 1000) throw new ApiError('ValidationException', `maxResults is ${size}, the most is 1000.`);
  const fingerprint = stableHex(JSON.stringify(query), 16);
  const [askedFor, offset] = decodeToken(token ?? null, fingerprint);
  if (askedFor !== fingerprint) throw new ApiError('InvalidToken', `Invalid Token: '${asText(token)}'`);
  const end = offset + size;
  const next = end < list.length && { nextToken: Buffer.from(`${fingerprint}:${end}`).toString('base64') };
  return { page: list.slice(offset, end), nextToken: next || {} };
}

function decodeToken(token: Json, fingerprint: string): [string, number] {
  if (token === null) return [fingerprint, 0];
  const [askedFor = '', offset] = Buffer.from(asText(token), 'base64').toString().split(':');
  return [Number.isInteger(Number(offset)) ? askedFor : '', Number(offset)];
}

function arn(request: JsonObject, member: string, ...resources: string[]): string {
  const value = request[member];
  if (typeof value !== 'string') throw new ApiError('ValidationException', `${member} is missing.`);
  const parts = value.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'states' || !resources.includes(parts[5] ?? '')) {
    throw new ApiError('InvalidArn', `Invalid Arn: '${value}' is no ARN of: ${resources.join(', ')}`);
  }
  return value;
}

function mapRunOf(mapRunArn: string, records: Records): MapRunRecord {
  const run = records.mapRun(mapRunArn);
  if (run !== undefined) return run;
  throw new ApiError('ResourceNotFound', `Map Run '${mapRunArn}' does not exist`);
}

function noExecution(executionArn: string): ApiError {
  return new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
}

function noStateMachine(stateMachineArn: string): ApiError {
  return new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
}

function expressNotSupported(): ApiError {
  return new ApiError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

function parseInput(input: Json | undefined): Json {
  if (input === undefined) return {};
  if (typeof input !== 'string' || jsonBytes(input) > 2 * 262_144) {
    throw new ApiError('InvalidExecutionInput', 'The input is no JSON text of at most 262144 bytes.');
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

/** Reads a request body. @throws ApiError */
export function parseRequest(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(value)) return asObject(value);
  } catch {
    // answered below
  }
  throw new ApiError('SerializationException', 'The request body is no JSON object.');
}
