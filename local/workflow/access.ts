import { asString, type JsonObject } from './json';

/** A call of an API that policies allow or deny. */
export interface Access {
  /** Undefined if the request is not signed. */
  readonly accessKeyId: string | undefined;
  /** For example `states:DescribeExecution`. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action without a resource. */
  readonly resource: string;
  readonly operation: string;
}

/** @returns the reason why a call is denied; undefined if it is allowed */
export type Authorize = (access: Access) => string | undefined;

/**
 * An operation of Step Functions. Each has one resource, which a member of the request names ("Actions, resources, and condition keys for AWS
 * Step Functions", Service Authorization Reference).
 */
export function statesAccess(
  operation: string,
  { executionArn, mapRunArn, stateMachineArn }: JsonObject,
): Omit<Access, 'accessKeyId'> {
  const resource = asString(executionArn) ?? asString(mapRunArn) ?? asString(stateMachineArn) ?? '*';
  return { action: `states:${operation}`, resource, operation };
}
