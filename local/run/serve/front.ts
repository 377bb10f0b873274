import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { close, listen } from '../../front-door';
import { ResourceUnavailable } from '../errors';
import { forward } from '../forward';

/** The servers behind the single endpoint of `mpcopy local --serve`. */
export interface Backends {
  readonly s3: URL;
  readonly secrets: URL;
  /** Step Functions, CloudFormation, EventBridge and SQS. */
  readonly workflow: URL;
}

/** Services of the `workflow` backend, by their names in signatures. */
const WORKFLOW_SERVICES = new Set(['states', 'cloudformation', 'events', 'sqs', 'sts']);

/** Paths of the `workflow` backend that AWS does not have. No bucket has such a name. */
const LOCAL_PATH = /^\/_local\//;

/** One endpoint for all services, so that clients need only one URL. */
export class Front {
  /** @throws ResourceUnavailable if the port is in use */
  static async start(port: number, backends: Backends): Promise<Front> {
    const server = createServer();
    try {
      return new Front(server, await listen(server, port), backends);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const problem = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on: ${message}`;
      throw new ResourceUnavailable(
        `--serve ${port}: the port ${problem}; specify another one, or none for any free port`,
      );
    }
  }

  readonly endpoint: string;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    port: number,
    private readonly backends: Backends,
  ) {
    this.endpoint = `http://127.0.0.1:${port}`;
    // No time limit for a request, since an upload may take long.
    server.requestTimeout = 0;
    const pass = (request: IncomingMessage, response: ServerResponse) =>
      forward(request, response, this.backendOf(request), this.agent);
    server.on('request', pass);
    server.on('checkContinue', pass);
  }

  async close(): Promise<void> {
    await close(this.server);
    this.agent.destroy();
  }

  /** KMS is served by the embedded S3. */
  private backendOf({ headers, url = '/' }: IncomingMessage): URL {
    const { s3, secrets, workflow } = this.backends;
    const target = String(headers['x-amz-target'] ?? '');
    if (target.startsWith('secretsmanager.')) return secrets;
    if (target.startsWith('TrentService.')) return s3;
    const [, service = ''] = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    return target !== '' || WORKFLOW_SERVICES.has(service) || LOCAL_PATH.test(url) ? workflow : s3;
  }
}
