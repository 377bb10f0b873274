import { type JsonObject } from '../json';

/** A request to an API of AWS, as far as services tell it from others. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** `Service.Operation` in `x-amz-target`, of the JSON protocols; an empty string in others. */
  readonly target: string;
  /** That the request is signed with; undefined if it is not signed. */
  readonly accessKeyId: string | undefined;
  /** Region that the request is signed for; undefined if it is not signed. */
  readonly region: string | undefined;
  /** Host header, with which URLs in responses begin. */
  readonly host: string;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One API. @returns undefined for a request that is for another one */
export type Service = (request: ApiRequest) => Promise<ApiResponse> | ApiResponse | undefined;

export const JSON_1_0 = 'application/x-amz-json-1.0';

export function jsonResponse(status: number, body: JsonObject, contentType = JSON_1_0): ApiResponse {
  return { status, contentType, body: JSON.stringify(body) };
}
