import { request } from 'node:http';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Server, type S3ServerOptions } from '../../../local/s3';
import { until as untilThere } from '../../until';

const servers: S3Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Starts a server and closes it after the test. */
export async function startServer(options?: S3ServerOptions): Promise<S3Server> {
  const server = await S3Server.start(options);
  servers.push(server);
  return server;
}

/** An SDK client without retries, so that tests see each response. */
export function clientOf(server: Pick<S3Server, 'endpoint' | 'region'>, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    ...config,
  });
}

/** Waits until other work of this process has made the condition true. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  // Most are true after a few turns of the event loop; what waits for threads and disks must not keep the processor from them.
  for (let turn = 0; turn < 20; turn++) {
    if (await condition()) return;
    await new Promise(setImmediate);
  }
  await untilThere(async () => ((await condition()) ? true : undefined));
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Sends a request exactly as given, for requests that SDKs do not send. */
export async function raw(
  server: Pick<S3Server, 'endpoint'>,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<RawResponse> {
  const url = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: url.hostname,
        port: url.port,
        method: options.method ?? 'GET',
        path: options.path,
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(options.body);
  });
}
