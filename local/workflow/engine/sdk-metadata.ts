import { stableUuid, type JsonObject } from '../json';

/**
 * The metadata that a service integration adds to the response of a service.
 *
 * @param body the response, as JSON text
 */
export function sdkMetadata(body: string): JsonObject {
  const requestId = stableUuid(body);
  const headers = {
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-RequestId': requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
