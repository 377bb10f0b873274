import { InvalidParameter } from '../errors';
import { asText, stableUuid, type Json, type JsonObject } from '../json';
import { NO_VALUE } from './intrinsics';
import { partitionOf } from './partitions';
import { type Environment } from './references';

/** Value of a pseudo parameter of CloudFormation; undefined for any other name. */
export function pseudoParameter(
  name: string,
  stack: Environment & { readonly name: string },
): Json | typeof NO_VALUE | undefined {
  const { name: partition, urlSuffix } = partitionOf(stack.region);
  switch (name) {
    case 'AWS::Region':
      return stack.region;
    case 'AWS::AccountId':
      return stack.accountId;
    case 'AWS::Partition':
      return partition;
    case 'AWS::URLSuffix':
      return urlSuffix;
    case 'AWS::StackName':
      return stack.name;
    case 'AWS::StackId':
      return `arn:${partition}:cloudformation:${stack.region}:${stack.accountId}:stack/${stack.name}/${stableUuid(stack.name)}`;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      return undefined;
  }
}

/** @throws InvalidParameter for a value of a template parameter that CloudFormation would refuse */
export function checkParameter(
  name: string,
  { AllowedValues: allowed, AllowedPattern: pattern }: JsonObject,
  value: Json,
): void {
  const text = asText(value);
  if (Array.isArray(allowed) && !allowed.map(asText).includes(text)) {
    throw new InvalidParameter(`Parameter ${name} cannot be "${text}". Allowed: ${allowed.map(asText).join(', ')}.`);
  }
  if (typeof pattern === 'string' && !new RegExp(`^(?:${pattern})$`).test(text)) {
    throw new InvalidParameter(`Parameter ${name} cannot be "${text}". It has to match ${pattern}.`);
  }
}

/** Whether the value of a template parameter is the name of an SSM parameter, whose value is used instead. */
export function isSsmType(type: string): boolean {
  return type.startsWith('AWS::SSM::Parameter::Value<');
}

export function isListType(type: string): boolean {
  return /(^|<)(List<|CommaDelimitedList)/.test(type);
}
