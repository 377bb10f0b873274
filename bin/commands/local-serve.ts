import { type ExecutionStatusChange, type ServeOptions, type Serving, serveWorkflows } from '../../local/run';
import { interrupted } from '../interrupt';
import type { ProgressDisplay } from '../progress';

interface ServeCommandOptions extends ServeOptions {
  readonly json?: boolean;
}

/**
 * `mpcopy local --serve`: serves until Ctrl-C.
 *
 * @param keepRunning called when signals are no longer to end the process at once
 */
export async function serve(
  options: ServeCommandOptions,
  progress: ProgressDisplay,
  keepRunning: () => void,
): Promise<void> {
  const onStatus = options.json ? undefined : writeStatus;
  await serveWorkflows({ ...options, onStatus, onProgress: (step) => progress.update(step) }, async (serving) => {
    progress.stop();
    keepRunning();
    const ended = interrupted();
    process.stdout.write(options.json ? `${JSON.stringify(serving)}\n` : describe(serving));
    await ended;
  });
}

function writeStatus({ name, status, error }: ExecutionStatusChange): void {
  process.stderr.write(`${name} ${status}${error === undefined ? '' : ` ${error}`}\n`);
}

function describe({ endpoint, region, accessKeyId, stacks, stateMachines, buckets, sources }: Serving): string {
  const [machine] = stateMachines;
  const [folder = 's3://BUCKET/'] = sources;
  return `Listening on ${endpoint}; Ctrl+C ends it

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=any

  Stacks:         ${stacks.join('\n                  ')}
  State machines: ${stateMachines.map(({ path, arn }) => `${path}  ${arn}`).join('\n                  ')}
  Buckets:        ${buckets.join('\n                  ') || 'none in the templates'}

  aws s3 cp movie.mp4 ${folder}
  aws stepfunctions start-execution --state-machine-arn ${machine?.arn} --input '{"source": "${folder}movie.mp4"}'
  aws stepfunctions list-executions --state-machine-arn ${machine?.arn}
  npx mpcopy start --state-machine ${machine?.arn} ${folder}movie.mp4 --wait

`;
}
