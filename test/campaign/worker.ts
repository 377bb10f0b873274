import { readFileSync } from 'node:fs';
import { keepSpareThreads } from '../../local/workflow';
import { eachState } from '../../local/workflow/asl/definition';
import { randomCase, type States } from './cases';
import { judge, type Violation } from './judge';
import { runCase } from './run';
import { Templates } from './template';

export interface Outcome {
  readonly number: number;
  readonly kind: 'copied' | 'failedCleanly' | 'violation';
  readonly violations: readonly Violation[];
  /** The case, as JSON. */
  readonly text: string;
}

/** Runs the cases that the parent process requests. */
export function serve(): void {
  // The cases of a process run one after another, and each needs a thread for each function.
  keepSpareThreads(16);
  const templates = new Templates();
  const states = statesOf(templates);
  const names = errorNames(readFileSync('README.md', 'utf8'));
  process.on('exit', () => templates.delete());
  process.on('SIGTERM', () => process.exit());
  process.on('message', ({ seed, number }: { seed: string; number: number }) => {
    void (async () => {
      const given = randomCase(`${seed}/${number}`, states);
      const text = JSON.stringify(given);
      try {
        const seen = await runCase(given, templates.of(given.template), names);
        const violations = judge(seen);
        const isCopied = seen.executions.some(({ status }) => status === 'SUCCEEDED');
        const kind = violations.length > 0 ? 'violation' : isCopied ? 'copied' : 'failedCleanly';
        process.send!({ number, kind, violations, text } satisfies Outcome);
      } catch (error) {
        const violation: Violation = { kind: 'stuck', text: `the run itself failed: ${(error as Error).stack}` };
        process.send!({ number, kind: 'violation', violations: [violation], text } satisfies Outcome);
      }
    })();
  });
}

function statesOf(templates: Templates): States {
  const states: [name: string, type: string][] = [];
  const without = { sourceVersioned: false, destinationVersioned: false, sourceKms: false, destinationKms: false };
  const plain = { ...without, childExecutions: 'STANDARD' } as const;
  eachState(templates.of(plain).stateMachine().definition, (name, { Type }) => states.push([name, Type]));
  const tasks = states.filter(([, type]) => type === 'Task');
  return { all: states.map(([name]) => name), tasks: tasks.map(([name]) => name) };
}

/** The names in the first column of the README's table of errors. */
export function errorNames(readme: string): ReadonlySet<string> {
  const [, section = ''] = readme.split('\n## Errors\n');
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return new Set(rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)));
}
