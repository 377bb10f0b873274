import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LocalDeployment } from '../../local/workflow';
import { assemble } from '../copy/deploy';
import { type Growth, growthOfExecutions, growthOfParts, type Sharing } from '../copy/growth';

const SHARED_SIZE = 10 * 1024 ** 3;

/** 1,000 concurrent executions for up to 100 copies: as many workers as by default, a fair share of them, and each with a reserve. */
const SHARINGS: readonly Sharing[] = [
  { maxConcurrency: 250 },
  { maxConcurrency: 10 },
  { maxConcurrency: 8 },
  { maxConcurrency: 250, reserved: 900 },
  { maxConcurrency: 9, reserved: 900 },
];

/**
 * How time, memory and requests grow: `npm run bench:growth [-- --json] [--executions] [--child-executions AUTO]`. Parts are copied without the latency of S3 and
 * of the platform, so that what is left is the work of this machine; executions that share one account, on the virtual clock.
 */
async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      /** Without the growth over parts. */
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

/** With `reservedConcurrentExecutions` where that is given. */
async function deploy(
  childExecutions: string | undefined,
  { reserved }: Partial<Sharing> = {},
): Promise<LocalDeployment> {
  const assembly = await assemble(childExecutions);
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
