import { isObject, parseObject } from '../model/json';

/**
 * Whether the children of a Map Run are Express executions. The ARN of a Map Run contains the label of its Map:
 * `arn:…:mapRun:STATE_MACHINE/LABEL:ID`.
 *
 * @param definition Amazon States Language
 */
export function hasExpressChildren(definition: string | undefined, mapRunArn: string): boolean {
  const [, label] = /\/([^/:]+):[^:]+$/.exec(mapRunArn) ?? [];
  return label !== undefined && labelsOfExpressMaps(parseObject(definition)).includes(label);
}

function labelsOfExpressMaps(machine: Record<string, unknown> | undefined): string[] {
  const { States: states } = machine ?? {};
  if (!isObject(states)) return [];
  return Object.values(states).flatMap((state): string[] => {
    if (!isObject(state)) return [];
    const { Label, ItemProcessor: processor, Branches } = state;
    const inner = [processor, ...(Array.isArray(Branches) ? (Branches as unknown[]) : [])].filter(isObject);
    const { ProcessorConfig: config } = isObject(processor) ? processor : {};
    const isExpress = isObject(config) && config.ExecutionType === 'EXPRESS' && typeof Label === 'string';
    return [...(isExpress ? [Label] : []), ...inner.flatMap(labelsOfExpressMaps)];
  });
}
