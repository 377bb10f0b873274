import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LocalDeployment } from '../../local/workflow';
import { synthesizeApp } from '../copy/deploy';
import { type Growth, growthOfExecutions, growthOfParts, type Sharing } from '../copy/growth';

const SHARED_SIZE = 10 * 1024 ** 3;

/** Up to 100 copies share 1,000 concurrent executions: with the default number of workers, with fewer, and both with reserved concurrency. */
const SHARINGS: readonly Sharing[] = [
  { maxConcurrency: 250 },
  { maxConcurrency: 10 },
  { maxConcurrency: 8 },
  { maxConcurrency: 250, reserved: 900 },
  { maxConcurrency: 9, reserved: 900 },
];

/**
 * Measures how time, memory and requests grow: `npm run bench:growth [-- --json] [--executions] [--child-executions AUTO]`. The growth over
 * parts is measured without the latency of S3 and of the platform, so that only the work of this machine counts. The growth over
 * executions that share one account is measured on the virtual clock.
 */
async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      /** Whether to omit the growth over parts. */
      executions: { type: 'boolean', default: false },
      'child-executions': { type: 'string' },
    },
  });
  const children = options['child-executions'];
  const growths: Growth[] = [];
  const add = (measured: readonly Growth[]): void => {
    growths.push(...measured);
    if (options.json) return;
    for (const { what, values, exponent } of measured) console.log(what, `exponent ${exponent}`, values);
  };
  if (!options.executions) add(await growthOfParts(await deploy(children), [10, 100, 1000, 10_000]));
  for (const sharing of SHARINGS) {
    add(await growthOfExecutions(await deploy(children, sharing), [1, 10, 100], SHARED_SIZE, sharing));
  }
  if (options.json) console.log(JSON.stringify(growths));
  process.exit();
}

/** Deploys the app, with `reservedConcurrentExecutions` if it is specified. */
async function deploy(
  childExecutions: string | undefined,
  { reserved }: Partial<Sharing> = {},
): Promise<LocalDeployment> {
  const assembly = await synthesizeApp(childExecutions);
  for (const file of readdirSync(assembly).filter(
    (name) => reserved !== undefined && name.endsWith('.template.json'),
  )) {
    const path = join(assembly, file);
    const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
    const [, copyPart] = Object.entries(template.Resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes('CopyPart'),
    )!;
    copyPart.Properties.ReservedConcurrentExecutions = reserved;
    writeFileSync(path, JSON.stringify(template));
  }
  return LocalDeployment.fromAssembly(assembly);
}

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties: Record<string, unknown> }>>;
}

void main();
