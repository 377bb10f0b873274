import { Command, InvalidArgumentError } from 'commander';
import { S3Server } from '../../local/s3';

interface S3Options {
  readonly port: number;
  readonly host: string;
  readonly dir?: string;
  readonly json?: boolean;
}

export function s3Command(): Command {
  return new Command('s3')
    .description('Run the embedded S3 as a server. Any credentials do; buckets live until it ends, or in --dir.')
    .option('--port <number>', 'port to listen on; 0 picks a free one', parsePort, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--dir <folder>', 'keep buckets and objects here, across restarts (default: in memory)')
    .option('--json', 'print {"endpoint": …} as the first line')
    .addHelpText(
      'after',
      `
Examples:
  $ mpcopy s3 --port 9000 --dir ./s3-data
  $ AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000 aws s3 mb s3://my-bucket`,
    )
    .action(serve);
}

async function serve(options: S3Options): Promise<void> {
  const server = await S3Server.start(options);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ endpoint: server.endpoint })}\n`
      : `S3 is listening on ${server.endpoint} (path-style, or BUCKET.localhost:${new URL(server.endpoint).port}); Ctrl+C ends it\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.close();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a whole number from 0 to 65535.');
  return port;
}
