import { type Access, statesAccess } from '../access';
import { StateFailure } from '../asl/failure';
import { isObject, type Json, type JsonObject } from '../json';
import { ApiError, refuseIf } from './api-error';
import { type Backend, OPERATIONS } from './operations';

/**
 * Performs an operation as the AWS SDK integration of a Task does: members are named in PascalCase, times are text of ISO 8601.
 *
 * @param action `listMapRuns`
 * @param authorize why the role of the state machine may not do it. Default: it may
 * @throws StateFailure `Sfn.` and the name of the exception in the AWS SDK for Java
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function callSfnAction(
  backend: Backend,
  action: string,
  parameters: JsonObject,
  authorize: (access: Omit<Access, 'accessKeyId'>) => string | undefined = () => undefined,
): Json {
  const name = inPascalCase(action);
  const operation = OPERATIONS.get(name)!;
  const entries = Object.entries(parameters).map(([member, value]) => [
    member.charAt(0).toLowerCase() + member.slice(1),
    value,
  ]);
  const request = Object.fromEntries(entries) as JsonObject;
  try {
    refuseIf(authorize(statesAccess(name, request)));
    return asSdkResult(operation(request, backend));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const exception = error.type.endsWith('Exception') ? error.type : `${error.type}Exception`;
    throw new StateFailure(`Sfn.${exception}`, `${error.message} (Service: Sfn, Status Code: 400)`);
  }
}

function asSdkResult(value: Json): Json {
  if (Array.isArray(value)) return value.map(asSdkResult);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [inPascalCase(name), asTime(name, item) ?? asSdkResult(item)]),
  );
}

/** Times are seconds in the API. */
function asTime(name: string, value: Json): string | undefined {
  const isTime = typeof value === 'number' && /Date$|^timestamp$/.test(name);
  return isTime ? new Date(value * 1000).toISOString() : undefined;
}

function inPascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
