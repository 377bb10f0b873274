import { InvalidDefinition, UnsupportedDefinition } from '../errors';
import { asObject, asText, type JsonObject } from '../json';
import {
  eachExpression,
  eachState,
  isDistributed,
  LAMBDA_FUNCTION,
  LAMBDA_INVOKE,
  PUT_EVENTS,
  sfnActionOf,
  type AslDefinition,
  type AslState,
  type WorkflowType,
} from './definition';
import { ExpressionSyntaxError, parseExpression, type Expression } from './expression';
import { STATES_FUNCTIONS } from './functions';
import { validateDefinition } from './validator';

/**
 * Refuses definitions, before anything runs, that Step Functions would not deploy, and definitions that the local run
 * cannot run like Step Functions.
 *
 * @throws InvalidDefinition, UnsupportedDefinition
 */
export function checkDefinition(definition: AslDefinition, name: string, type: WorkflowType): void {
  const key = `${type} ${JSON.stringify(definition)}`;
  if (checked.has(key)) return;
  const where = (stateName: string): string => `State ${stateName} of ${name}`;
  refuseJsonata(definition as unknown as JsonObject, `State machine ${name}`);
  eachState(definition, (stateName, state) => refuseUnsupported(state, where(stateName)));
  const errors = validateDefinition(definition);
  if (errors.length > 0) throw new InvalidDefinition(`The definition of ${name} is not valid:\n${errors.join('\n')}`);
  eachState(definition, (stateName, state) => checkState(state, where(stateName), type));
  if (checked.size >= 32) checked.clear();
  checked.add(key);
}

/**
 * Types and texts of definitions that are known to be valid. The text is the key, since each deployment of a template
 * parses it again, and a check takes longer than a comparison.
 */
const checked = new Set<string>();

function refuseUnsupported(state: AslState, where: string): void {
  refuseJsonata(state, where);
  for (const [field, why] of UNSUPPORTED_FIELDS) {
    if (field in state) throw new UnsupportedDefinition(`${where} has ${field}: ${why}.`);
  }
  if (state.Type === 'Task') checkTask(state, where);
}

function checkState(state: AslState, where: string, type: WorkflowType): void {
  if (state.Type === 'Map' && isDistributed(state) && type === 'EXPRESS') {
    throw new InvalidDefinition(`${where} is a distributed Map, which a state machine of type EXPRESS cannot have.`);
  }
  eachExpression(state, (expression) => checkExpression(expression, where));
}

const UNSUPPORTED_FIELDS = new Map([
  ['Assign', 'workflow variables are not supported by the local run'],
  ['Arguments', 'JSONata is not supported by the local run'],
  ['Output', 'JSONata is not supported by the local run'],
  ['Items', 'JSONata is not supported by the local run'],
  ['ItemReader', 'reading items from S3 is not supported by the local run; give the items in the input'],
  ['ItemBatcher', 'batches of items are not supported by the local run'],
  ['ResultWriter', 'writing results to S3 is not supported by the local run'],
  ['Credentials', 'calling functions with the role of another account is not supported by the local run'],
]);

function refuseJsonata(scope: JsonObject, where: string): void {
  if (scope.QueryLanguage !== 'JSONata') return;
  throw new UnsupportedDefinition(`${where} is in JSONata; the local run supports JSONPath only.`);
}

/** Parameters of lambda:invoke that change its behavior, and that the local Lambda does not support. */
const UNSUPPORTED_PARAMETERS = ['ClientContext', 'LogType', 'DurableExecutionName', 'TenantId'];

function checkTask(state: AslState, where: string): void {
  const resource = asText(state.Resource);
  const isOther = PUT_EVENTS.test(resource) || sfnActionOf(resource) !== undefined;
  if (LAMBDA_FUNCTION.test(resource) || isOther) return;
  if (!LAMBDA_INVOKE.test(resource)) {
    throw new UnsupportedDefinition(
      `${where} calls ${resource}. In the local run, a Task can call a Lambda function, by arn:aws:states:::lambda:invoke or by its ARN, arn:aws:states:::events:putEvents, and actions of Step Functions that only read, by arn:aws:states:::aws-sdk:sfn:ACTION.`,
    );
  }
  const parameters = asObject(state.Parameters);
  const unsupported = UNSUPPORTED_PARAMETERS.find((name) => name in parameters || `${name}.$` in parameters);
  if (unsupported !== undefined) {
    throw new UnsupportedDefinition(`${where} has the parameter ${unsupported}, which the local run does not support.`);
  }
  const { InvocationType: type = 'RequestResponse' } = parameters;
  if (type !== 'RequestResponse') {
    throw new UnsupportedDefinition(
      `${where} has the InvocationType ${asText(type)}; the local run supports RequestResponse only.`,
    );
  }
}

/** Fields of the context object that the local run supports: "Accessing the Context object", Step Functions Developer Guide. */
const CONTEXT_PATH = /^\$\$(?:$|[.[]['"]?(?:Execution|StateMachine|State|Map)\b)/;

function checkExpression(expression: string, where: string): void {
  try {
    check(parseExpression(expression), where);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) throw new InvalidDefinition(`${where}: ${error.message}.`);
    throw error;
  }
}

function check(expression: Expression, where: string): void {
  if (expression.kind === 'path' && expression.path.startsWith('$$') && !CONTEXT_PATH.test(expression.path)) {
    throw new UnsupportedDefinition(
      `${where} reads ${expression.path} of the context object, which the local run does not have.`,
    );
  }
  if (expression.kind === 'path' && /^\$[A-Za-z_]/.test(expression.path)) {
    throw new UnsupportedDefinition(
      `${where} reads the variable ${expression.path}; workflow variables are not supported by the local run.`,
    );
  }
  if (expression.kind !== 'call') return;
  if (!STATES_FUNCTIONS.has(expression.name)) {
    throw new InvalidDefinition(`${where} calls States.${expression.name}, which is not an intrinsic function.`);
  }
  expression.args.forEach((arg) => check(arg, where));
}
