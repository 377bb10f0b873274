import { JSONPath } from 'jsonpath-plus';
import { isObject, type Json, type JsonObject } from '../json';

/** What expressions of a state can see. */
export interface DataScope {
  /** `$` */
  readonly input: Json;
  /** `$$`, the context object. */
  readonly context: JsonObject;
}

/** A path that matched nothing. The caller knows which field it belongs to, and says so. */
export class PathNotFound extends Error {
  override readonly name = 'PathNotFound';
}

/** Steps of a path that can only mean one place: names and indices. Negative indices count from the end. */
export type Step = string | number;

/**
 * Evaluates a path the way Step Functions does, which uses Jayway's JsonPath: a path that can only mean one place gives the
 * value there, any other one (wildcards, filters, slices, `..`) a list of everything that matches.
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
  // The library takes no scalars for a document, in which no indefinite path matches anything.
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

/** Own properties only: a field may be called `constructor`, and an object without one has none. */
function child(value: Json, step: Step): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value.at(step) : undefined;
  return isObject(value) && typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
}

const parsed = new Map<string, readonly Step[] | undefined>();

/** The steps of a path that begins with `$`, or undefined where it may match several places. */
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

/** The place that a reference path such as `ResultPath` names cannot hold a value. */
export class PathNotWritable extends Error {
  override readonly name = 'PathNotWritable';
}

/**
 * A copy of `target` in which the reference path holds `value`. Objects on the way are made where they are missing; items of
 * arrays must be there already.
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
  // defineProperty, since a field may be called __proto__.
  return Object.defineProperty({ ...target }, step, {
    value: assign(own, rest, value, path),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
