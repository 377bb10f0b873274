import { LocalDeployment, synthesize } from '../../local/workflow';
import { growthOfExecutions, growthOfParts } from '../copy/growth';

/**
 * How time, memory and requests grow: `npm run bench:growth [-- --json]`. Parts are copied without the latency of S3 and of the
 * platform, so that what is left is the work of this machine; executions that share one account, on the virtual clock.
 */
async function main(): Promise<void> {
  const deployment = LocalDeployment.fromAssembly(await synthesize('node bin/dist/app.js'));
  const growths = [
    ...(await growthOfParts(deployment, [10, 100, 1000, 10_000])),
    ...(await growthOfExecutions(deployment, [1, 10, 100], 10 * 1024 ** 3, 250)),
    ...(await growthOfExecutions(deployment, [1, 10, 100], 10 * 1024 ** 3, 8)),
  ];
  if (process.argv.includes('--json')) console.log(JSON.stringify(growths));
  else for (const { what, values, exponent } of growths) console.log(what, `exponent ${exponent}`, values);
  process.exit();
}

void main();
