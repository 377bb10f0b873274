import { evaluatePath, PathNotFound } from '../asl/path';
import { asObject, asString, asText, isObject, type Json, type JsonObject } from '../json';
import { asJson, type BusEvent } from './event';

/** The rule that an event matches. */
export interface RuleName {
  readonly name: string;
  readonly arn: string;
}

/**
 * The input of a target of a rule: the event, a constant, a part of the event, or a template that is filled from it
 * ("Amazon EventBridge input transformation", EventBridge User Guide).
 */
export function targetInput(properties: JsonObject, event: BusEvent, rule: RuleName): string {
  const { Input: constant, InputPath: path, InputTransformer: transformer } = properties;
  if (constant !== undefined) return asText(constant);
  if (path !== undefined) return JSON.stringify(valueAt(asText(path), event) ?? null);
  if (isObject(transformer)) return transform(transformer, event, rule);
  return JSON.stringify(event);
}

function transform(transformer: JsonObject, event: BusEvent, rule: RuleName): string {
  const paths = Object.entries(asObject(transformer.InputPathsMap));
  const variables = new Map<string, Json | undefined>([
    ...paths.map(([name, path]) => [name, valueAt(asText(path), event)] as const),
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', { ...event, detail: undefined } as unknown as Json],
    ['aws.events.event.json', asJson(event)],
  ]);
  return fill(asString(transformer.InputTemplate) ?? '', variables);
}

/** A variable inside quotes is text; outside of quotes, it is JSON. A variable without a value is omitted. */
function fill(template: string, variables: ReadonlyMap<string, Json | undefined>): string {
  let isQuoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined || !variables.has(name)) return token;
    const value = variables.get(name);
    if (value === undefined) return '';
    if (!isQuoted) return JSON.stringify(value);
    return JSON.stringify(asText(value)).slice(1, -1);
  });
}

function valueAt(path: string, event: BusEvent): Json | undefined {
  try {
    return evaluatePath(path, { input: asJson(event), context: {} });
  } catch (error) {
    if (error instanceof PathNotFound) return undefined;
    throw error;
  }
}
