import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Serving } from '../../local/run';
import { until } from '../until';
import { FOLDER, MPCOPY } from './support';

export interface RunningServices extends Serving {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  /** ARN of the only state machine. */
  readonly arn: string;
  /** Variables with which the AWS CLI finds the services. */
  readonly env: NodeJS.ProcessEnv;
}

/** How `mpcopy local --serve` has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** @returns exit code and standard error of `mpcopy local --serve`, which is asked to end after `use` */
export async function withServices(args: string[], use: (services: RunningServices) => Promise<void>): Promise<Ended> {
  const { services, stop } = await startServices(args);
  try {
    await use(services);
  } finally {
    await stop();
  }
  return stop();
}

/**
 * The services for several tests, since a process of their own and the synthesis cost more than most tests.
 *
 * @returns the services, and what asks them to end
 */
export async function startServices(
  args: string[],
): Promise<{ readonly services: RunningServices; readonly stop: () => Promise<Ended> }> {
  const child = spawn(process.execPath, [MPCOPY, 'local', '--serve', '--json', ...args], { cwd: FOLDER });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const first = await Promise.race([once(child.stdout, 'data') as Promise<[Buffer]>, ended]);
  if (!Buffer.isBuffer(first[0])) throw new Error(`mpcopy local --serve has ended: ${first[0]}, ${stderr}`);
  // A process whose output nobody reads does not end.
  child.stdout.resume();
  const serving = JSON.parse(first[0].toString()) as Serving;
  const { endpoint, region, accessKeyId } = serving;
  const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey: 'any' } };
  const [s3, sfn] = [new S3Client(settings), new SFNClient(settings)];
  const env = {
    PATH: process.env.PATH,
    HOME: FOLDER,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'any',
  };
  const stop = async (): Promise<Ended> => {
    s3.destroy();
    sfn.destroy();
    child.kill('SIGINT');
    const [code] = await ended;
    return { code, stderr };
  };
  return { services: { ...serving, s3, sfn, arn: serving.stateMachines[0]!.arn, env }, stop };
}

/** Asks until the condition holds; the timeout of the test ends it otherwise. */
export async function eventually<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  const done = await until(async () => {
    const answer = await ask();
    return isDone(answer) ? { answer } : undefined;
  });
  return done.answer;
}

/** Asks until the execution has ended. */
export function endOf(sfn: SFNClient, executionArn: string | undefined) {
  return eventually(
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
  );
}

const version = spawnSync('aws', ['--version'], { encoding: 'utf8' });

/** Why tests of the AWS CLI are skipped; undefined if it is there. */
export const NO_AWS_CLI = version.status === 0 ? undefined : 'the AWS CLI is not installed';

/** Runs the AWS CLI. @returns its output, parsed if it is JSON */
export function awsCli(env: NodeJS.ProcessEnv, ...args: string[]): Promise<any> {
  return new Promise((resolve, reject) => {
    execFile('aws', args, { env: { ...env, AWS_DEFAULT_OUTPUT: 'json' } }, (error, stdout, stderr) => {
      if (error) reject(new Error(`aws ${args.join(' ')}: ${stderr}`));
      else resolve(/^[[{]/.test(stdout) ? JSON.parse(stdout) : stdout);
    });
  });
}
