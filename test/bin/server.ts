import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { S3Client } from '@aws-sdk/client-s3';
import { MPCOPY } from './support';

export interface RunningServer {
  readonly endpoint: string;
  readonly client: S3Client;
  readonly pid: number;
}

/** @returns the exit code of the server, which is asked to end after `use` */
export async function withServer(
  args: string[],
  use: (server: RunningServer) => Promise<void>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  const child = spawn(process.execPath, [MPCOPY, 's3', '--port', '0', '--json', ...args]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { endpoint } = JSON.parse(line.toString()) as { endpoint: string };
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  try {
    await use({ endpoint, client, pid: child.pid ?? 0 });
  } finally {
    client.destroy();
    child.kill(signal);
  }
  const [code] = await ended;
  return code;
}
