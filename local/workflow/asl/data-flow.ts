import { asText, isObject, type Json, type JsonObject } from '../json';
import { type AslState } from './definition';
import { runtimeFailure, StateFailure } from './failure';
import { assignPath, evaluatePath, PathNotFound, PathNotWritable } from './path';
import { evaluateExpression, evaluateTemplate, type EvaluationScope } from './template';

/** InputPath: the part of the raw input that a state uses. Null is an empty object. */
export function applyInputPath(state: AslState, scope: EvaluationScope): Json {
  return selected('InputPath', state.InputPath, scope);
}

/** OutputPath: the part of the result that a state returns. */
export function applyOutputPath(state: AslState, output: Json, scope: EvaluationScope): Json {
  return selected('OutputPath', state.OutputPath, { ...scope, input: output });
}

function selected(field: string, path: Json | undefined, scope: EvaluationScope): Json {
  if (path === undefined || path === '$') return scope.input;
  return path === null ? {} : pathValue(field, asText(path), scope);
}

/**
 * The value at the path of a field of a state.
 *
 * @throws StateFailure States.Runtime if the path matches nothing
 */
export function pathValue(field: string, path: string, scope: EvaluationScope): Json {
  try {
    return evaluatePath(path, scope);
  } catch (error) {
    if (!(error instanceof PathNotFound)) throw error;
    throw runtimeFailure(
      `Invalid path '${path}' of the field '${field}': it matches nothing in '${JSON.stringify(scope.input)}'`,
    );
  }
}

/** Parameters, or ItemSelector of a Map; without it, the input itself. */
export function applyParameters(template: Json | undefined, scope: EvaluationScope): Json {
  return template === undefined ? scope.input : evaluateTemplate(template, scope);
}

/** ResultSelector: a payload template over the result. */
export function applyResultSelector(state: AslState, result: Json, scope: EvaluationScope): Json {
  if (!isObject(state.ResultSelector)) return result;
  return evaluateTemplate(state.ResultSelector, { ...scope, input: result });
}

/**
 * ResultPath: the location of the result in the raw input of the state. Null discards the result.
 *
 * @throws StateFailure States.ResultPathMatchFailure
 */
export function applyResultPath(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  try {
    return assignPath(input, path, result);
  } catch (error) {
    if (!(error instanceof PathNotWritable)) throw error;
    throw new StateFailure(
      'States.ResultPathMatchFailure',
      `Unable to apply step "${path}" to input ${JSON.stringify(input)}: ${error.message}`,
    );
  }
}

/** ResultPath of a state. Null has another meaning than a missing field. */
export function resultPathOf(holder: JsonObject): string | null | undefined {
  const { ResultPath: path } = holder;
  return path === null || path === undefined ? path : asText(path);
}

/** A literal value of a state, or the value at the path in the field of the same name with the suffix `Path`. */
export function literalOrPath(state: AslState, field: string, scope: EvaluationScope): Json | undefined {
  const fieldPath = `${field}Path`;
  const path = Object.hasOwn(state, fieldPath) ? state[fieldPath] : undefined;
  if (path !== undefined && path !== null) return evaluateExpression(fieldPath, asText(path), scope);
  return Object.hasOwn(state, field) ? state[field] : undefined;
}
