import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { close, listen, refusalOfHost, refusalOfPage } from '../../front-door';
import { ApiError } from './api-error';
import { type ApiRequest, type ApiResponse, jsonResponse, type Service } from './services';

/**
 * Maximum size of a request, including headers (Developer Guide, quotas that are related to state machine executions).
 */
const MAX_REQUEST_BYTES = 1024 * 1024;

/**
 * The APIs of AWS for the functions of a run, and for clients of its user, over HTTP on a port of 127.0.0.1. Signatures
 * are not checked. Functions use the path `/unavailable` for services that do not exist here; requests to it are
 * refused with an error that names the service.
 */
export class ApiEndpoint {
  /** @param services the first service that accepts a request answers it */
  static async listen(services: readonly Service[]): Promise<ApiEndpoint> {
    const server = createServer((request, response) => void answer(request, response, services));
    // A kept-alive connection must not keep the process running.
    server.keepAliveTimeout = 60_000;
    return new ApiEndpoint(server, await listen(server));
  }

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return close(this.server);
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
  // If a body is too long, the rest of it is read and discarded, so that the client receives the answer.
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
