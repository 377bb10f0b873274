import { applyParameters, literalOrPath, pathValue } from '../asl/data-flow';
import { isDistributed } from '../asl/definition';
import { runtimeFailure } from '../asl/failure';
import { type EvaluationScope } from '../asl/template';
import { asNumber, asText, type Json } from '../json';
import { scopeOf, type Visit } from './visit';

/** A Map state that is about to run: its items, and the values of its fields and paths. */
export interface MapInput {
  readonly visit: Visit;
  readonly distributed: boolean;
  readonly items: readonly Json[];
  /** 0: no limit. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  /** The input of one item: ItemSelector with `$$.Map.Item`, or the item itself. */
  itemInput(index: number): Json;
}

/** @throws StateFailure if the items are not an array, or a limit is not a number */
export function mapInputOf(visit: Visit, scope: EvaluationScope): MapInput {
  const { state } = visit;
  const itemsPath = asText(state.ItemsPath) || '$';
  const items = pathValue('ItemsPath', itemsPath, scope);
  if (!Array.isArray(items)) {
    throw runtimeFailure(
      `Reference path "${itemsPath}" of state ${visit.name} must point to an array, not ${typeOf(items)}.`,
    );
  }
  const selector = state.ItemSelector ?? state.Parameters;
  return {
    visit,
    distributed: isDistributed(state),
    items,
    maxConcurrency: limitOf(visit, 'MaxConcurrency', scope) ?? 0,
    toleratedFailureCount: limitOf(visit, 'ToleratedFailureCount', scope),
    toleratedFailurePercentage: limitOf(visit, 'ToleratedFailurePercentage', scope),
    itemInput: (index) => {
      const value = items[index] ?? null;
      return selector === undefined
        ? value
        : applyParameters(selector, scopeOf(visit, scope.input, { Index: index, Value: value }));
    },
  };
}

function limitOf({ name, state }: Visit, field: string, scope: EvaluationScope): number | undefined {
  const value = literalOrPath(state, field, scope);
  const number = asNumber(value);
  if (value === undefined || (number !== undefined && number >= 0)) return number;
  throw runtimeFailure(`State ${name}: ${field} must be a number from 0, not ${asText(value)}.`);
}

function typeOf(value: Json): string {
  return value === null ? 'null' : typeof value;
}
