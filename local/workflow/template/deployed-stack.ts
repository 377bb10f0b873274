import { asObject, asString, asText, type Json } from '../json';
import { type Stack } from './stack';

export interface DeployedOutput {
  /** Name of the stack. */
  readonly stack: string;
  readonly key: string;
  readonly value: Json;
  readonly description?: string;
  readonly exportName?: string;
}

export interface DeployedResource {
  readonly logicalId: string;
  /** What `Ref` returns: a name, an ID or an ARN, depending on the type. */
  readonly physicalId: string;
  readonly type: string;
}

/** A stack as DescribeStacks returns it. */
export interface DeployedStack {
  readonly name: string;
  /** The stack's ARN. */
  readonly id: string;
  readonly region: string;
  readonly accountId: string;
  readonly description?: string;
  readonly outputs: readonly DeployedOutput[];
  readonly resources: readonly DeployedResource[];
}

export function describeStack(stack: Stack): DeployedStack {
  const { name, id, region, accountId } = stack;
  const { Description: description } = stack.source.template;
  return {
    name,
    id,
    region,
    accountId,
    ...(typeof description === 'string' && { description }),
    outputs: findOutputs(stack),
    resources: stack.resources().map(({ logicalId, type }) => ({
      logicalId,
      type,
      physicalId: asText(stack.resolveOrPlaceholder({ Ref: logicalId })),
    })),
  };
}

function findOutputs(stack: Stack): DeployedOutput[] {
  return Object.entries(asObject(stack.source.template.Outputs)).map(([key, value]) => {
    const { Value = null, Description: description, Export } = asObject(value);
    const exportName = asObject(Export).Name;
    return {
      stack: stack.name,
      key,
      value: stack.resolveOrPlaceholder(Value),
      ...(typeof description === 'string' && { description }),
      ...(exportName !== undefined && { exportName: asString(stack.resolveOrPlaceholder(exportName)) ?? '' }),
    };
  });
}
