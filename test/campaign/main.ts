// A campaign of random copies: `npm run campaign -- --runs N --seed S [--json]`.
//
// Each run copies a random object through the synthesized template, while requests to S3, KMS, Lambda and Step Functions fail and other
// programs change the objects. Then judge.ts compares the result of the execution with the state of S3. The exit code is 1 if a promise
// was broken, and 2 for wrong usage.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { VIOLATIONS } from './judge';
import { type Outcome, serve } from './worker';

/** A run that does not answer within this real time counts as stuck. Usually, a run takes a second. */
const STUCK_MS = 180_000;

interface Options {
  readonly runs: number;
  readonly seed: string;
  /** Number of the first run. */
  readonly from: number;
  readonly jobs: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

type Totals = Record<'runs' | 'copied' | 'failedCleanly' | (typeof VIOLATIONS)[number], number>;

if (process.send) serve();
else void campaign(readOptions());

async function campaign(options: Options): Promise<void> {
  const totals: Totals = {
    runs: options.runs,
    copied: 0,
    failedCleanly: 0,
    corrupt: 0,
    falseCopied: 0,
    falseFailed: 0,
    leaked: 0,
    unnamed: 0,
    stuck: 0,
    logged: 0,
  };
  const numbers = Array.from({ length: options.runs }, (_, index) => options.from + index);
  const started = Date.now();
  await Promise.all(
    Array.from({ length: Math.min(options.jobs, options.runs) }, () =>
      work(options, numbers, (outcome) => {
        count(totals, outcome);
        show(options, outcome);
      }),
    ),
  );
  const seconds = Math.round((Date.now() - started) / 1000);
  if (options.json) print(process.stdout, JSON.stringify(totals));
  else
    print(
      process.stdout,
      `${Object.entries(totals)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')} (seed ${options.seed}, ${seconds} s)`,
    );
  process.exit(VIOLATIONS.some((kind) => totals[kind] > 0) ? 1 : 0);
}

/** Performs runs one after another in a process of its own, until no numbers are left. */
async function work(options: Options, numbers: number[], done: (outcome: Outcome) => void): Promise<void> {
  for (let number = numbers.shift(); number !== undefined;) {
    const child = fork(process.argv[1]!, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    for (; number !== undefined; number = numbers.shift()) {
      const current: number = number;
      const outcome = await new Promise<Outcome>((resolve) => {
        const lost = (text: string): void =>
          resolve({ number: current, kind: 'violation', violations: [{ kind: 'stuck', text }], text: '' });
        const timer = setTimeout(() => lost(`the run did not end in ${STUCK_MS / 1000} s`), STUCK_MS);
        child.once('message', (message: Outcome) => resolve(message));
        child.once('exit', (code) => lost(`the process of the run ended with ${code}`));
        child.send({ seed: options.seed, number: current });
        child.once('message', () => clearTimeout(timer));
        child.once('exit', () => clearTimeout(timer));
      });
      child.removeAllListeners();
      done(outcome);
      if (outcome.violations.some(({ kind }) => kind === 'stuck')) {
        number = numbers.shift();
        break;
      }
    }
    child.kill();
  }
}

function count(totals: Totals, { kind, violations }: Outcome): void {
  if (kind !== 'violation') totals[kind]++;
  for (const each of VIOLATIONS) if (violations.some((violation) => violation.kind === each)) totals[each]++;
}

/** Prints violations to stderr, with the command that repeats the run. So stdout contains only the totals. */
function show({ seed, verbose }: Options, { number, kind, violations, text }: Outcome): void {
  const brief = (long: string): string => long.replaceAll(/x{50,}/g, 'x…');
  if (verbose) print(process.stderr, `run ${number}: ${kind}`);
  if (violations.length === 0) return;
  print(process.stderr, `run ${number} of seed ${seed}`);
  for (const violation of violations) print(process.stderr, brief(`  ${violation.kind}: ${violation.text}`));
  print(process.stderr, brief(`  ${text}`));
  print(process.stderr, `  replay: npm run campaign -- --runs 1 --seed ${seed} --from ${number}`);
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '100' },
        seed: { type: 'string', default: String(Date.now()) },
        from: { type: 'string', default: '0' },
        jobs: { type: 'string', default: String(availableParallelism()) },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
    });
    const number = (name: 'runs' | 'from' | 'jobs', minimum: number): number => {
      const value = Number(values[name]);
      if (Number.isInteger(value) && value >= minimum) return value;
      throw new Error(`--${name} must be a whole number from ${minimum}, got ${values[name]}`);
    };
    return { ...values, runs: number('runs', 1), from: number('from', 0), jobs: number('jobs', 1) };
  } catch (error) {
    print(process.stderr, `campaign: ${(error as Error).message}`);
    print(
      process.stderr,
      'usage: npm run campaign -- [--runs N] [--seed S] [--from N] [--jobs N] [--json] [--verbose]',
    );
    process.exit(2);
  }
}

function print(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${line}\n`);
}
