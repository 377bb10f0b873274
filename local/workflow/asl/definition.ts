import { asArray, asObject, isObject, type Json, type JsonObject } from '../json';

/** A state machine in the Amazon States Language, the processor of a Map, or a branch of a Parallel. */
export interface AslDefinition {
  readonly StartAt: string;
  readonly States: Record<string, AslState>;
  readonly TimeoutSeconds?: number;
  readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
}

/** A state: its Type, and the fields that this type has. */
export type AslState = JsonObject & { readonly Type: string };

export type WorkflowType = 'STANDARD' | 'EXPRESS';

export const LAMBDA_INVOKE = /^arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke$/;
export const PUT_EVENTS = /^arn:[^:]+:states:[^:]*:[^:]*:events:putEvents$/;
export const LAMBDA_FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:.+$/;

/** Actions of Step Functions that only read, and that a Task can call by an AWS SDK integration. */
const SFN_ACTIONS = ['describeExecution', 'describeMapRun', 'getExecutionHistory', 'listExecutions', 'listMapRuns'];

const SFN_INTEGRATION = /^arn:[^:]+:states:[^:]*:[^:]*:aws-sdk:sfn:(\w+)$/;

/**
 * The action of Step Functions that a Task calls; undefined if the Task calls no action that the local run supports.
 */
export function sfnActionOf(resource: string): string | undefined {
  const action = SFN_INTEGRATION.exec(resource)?.[1] ?? '';
  return SFN_ACTIONS.includes(action) ? action : undefined;
}

/** The processor of a Map state, in its current or its former field. */
export function processorOf(state: AslState): AslDefinition {
  return (state.ItemProcessor ?? state.Iterator) as unknown as AslDefinition;
}

export function isDistributed(state: AslState): boolean {
  return processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';
}

export function childType(state: AslState): WorkflowType {
  return processorOf(state).ProcessorConfig?.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
}

export function branchesOf(state: AslState): readonly AslDefinition[] {
  return (state.Branches ?? []) as unknown as AslDefinition[];
}

/** Visits every state, those inside of Map and Parallel states included. The definition need not be valid. */
export function eachState(definition: AslDefinition, visit: (name: string, state: AslState) => void): void {
  for (const [name, state] of Object.entries(definition.States)) {
    visit(name, state);
    const inner = [state.ItemProcessor, state.Iterator, ...asArray(state.Branches)].map(asObject);
    for (const machine of inner) if (isObject(machine.States)) eachState(machine as unknown as AslDefinition, visit);
  }
}

/** Fields that contain states, or text that is never evaluated. */
const NOT_EVALUATED = new Set(['ItemProcessor', 'Iterator', 'Branches', 'Result']);

/** In payload templates, only fields whose names end in `.$` are expressions. */
const PAYLOAD_TEMPLATES = new Set(['Parameters', 'ItemSelector', 'ResultSelector']);

/**
 * Visits every path and intrinsic function of one state. `ResultPath` is not included: it is a location to write to.
 */
export function eachExpression(
  value: Json,
  visit: (expression: string) => void,
  within: 'state' | 'payload' = 'state',
): void {
  if (Array.isArray(value)) return value.forEach((item) => eachExpression(item, visit, within));
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (within === 'state' && NOT_EVALUATED.has(key)) continue;
    if (typeof item !== 'string') eachExpression(item, visit, PAYLOAD_TEMPLATES.has(key) ? 'payload' : within);
    else if (isExpression(key, within)) visit(item);
  }
}

function isExpression(key: string, within: 'state' | 'payload'): boolean {
  if (key.endsWith('.$')) return true;
  return within === 'state' && (key === 'Variable' || (key.endsWith('Path') && key !== 'ResultPath'));
}
