import { UnresolvedIntrinsic } from '../errors';
import { asText, asArray, isObject, type Json, type JsonObject } from '../json';

/** The lookups that the intrinsic functions of a template need. */
export interface IntrinsicScope {
  readonly region: string;
  ref(name: string): Json | typeof NO_VALUE;
  getAtt(logicalId: string, attribute: string): Json;
  importValue(exportName: string): Json;
  stackOutput(stackName: string, output: string, region: string | undefined): Json;
  /** Value of a parameter of Systems Manager. */
  ssmParameter(name: string): Json;
  condition(name: string): boolean;
  findInMap(map: string, first: string, second: string): Json | undefined;
}

/** `AWS::NoValue`: removes the property or list item that has this value. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Resolved = Json | typeof NO_VALUE;
type IntrinsicFunction = (argument: Json, scope: IntrinsicScope) => Resolved;

/** Replaces every intrinsic function in `value`, as CloudFormation does before it passes properties to a service. */
export function resolveIntrinsics(value: Json, scope: IntrinsicScope): Json {
  const resolved = resolve(value, scope);
  return resolved === NO_VALUE ? null : resolveDynamicReferences(resolved, scope);
}

const DYNAMIC_REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

/** Replaces dynamic references, which are text in strings: `{{resolve:ssm:/name}}`, `{{resolve:ssm:/name:version}}`. */
function resolveDynamicReferences(value: Json, scope: IntrinsicScope): Json {
  if (typeof value === 'string') {
    return value.replace(DYNAMIC_REFERENCE, (whole, service: string, reference: string) =>
      // References to secrets are not replaced: only CloudFormation can do this.
      service === 'ssm' ? asText(scope.ssmParameter(reference.replace(/:\d+$/, ''))) : whole,
    );
  }
  if (Array.isArray(value)) return value.map((item) => resolveDynamicReferences(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveDynamicReferences(item, scope)]));
}

function resolve(value: Json, scope: IntrinsicScope): Resolved {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) {
    // Own properties only: a property may be called `valueOf`.
    const intrinsic = Object.hasOwn(FUNCTIONS, key) ? FUNCTIONS[key] : undefined;
    if (intrinsic !== undefined) return intrinsic(value[key] as Json, scope);
    if (key.startsWith('Fn::')) {
      throw new UnresolvedIntrinsic(
        `The local run does not support ${key}: ${JSON.stringify(value)}. Use another intrinsic function.`,
      );
    }
  }
  const properties = Object.entries(value).map(([name, property]) => [name, resolve(property, scope)] as const);
  return Object.fromEntries(properties.filter(([, property]) => property !== NO_VALUE)) as JsonObject;
}

const FUNCTIONS: Record<string, IntrinsicFunction> = {
  Ref: (argument, scope) => scope.ref(text(argument, scope, 'Ref')),

  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : asArray(argument);
    return scope.getAtt(
      text(logicalId ?? '', scope, 'Fn::GetAtt'),
      attribute.map((part) => text(part, scope, 'Fn::GetAtt')).join('.'),
    );
  },

  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = asArray(argument);
    const items = resolve(list ?? null, scope);
    if (!Array.isArray(items)) throw invalidArgument('Fn::Join', argument, 'needs a list as its second argument');
    return items.map((item) => text(item, scope, 'Fn::Join')).join(text(delimiter ?? '', scope, 'Fn::Join'));
  },

  'Fn::Sub': (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof template !== 'string') throw invalidArgument('Fn::Sub', argument, 'needs a string');
    return substitute(template, isObject(variables) ? variables : {}, scope);
  },

  'Fn::Select': (argument, scope) => {
    const [index, list] = asArray(argument);
    const items = resolve(list ?? null, scope);
    const item = Array.isArray(items) ? items[Number(resolve(index ?? null, scope))] : undefined;
    if (item === undefined) throw invalidArgument('Fn::Select', argument, 'has an index outside of its list');
    return item;
  },

  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = asArray(argument);
    return text(source ?? '', scope, 'Fn::Split').split(text(delimiter ?? '', scope, 'Fn::Split'));
  },

  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = asArray(argument);
    return resolve((scope.condition(asText(condition)) ? whenTrue : whenFalse) ?? null, scope);
  },

  'Fn::FindInMap': (argument, scope) => {
    const keys = asArray(argument).slice(0, 3);
    const [map, first, second] = keys.map((key) => text(key, scope, 'Fn::FindInMap'));
    const found = scope.findInMap(map ?? '', first ?? '', second ?? '');
    if (found !== undefined) return found;
    const options = asArray(argument)[3];
    if (isObject(options) && 'DefaultValue' in options) return resolve(options.DefaultValue, scope);
    throw invalidArgument('Fn::FindInMap', argument, `has no value for ${map}.${first}.${second}`);
  },

  'Fn::ImportValue': (argument, scope) => scope.importValue(text(argument, scope, 'Fn::ImportValue')),
  'Fn::GetStackOutput': (argument, scope) => {
    if (!isObject(argument)) throw invalidArgument('Fn::GetStackOutput', argument, 'needs StackName and OutputName');
    const { StackName: stackName = '', OutputName: output = '', Region: region } = argument;
    const part = (value: Json): string => text(value, scope, 'Fn::GetStackOutput');
    return scope.stackOutput(part(stackName), part(output), region === undefined ? undefined : part(region));
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, scope, 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (argument, scope) => {
    const region = text(argument, scope, 'Fn::GetAZs') || scope.region;
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::Length': (argument, scope) => {
    const list = resolve(argument, scope);
    if (!Array.isArray(list)) throw invalidArgument('Fn::Length', argument, 'needs a list');
    return list.length;
  },
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolveIntrinsics(argument, scope)),

  // Inside a policy statement, `Condition` is a block of that name, not a condition of the template.
  Condition: (argument, scope) =>
    typeof argument === 'string' ? scope.condition(argument) : { Condition: resolveIntrinsics(argument, scope) },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = asArray(argument).map((side) => asText(resolveIntrinsics(side, scope)));
    return left === right;
  },
  'Fn::And': (argument, scope) => asArray(argument).every((item) => resolve(item, scope) === true),
  'Fn::Or': (argument, scope) => asArray(argument).some((item) => resolve(item, scope) === true),
  'Fn::Not': (argument, scope) => !asArray(argument).every((item) => resolve(item, scope) === true),
};

function substitute(template: string, variables: JsonObject, scope: IntrinsicScope): string {
  return template.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    // `${!Literal}` is the escaped form of a literal `${Literal}`.
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (own !== undefined) return text(own, scope, whole);
    return text(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, scope, whole);
  });
}

function text(value: Json, scope: IntrinsicScope, where: string): string {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  // Ref to a CommaDelimitedList parameter inside of Fn::Join or Fn::Sub.
  if (Array.isArray(resolved) && resolved.every((item) => typeof item === 'string')) return resolved.join(',');
  throw invalidArgument(where, value, 'does not return a string');
}

function invalidArgument(name: string, argument: Json, what: string): UnresolvedIntrinsic {
  return new UnresolvedIntrinsic(
    `${name} ${what}: ${JSON.stringify(argument)}. CloudFormation would refuse this template.`,
  );
}
