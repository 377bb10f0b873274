import { isObject, type JsonObject } from '../json';
import { ApiError } from './api-error';
import { type ApiRequest, type ApiResponse, jsonResponse, type Service } from './services';

/**
 * An operation of a JSON protocol. It converts members of the request to members of the response.
 *
 * @throws ApiError
 */
export type JsonOperation<B> = (
  members: JsonObject,
  backend: B,
  request: ApiRequest,
) => JsonObject | Promise<JsonObject>;

export interface JsonServiceOptions {
  readonly contentType?: string;
  /** @throws ApiError for a call that is denied */
  readonly check?: (operation: string, members: JsonObject, request: ApiRequest) => void;
}

/**
 * A service that uses AWS JSON.
 *
 * @param prefix the prefix of `x-amz-target`
 */
export function jsonService<B>(
  prefix: string,
  operations: ReadonlyMap<string, JsonOperation<B>>,
  backend: B,
  { contentType, check }: JsonServiceOptions = {},
): Service {
  const answer = async (name: string, request: ApiRequest): Promise<ApiResponse> => {
    try {
      const operation = operations.get(name);
      if (operation === undefined) {
        throw new ApiError(
          'UnknownOperationException',
          `The local run does not have the operation "${prefix}${name}".`,
        );
      }
      const members = parse(request.body);
      check?.(name, members, request);
      return jsonResponse(200, await operation(members, backend, request), contentType);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return jsonResponse(400, { __type: error.type, message: error.message }, contentType);
    }
  };
  return (request) =>
    request.target.startsWith(prefix) ? answer(request.target.slice(prefix.length), request) : undefined;
}

/** @throws ApiError if the body is not a JSON object */
function parse(body: string): JsonObject {
  try {
    const value: unknown = body === '' ? {} : JSON.parse(body);
    if (isObject(value)) return value;
  } catch {
    // An invalid body is refused below.
  }
  throw new ApiError('SerializationException', 'The request body is not a JSON object.');
}
