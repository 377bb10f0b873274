import { type JsonObject } from '../json';

/** The parts of a request to an API of AWS that distinguish the services. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** `Service.Operation` in `x-amz-target`, for the JSON protocols; otherwise an empty string. */
  readonly target: string;
  /** Access key of the signature; undefined if the request is not signed. */
  readonly accessKeyId: string | undefined;
  /** Region of the signature; undefined if the request is not signed. */
  readonly region: string | undefined;
  /** Host header, which is the base of URLs in responses. */
  readonly host: string;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One API.
 *
 * @returns undefined for a request to another API
 */
export type Service = (request: ApiRequest) => Promise<ApiResponse> | ApiResponse | undefined;

export const JSON_1_0 = 'application/x-amz-json-1.0';

export function jsonResponse(status: number, body: JsonObject, contentType = JSON_1_0): ApiResponse {
  return { status, contentType, body: JSON.stringify(body) };
}
