import { isObject, type Json, type JsonObject } from '../json';
import { ExpressionSyntaxError, parseExpression, type Call, type Expression } from './expression';
import { runtimeFailure, StateFailure } from './failure';
import { FunctionFailed, STATES_FUNCTIONS, type RandomSources } from './functions';
import { evaluatePath, PathNotFound, type DataScope } from './path';

export interface EvaluationScope extends DataScope {
  readonly world: RandomSources;
}

/**
 * Fills in a payload template: every field whose name ends in `.$` gets the value of its path or intrinsic function.
 *
 * @throws StateFailure States.Runtime where a path matches nothing, States.IntrinsicFailure where a function cannot be applied
 */
export function evaluateTemplate(template: Json, scope: EvaluationScope): Json {
  if (Array.isArray(template)) return template.map((item) => evaluateTemplate(item, scope));
  if (!isObject(template)) return template;
  const filled: JsonObject = {};
  for (const [key, value] of Object.entries(template)) {
    const [name, filledIn] = key.endsWith('.$')
      ? [key.slice(0, -2), evaluateField(key, value, scope)]
      : [key, evaluateTemplate(value, scope)];
    // With defineProperty, since the field may be called __proto__.
    Object.defineProperty(filled, name, { value: filledIn, enumerable: true, configurable: true, writable: true });
  }
  return filled;
}

function evaluateField(field: string, value: Json, scope: EvaluationScope): Json {
  if (typeof value !== 'string') {
    throw runtimeFailure(`The value for the field '${field}' must be a STRING that contains a JSONPath.`);
  }
  return evaluateExpression(field, value, scope);
}

/**
 * The value of a path or an intrinsic function.
 *
 * @param field the field that holds the expression, for the cause of a failure
 * @throws StateFailure
 */
export function evaluateExpression(field: string, text: string, scope: EvaluationScope): Json {
  try {
    return evaluate(parseExpression(text), scope);
  } catch (error) {
    if (error instanceof PathNotFound) {
      throw runtimeFailure(
        `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.input)}'`,
      );
    }
    if (error instanceof ExpressionSyntaxError || error instanceof FunctionFailed) {
      throw new StateFailure(
        'States.IntrinsicFailure',
        `The function '${text}' of the field '${field}' had the following error: ${error.message}`,
      );
    }
    throw error;
  }
}

function evaluate(expression: Expression, scope: EvaluationScope): Json {
  switch (expression.kind) {
    case 'path':
      return evaluatePath(expression.path, scope);
    case 'literal':
      return expression.value;
    case 'call':
      return call(expression, scope);
  }
}

function call({ name, args }: Call, scope: EvaluationScope): Json {
  const known = STATES_FUNCTIONS.get(name);
  if (known === undefined) throw new FunctionFailed(`States.${name} is not an intrinsic function`);
  const [least, most] = known.arity;
  if (args.length < least || args.length > most) {
    const takes = least === most ? `${least}` : `${least} to ${most === Infinity ? 'any number of' : most}`;
    throw new FunctionFailed(`States.${name} takes ${takes} arguments, not ${args.length}`);
  }
  return known.call(
    args.map((arg) => evaluate(arg, scope)),
    scope.world,
  );
}
