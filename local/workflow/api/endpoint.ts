import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type JsonObject } from '../json';
import { ApiError } from './api-error';
import { OPERATIONS, parseRequest, type SfnBackend } from './operations';

/**
 * The Step Functions API for the functions of a run: AWS JSON 1.0 over HTTP, on a port of 127.0.0.1. Signatures are not
 * checked. Requests to other services, which functions are pointed to below `/unavailable`, are refused by name.
 */
export class SfnEndpoint {
  static async listen(backend: SfnBackend): Promise<SfnEndpoint> {
    const server = createServer((request, response) => void answer(request, response, backend));
    // Waiting for the next request of a kept-alive connection must not keep the process up.
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new SfnEndpoint(server);
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

async function answer(request: IncomingMessage, response: ServerResponse, backend: SfnBackend): Promise<void> {
  try {
    const body = await read(request);
    send(response, 200, perform(request, body, backend));
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ApiError) send(response, 400, { __type: name, message });
    else send(response, 500, { __type: 'InternalServerError', message: `${name}: ${message}` });
  }
}

function perform(request: IncomingMessage, body: string, backend: SfnBackend): JsonObject {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (request.url?.startsWith('/unavailable')) {
    throw new ApiError(
      'ServiceUnavailableLocally',
      `The local run has no endpoint for this service (${target || `${request.method} ${request.url}`}). ` +
        'Only S3 and Step Functions are there.',
    );
  }
  const operation = OPERATIONS.get(target.replace(/^AWSStepFunctions\./, ''));
  if (operation === undefined) {
    throw new ApiError('UnknownOperationException', `The local run does not have the operation "${target}".`);
  }
  return operation(parseRequest(body), backend);
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
