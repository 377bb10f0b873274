import { type StateMachine } from 'aws-local-stepfunctions';
import {
  branchesOf,
  isDistributed,
  LAMBDA_INVOKE,
  mapExpressions,
  processorOf,
  replaceRoots,
  type AslDefinition,
  type AslState,
} from './asl';
import { interpreterOf } from './interpreter';
import { asText, asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from './json';

/**
 * A definition in the form that aws-local-stepfunctions runs right. The definition that deploys is not touched; in this copy,
 * whatever the interpreter does not do, or not as AWS does, is a Task whose work this folder does (`LocalTask`):
 *
 * - Map and Parallel: it would run a distributed Map inline, go on with queued items after a failure, and give iterations a
 *   context object of their own;
 * - Task: its timeouts are 60 s by default and do not scale;
 * - Wait and the intervals of Retry: they do not scale;
 * - Fail: its ErrorPath and CausePath take no intrinsic function;
 * - Pass with a Result that is null, false, 0 or "": it would give the input instead.
 */
export interface CompiledMachine {
  readonly interpreter: StateMachine;
  readonly tasks: ReadonlyMap<string, LocalTask>;
  /** Type of each state as the definition that deploys has it. */
  readonly types: ReadonlyMap<string, string>;
}

export type LocalTask = LambdaTask | MapTask | ParallelTask | WaitTask | FailTask | ConstantTask;

interface TaskBase {
  readonly stateName: string;
  /** The state has a Catch of its own for States.DataLimitExceeded, which States.ALL does not match. */
  readonly catchesDataLimit: boolean;
}

export interface LambdaTask extends TaskBase {
  readonly kind: 'lambda';
  /** `invoke`: the optimized integration; `function`: a bare function ARN as Resource. */
  readonly form: 'invoke' | 'function';
  readonly resource: string;
  readonly timeoutSeconds?: number;
  /** The input is `{ parameters, timeoutSeconds }`, since the timeout is a path. */
  readonly wrapped: boolean;
}

export interface MapTask extends TaskBase {
  readonly kind: 'map';
  readonly distributed: boolean;
  readonly processor: CompiledMachine;
  /** ItemSelector with its paths turned to the context object: `$` is `$$.MapInput` there. */
  readonly itemSelector?: JsonObject;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly label?: string;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

export interface ParallelTask extends TaskBase {
  readonly kind: 'parallel';
  readonly branches: readonly CompiledMachine[];
}

export interface WaitTask extends TaskBase {
  readonly kind: 'wait';
  readonly seconds?: number;
  readonly timestamp?: string;
}

export interface FailTask extends TaskBase {
  readonly kind: 'fail';
}

export interface ConstantTask extends TaskBase {
  readonly kind: 'constant';
  readonly value: Json;
}

/** @param timeScale how many times faster than AWS Retry intervals pass */
export function compile(definition: AslDefinition, timeScale: number): CompiledMachine {
  const tasks = new Map<string, LocalTask>();
  const types = new Map<string, string>();
  const states: Record<string, Json> = {};
  for (const [name, original] of Object.entries(definition.States)) {
    types.set(name, original.Type);
    const state = mapExpressions(original, toLocalContext) as AslState;
    const task = localTask(name, state, timeScale);
    if (task !== undefined) tasks.set(name, task);
    states[name] = repair(task === undefined ? state : asTask(state, task), timeScale);
  }
  return { interpreter: interpreterOf({ StartAt: definition.StartAt, States: states }), tasks, types };
}

/**
 * The interpreter overwrites `$$.Execution.Input` and `.StartTime` in every nested run. So the context object that AWS would
 * give lies one level deeper, where it is left alone.
 */
function toLocalContext(expression: string): string {
  return replaceRoots(expression, (root) => (root === '$$' ? '$$.Context' : '$'));
}

function localTask(stateName: string, state: AslState, timeScale: number): LocalTask | undefined {
  const base = { stateName, catchesDataLimit: catches(state, 'States.DataLimitExceeded') };
  switch (state.Type) {
    case 'Task':
      return { ...base, ...lambdaTask(state) };
    case 'Map':
      return { ...base, ...mapTask(state, timeScale) };
    case 'Parallel':
      return { ...base, kind: 'parallel', branches: branchesOf(state).map((branch) => compile(branch, timeScale)) };
    case 'Wait':
      return {
        ...base,
        kind: 'wait',
        ...defined('seconds', asNumber(state.Seconds)),
        ...defined('timestamp', asString(state.Timestamp)),
      };
    case 'Fail':
      return { ...base, kind: 'fail' };
    case 'Pass':
      // The interpreter takes a falsy Result for none.
      return 'Result' in state && !state.Result && !('Parameters' in state)
        ? { ...base, kind: 'constant', value: state.Result as Json }
        : undefined;
    default:
      return undefined;
  }
}

function lambdaTask(state: AslState): Omit<LambdaTask, keyof TaskBase> {
  const resource = asText(state.Resource);
  return {
    kind: 'lambda',
    form: LAMBDA_INVOKE.test(resource) ? 'invoke' : 'function',
    resource,
    wrapped: 'TimeoutSecondsPath' in state,
    ...defined('timeoutSeconds', asNumber(state.TimeoutSeconds)),
  };
}

function mapTask(state: AslState, timeScale: number): Omit<MapTask, keyof TaskBase> {
  const processor = processorOf(state);
  const selector = state.ItemSelector ?? state.Parameters;
  return {
    kind: 'map',
    distributed: isDistributed(state),
    processor: compile(processor, timeScale),
    executionType: processor.ProcessorConfig?.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    maxConcurrency: asNumber(state.MaxConcurrency) ?? 0,
    ...(isObject(selector) && { itemSelector: onMapInput(selector) }),
    ...defined('label', asString(state.Label)),
    ...defined('toleratedFailureCount', asNumber(state.ToleratedFailureCount)),
    ...defined('toleratedFailurePercentage', asNumber(state.ToleratedFailurePercentage)),
  };
}

function onMapInput(selector: JsonObject): JsonObject {
  return asObject(
    mapExpressions(
      selector,
      (expression) => replaceRoots(expression, (root) => (root === '$' ? '$$.MapInput' : root)),
      'payload',
    ),
  );
}

/** Fields that a Task keeps from the state that it stands for. */
const KEPT = ['Comment', 'InputPath', 'ResultSelector', 'ResultPath', 'OutputPath', 'Retry', 'Catch', 'Next', 'End'];

/** The interpreter's timers hold 2^31-1 ms at most, and 60 s if nothing is said; the timeouts that count are `LocalTask`'s. */
const NO_TIMEOUT_SECONDS = 2_147_483;

function asTask(state: AslState, task: LocalTask): AslState {
  const kept = Object.fromEntries(KEPT.flatMap((field) => (field in state ? [[field, state[field] as Json]] : [])));
  const parameters = taskParameters(state, task);
  return {
    ...kept,
    Type: 'Task',
    Resource: `local:${task.kind}`,
    TimeoutSeconds: NO_TIMEOUT_SECONDS,
    ...(state.Type === 'Fail' && { End: true }),
    ...(parameters && { Parameters: parameters }),
  };
}

/** What the handler of a `LocalTask` gets as input; paths are evaluated by the interpreter. */
function taskParameters(state: AslState, task: LocalTask): JsonObject | undefined {
  const path = (field: string, as: string): JsonObject => {
    const expression = asString(state[field]);
    return expression === undefined ? {} : { [`${as}.$`]: expression };
  };
  switch (task.kind) {
    case 'lambda': {
      const own = state.Parameters;
      if (!task.wrapped) return own === undefined ? undefined : asObject(own);
      const parameters: JsonObject = own === undefined ? { 'parameters.$': '$' } : { parameters: own };
      return { ...parameters, ...path('TimeoutSecondsPath', 'timeoutSeconds') };
    }
    case 'map':
      return {
        'input.$': '$',
        'items.$': asString(state.ItemsPath) ?? '$',
        ...path('MaxConcurrencyPath', 'maxConcurrency'),
        ...path('ToleratedFailureCountPath', 'toleratedFailureCount'),
        ...path('ToleratedFailurePercentagePath', 'toleratedFailurePercentage'),
      };
    case 'parallel':
      return state.Parameters === undefined ? undefined : asObject(state.Parameters);
    case 'wait':
      return { 'input.$': '$', ...path('SecondsPath', 'seconds'), ...path('TimestampPath', 'timestamp') };
    case 'fail':
      return {
        ...('Error' in state && { error: state.Error }),
        ...('Cause' in state && { cause: state.Cause }),
        ...path('ErrorPath', 'error'),
        ...path('CausePath', 'cause'),
      };
    case 'constant':
      return undefined;
  }
}

/** Mends what the interpreter gets wrong in fields that states keep. */
function repair(state: AslState, timeScale: number): AslState {
  const repaired = withResultPath(state);
  if (state.Retry !== undefined) {
    repaired.Retry = asArray(state.Retry).map((retrier) => scaleRetrier(asObject(retrier), timeScale));
  }
  if (state.Catch !== undefined) {
    repaired.Catch = asArray(state.Catch).map((catcher) => withResultPath(asObject(catcher)));
  }
  if (state.Type === 'Choice') {
    repaired.Choices = asArray(state.Choices).map((choice) => repairChoice(asObject(choice)));
  }
  return repaired as AslState;
}

/** `$` says the same as no ResultPath, but would write a key of that name; `$['a']` is only known as `$.a`. */
function withResultPath(holder: JsonObject): JsonObject {
  const { ResultPath: path, ...rest } = holder;
  if (path === undefined || path === '$') return rest;
  return { ...rest, ResultPath: typeof path === 'string' && path.startsWith('$[') ? `$.${path.slice(1)}` : path };
}

/** Defaults: Amazon States Language, "Retrying after error". */
function scaleRetrier(retrier: JsonObject, timeScale: number): JsonObject {
  const maxDelay = asNumber(retrier.MaxDelaySeconds);
  return {
    ...retrier,
    IntervalSeconds: (asNumber(retrier.IntervalSeconds) ?? 1) / timeScale,
    ...(maxDelay !== undefined && { MaxDelaySeconds: maxDelay / timeScale }),
  };
}

const TYPE_TESTS = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

/** `IsPresent: false` and its kind are never true in the interpreter; an order of unlike types is decided by JavaScript. */
function repairChoice(choice: JsonObject): JsonObject {
  const { Next: next, ...rule } = choice;
  const withNext = (repaired: JsonObject): JsonObject => (next === undefined ? repaired : { ...repaired, Next: next });
  for (const combinator of ['And', 'Or']) {
    if (combinator in rule) {
      return withNext({ [combinator]: asArray(rule[combinator]).map((inner) => repairChoice(asObject(inner))) });
    }
  }
  if ('Not' in rule) return withNext({ Not: repairChoice(asObject(rule.Not)) });
  const test = TYPE_TESTS.find((name) => rule[name] === false);
  if (test !== undefined) return withNext({ Not: { ...rule, [test]: true } });
  const operator = Object.keys(rule).find((name) => /^(String|Numeric)(Less|Greater)Than/.test(name));
  if (operator !== undefined) {
    const type = operator.startsWith('String') ? 'IsString' : 'IsNumeric';
    return withNext({ And: [{ Variable: rule.Variable as Json, [type]: true }, rule] });
  }
  return choice;
}

function catches(state: AslState, error: string): boolean {
  return asArray(state.Catch).some((catcher) => asArray(asObject(catcher).ErrorEquals).includes(error));
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
