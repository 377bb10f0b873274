import { JSONPath } from 'jsonpath-plus';
import { isObject, type Json, type JsonObject } from '../json';

/** The values that expressions of a state can use. */
export interface DataScope {
  /** `$` */
  readonly input: Json;
  /** `$$`, the context object. */
  readonly context: JsonObject;
}

/** A path that matched nothing. The caller adds the name of the field to the error. */
export class PathNotFound extends Error {
  override readonly name = 'PathNotFound';
}

/** Steps of a path that can match only one place: names and indexes. Negative indexes count from the end. */
export type Step = string | number;

/**
 * Evaluates a path like Jayway's JsonPath, which Step Functions uses. A path that can match only one place returns the
 * value there. Any other path (with wildcards, filters, slices, `..`) returns a list of all matches.
 *
 * @param path `$.a`, or `$$.a` for the context object
 * @throws PathNotFound
 */
export function evaluatePath(path: string, scope: DataScope): Json {
  const { root, text } = path.startsWith('$$')
    ? { root: scope.context, text: path.slice(1) }
    : { root: scope.input, text: path };
  const steps = definiteSteps(text);
  if (steps !== undefined) return valueAt(root, steps, path);
  // The library does not accept scalars as documents. No indefinite path matches anything in a scalar.
  if (typeof root !== 'object' || root === null) return [];
  return JSONPath<Json[]>({ path: text, json: root, eval: 'safe', wrap: true });
}

function valueAt(root: Json, steps: readonly Step[], path: string): Json {
  let value: Json = root;
  for (const step of steps) {
    const next = child(value, step);
    if (next === undefined) throw new PathNotFound(`'${path}' matches nothing`);
    value = next;
  }
  return value;
}

/** Own properties only: an object without a field `constructor` must not appear to have one. */
function child(value: Json, step: Step): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value.at(step) : undefined;
  return isObject(value) && typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
}

const parsed = new Map<string, readonly Step[] | undefined>();

/** The steps of a path that begins with `$`; undefined if the path may match several places. */
export function definiteSteps(path: string): readonly Step[] | undefined {
  if (!parsed.has(path)) parsed.set(path, parseSteps(path));
  return parsed.get(path);
}

const STEP = /\.([^.[\]()*?,:@\s'"]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]/y;

function parseSteps(path: string): Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, name, single, double, index] = match;
    steps.push(index !== undefined ? Number(index) : (name ?? unescape(single ?? double ?? '')));
  }
  return steps;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** The location of a reference path such as `ResultPath` cannot hold a value. */
export class PathNotWritable extends Error {
  override readonly name = 'PathNotWritable';
}

/**
 * A copy of `target` in which the reference path has the value `value`. Missing objects on the way are created; items
 * of arrays must exist.
 *
 * @throws PathNotWritable
 */
export function assignPath(target: Json, path: string, value: Json): Json {
  const steps = definiteSteps(path);
  if (steps === undefined) throw new PathNotWritable(`'${path}' is not a reference path`);
  return assign(target, steps, value, path);
}

function assign(target: Json | undefined, steps: readonly Step[], value: Json, path: string): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const index = Array.isArray(target) && step < 0 ? target.length + step : step;
    if (!Array.isArray(target) || target[index] === undefined) {
      throw new PathNotWritable(`'${path}' names an array item that the input does not have`);
    }
    const assigned = assign(target[index], rest, value, path);
    return target.map((item, at) => (at === index ? assigned : item));
  }
  if (target !== undefined && !isObject(target)) {
    throw new PathNotWritable(`'${path}' leads into a value that is not an object`);
  }
  const own = target !== undefined && Object.hasOwn(target, step) ? target[step] : undefined;
  // With defineProperty, since the field may be called __proto__.
  return Object.defineProperty({ ...target }, step, {
    value: assign(own, rest, value, path),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
