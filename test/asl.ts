import type { Template } from 'aws-cdk-lib/assertions';

/** A retrier of a Task. */
export interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: string;
}

/** A state, as far as the tests look into it. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Choices?: { Next: string; Variable: string; StringEquals: string }[];
  readonly Retry?: Retrier[];
  readonly Catch?: { Next: string; ErrorEquals: string[]; ResultPath: string }[];
  readonly ItemProcessor?: Definition & { ProcessorConfig: { Mode: string; ExecutionType?: string } };
  readonly [field: string]: unknown;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
  readonly [field: string]: unknown;
}

/** The definition of the state machine of a template, which has to have exactly one. */
export function definitionOf(template: Template): Definition {
  const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  if (machines.length !== 1) throw new Error(`the template has ${machines.length} state machines`);
  const text = flatten(machines[0]!.Properties.DefinitionString) as string;
  // Validators want to see an ARN where the name of a function stands.
  const resolved = text
    .replace(/<(\w+)\.Arn>/g, 'arn:aws:lambda:us-east-1:111122223333:function:$1')
    .replaceAll('<AWS::Partition>', 'aws');
  return JSON.parse(resolved) as Definition;
}

/** All states by name, those inside of Maps included. */
export function allStates(definition: Definition): [string, State][] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ]);
}

/** The states that a state may be followed by. */
export function successors(state: State): string[] {
  const arrows = [state, ...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
  return [...new Set([...arrows, state.Default])].filter((name) => name !== undefined);
}

/**
 * A part of a template as text that a person can compare: `{"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket83908E77", "Arn"]}, "/*"]]}`
 * becomes `<Bucket.Arn>/*`.
 */
export function flatten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flatten);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return intrinsic(name, flatten(argument));
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, flatten(item)]));
}

function intrinsic(name: string, argument: unknown): string {
  if (name === 'Ref') return `<${withoutHash(argument as string)}>`;
  if (name === 'Fn::Join') {
    const [delimiter, items] = argument as [string, string[]];
    return items.join(delimiter);
  }
  if (name === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    return `<${withoutHash(id)}.${attribute}>`;
  }
  if (name === 'Fn::ImportValue') return `<import ${String(argument)}>`;
  return `<${name} ${JSON.stringify(argument)}>`;
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
