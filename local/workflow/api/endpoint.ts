import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { refusalOfHost, refusalOfPage } from '../../front-door';
import { ApiError } from './api-error';
import { type ApiRequest, type ApiResponse, jsonResponse, type Service } from './services';

/** Quota of a request, headers included (Developer Guide, quotas that are related to state machine executions). */
const MAX_REQUEST_BYTES = 1024 * 1024;

/**
 * The APIs of AWS for the functions of a run, and for clients of its user, over HTTP on a port of 127.0.0.1. Signatures are not
 * checked. Requests to services that are not there, which functions are pointed to below `/unavailable`, are refused by name.
 */
export class ApiEndpoint {
  /** @param services the first that takes a request answers it */
  static async listen(services: readonly Service[]): Promise<ApiEndpoint> {
    const server = createServer((request, response) => void answer(request, response, services));
    // Waiting for the next request of a kept-alive connection must not keep the process up.
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new ApiEndpoint(server);
  }

  private constructor(private readonly server: Server) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, services: readonly Service[]): Promise<void> {
  try {
    const refusal = refusalOfHost(request.headers.host) ?? refusalOfPage(request.headers);
    if (refusal !== undefined) throw new ApiError('AccessDeniedException', refusal);
    send(response, await perform(await read(request), services));
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ApiError) send(response, jsonResponse(400, { __type: error.type, message }));
    else send(response, jsonResponse(500, { __type: 'InternalServerError', message: `${name}: ${message}` }));
  }
}

async function perform(request: ApiRequest, services: readonly Service[]): Promise<ApiResponse> {
  const isUnavailable = request.path.startsWith('/unavailable');
  for (const service of isUnavailable ? [] : services) {
    const response = service(request);
    if (response !== undefined) return response;
  }
  const { target, method, path } = request;
  const message = `The local run has no endpoint for this service (${target || `${method} ${path}`}).`;
  return jsonResponse(400, { __type: 'ServiceUnavailableLocally', message });
}

async function read(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too long is discarded, not kept, so that the answer arrives.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_REQUEST_BYTES) {
      throw new ApiError('RequestEntityTooLargeException', `The request exceeds ${MAX_REQUEST_BYTES} bytes.`);
    }
    chunks.push(chunk as Buffer);
  }
  const { method = 'GET', url: path = '/', headers } = request;
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return {
    method,
    path,
    target: String(headers['x-amz-target'] ?? ''),
    accessKeyId,
    region,
    host: headers.host ?? '',
    body: Buffer.concat(chunks).toString(),
  };
}

function send(response: ServerResponse, { status, contentType, body }: ApiResponse): void {
  response.req.resume();
  response.writeHead(status, { 'content-type': contentType }).end(body);
}
