import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { InvalidDefinition, UnsupportedDefinition } from './errors';
import { asText, isObject, type Json, type JsonObject } from './json';

/** A state machine in the Amazon States Language, or the processor of a Map, or a branch of a Parallel. */
export interface AslDefinition {
  readonly StartAt: string;
  readonly States: Record<string, AslState>;
  readonly TimeoutSeconds?: number;
  readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
}

/** A state: its Type, and the fields that this type has. */
export type AslState = JsonObject & { readonly Type: string };

export const LAMBDA_INVOKE = /^arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke$/;
export const LAMBDA_FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:.+$/;

/** The processor of a Map state, under its present or its former name. */
export function processorOf(state: AslState): AslDefinition {
  return (state.ItemProcessor ?? state.Iterator) as unknown as AslDefinition;
}

export function isDistributed(state: AslState): boolean {
  return processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';
}

export function branchesOf(state: AslState): AslDefinition[] {
  return (state.Branches ?? []) as unknown as AslDefinition[];
}

/**
 * Refuses, before anything runs, what Step Functions would not deploy and what cannot run here.
 *
 * @throws InvalidDefinition, UnsupportedDefinition
 */
export function checkDefinition(definition: AslDefinition, name: string, type: 'STANDARD' | 'EXPRESS'): void {
  validate(definition, name);
  refuseQueryLanguage(definition as unknown as JsonObject, `state machine ${name}`);
  eachState(definition, (stateName, state) => {
    const where = `State ${stateName} of ${name}`;
    refuseQueryLanguage(state, where);
    for (const [field, why] of Object.entries(UNSUPPORTED_FIELDS)) {
      if (field in state) throw new UnsupportedDefinition(`${where} has ${field}: ${why}.`);
    }
    if (state.Type === 'Task') checkResource(state, where);
    if (state.Type === 'Map' && isDistributed(state) && type === 'EXPRESS') {
      throw new InvalidDefinition(`${where} is a distributed Map, which a state machine of type EXPRESS cannot have.`);
    }
    eachExpression(state, (expression) => {
      const path = /\$\$\.(State|Task)\b[^,)\s]*/.exec(expression)?.[0];
      if (path !== undefined) {
        throw new UnsupportedDefinition(
          `${where} reads ${path} of the context object, which the local run does not have.`,
        );
      }
    });
  });
}

const UNSUPPORTED_FIELDS: Record<string, string> = {
  Assign: 'workflow variables are not supported by the local interpreter',
  Arguments: 'JSONata is not supported by the local interpreter',
  Output: 'JSONata is not supported by the local interpreter',
  ItemReader: 'reading items from S3 is not supported locally; give the items in the input',
  ItemBatcher: 'batches of items are not supported locally',
  ResultWriter: 'writing results to S3 is not supported locally',
};

function refuseQueryLanguage(scope: JsonObject, where: string): void {
  if (scope.QueryLanguage === 'JSONata') {
    throw new UnsupportedDefinition(`${where} is in JSONata; the local interpreter knows JSONPath only.`);
  }
}

function checkResource(state: AslState, where: string): void {
  const resource = asText(state.Resource);
  if (!LAMBDA_INVOKE.test(resource) && !LAMBDA_FUNCTION.test(resource)) {
    throw new UnsupportedDefinition(
      `${where} calls ${resource}. Locally a Task can be a Lambda function, by arn:aws:states:::lambda:invoke or by its ARN.`,
    );
  }
}

/** The schema and reference checks of asl-validator, which the interpreter brings along. */
function validate(definition: AslDefinition, name: string): void {
  try {
    // A copy, since the validator writes QueryLanguage into what it is given.
    new StateMachine(structuredClone(definition) as unknown as StateMachineDefinition);
  } catch (error) {
    const [, ...lines] = (error as Error).message.split('\n');
    // A state that is called Next or Default it takes for a transition, to an object.
    const errors = lines.filter((line) => !line.includes('[object Object]'));
    if (errors.length > 0) throw new InvalidDefinition(`The definition of ${name} is not valid:\n${errors.join('\n')}`);
  }
}

/** Visits every state, those inside of Map and Parallel states included. */
export function eachState(definition: AslDefinition, visit: (name: string, state: AslState) => void): void {
  for (const [name, state] of Object.entries(definition.States)) {
    visit(name, state);
    if (state.Type === 'Map') eachState(processorOf(state), visit);
    branchesOf(state).forEach((branch) => eachState(branch, visit));
  }
}

/** Fields that hold states of their own. */
const NESTED = new Set(['ItemProcessor', 'Iterator', 'Branches']);

/** Visits every path and intrinsic function of one state. */
function eachExpression(value: Json, visit: (expression: string) => void): void {
  mapExpressions(value, (expression) => {
    visit(expression);
    return expression;
  });
}

/** Payload templates: in them only names that end in `.$` are expressions. `Result` is no template at all. */
const PAYLOADS = new Set(['Parameters', 'ItemSelector', 'ResultSelector', 'Result']);

/**
 * A copy of one state (or of one payload template) in which every path and intrinsic function went through `replace`: values
 * of fields that end in `.$`, and fields of the state that are named after a path. `ResultPath` is not one: it says where to
 * write.
 */
export function mapExpressions(
  value: Json,
  replace: (expression: string) => string,
  within: 'state' | 'payload' = 'state',
): Json {
  if (Array.isArray(value)) return value.map((item) => mapExpressions(item, replace, within));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (within === 'state' && (NESTED.has(key) || key === 'Result')) return [key, item];
      if (typeof item === 'string') return [key, isExpression(key, within) ? replace(item) : item];
      return [key, mapExpressions(item, replace, PAYLOADS.has(key) ? 'payload' : within)];
    }),
  );
}

function isExpression(key: string, within: 'state' | 'payload'): boolean {
  if (key.endsWith('.$')) return true;
  return within === 'state' && (key === 'Variable' || (key.endsWith('Path') && key !== 'ResultPath'));
}

/** Replaces the beginning of every path in an expression, and leaves quoted text alone. */
export function replaceRoots(expression: string, replace: (root: '$' | '$$') => string): string {
  return expression.replace(/'(?:[^'\\]|\\.)*'|\$\$?/g, (token) =>
    token === '$' || token === '$$' ? replace(token) : token,
  );
}
