import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Command } from 'commander';
import type * as assets from '../../bin/report/assets';
import type * as synthesis from '../../local/workflow/template/synthesize';
import { shareSpareThreads } from '../spare-threads';
import { type Finished, FOLDER } from './folder';

// The command in the process of the tests, from its source. It starts no process but those of the apps that it synthesizes, and not for
// the demo app either. One app is synthesized once for all tests of a file.

/** Where the build puts what the command reads. */
const DIST = join(__dirname, '..', '..', 'bin', 'dist');

/** What process.exit throws meanwhile. */
class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit code ${code}`);
  }
}

interface Loaded {
  readonly createProgram: () => Command;
  readonly fail: (error: unknown) => void;
}

let loading: Promise<Loaded> | undefined;

/** Modules of its own, so that it does not matter what the tests have imported before. */
async function load(): Promise<Loaded> {
  let loaded: Loaded | undefined;
  await jest.isolateModulesAsync(async () => {
    // The channel and the signals of this process are those of jest.
    jest.doMock('../../bin/interrupt', () => ({ exitWhenInterrupted: () => () => undefined }));
    jest.doMock('../../bin/sandbox', () => ({ userEnvironment: () => Promise.resolve(process.env) }));
    jest.doMock('../../local/workflow/template/synthesize', () => ({ synthesize: synthesizeOnce() }));
    const { loadAssets } = jest.requireActual<typeof assets>('../../bin/report/assets');
    jest.doMock('../../bin/report/assets', () => ({ loadAssets: () => loadAssets(DIST) }));
    const { createProgram } = await import('../../bin/program');
    const { fail } = await import('../../bin/fail');
    // These modules have another instance of local/workflow.
    shareSpareThreads((await import('../../local/workflow')).keepSpareThreads);
    loaded = { createProgram, fail };
  });
  return loaded!;
}

/** The demo app as it is in the bundle. */
const synthesizeScenario: typeof synthesis.synthesize = async (_, { outdir, context } = {}) => {
  const { addScenarioStack } = await import('../../local/run/scenario/stack');
  const metadata = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
  const validation = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = 'false';
  try {
    const app = new App({ outdir, context: { ...metadata, ...context }, analyticsReporting: false });
    addScenarioStack(app);
    return app.synth().directory;
  } finally {
    if (validation === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = validation;
  }
};

function synthesizeOnce(): typeof synthesis.synthesize {
  const { synthesize: synthesizeApp } = jest.requireActual<typeof synthesis>(
    '../../local/workflow/template/synthesize',
  );
  const synthesize: typeof synthesizeApp = (app, options = {}) =>
    (app.endsWith(`scenario-app.js"`) ? synthesizeScenario : synthesizeApp)(app, options);
  const assemblies = new Map<string, Promise<string>>();
  return async (app, { outdir, ...options } = {}) => {
    const key = JSON.stringify([app, options]);
    const known =
      assemblies.get(key) ?? synthesize(app, { ...options, outdir: mkdtempSync(join(FOLDER, 'assembly-')) });
    assemblies.set(key, known);
    const assembly = await known;
    if (outdir === undefined) return assembly;
    for (const name of readdirSync(assembly)) symlinkSync(join(assembly, name), join(outdir, name));
    return outdir;
  };
}

/** What the command does to the process that it has for itself. @returns undoes it */
function lendProcess(cwd: string): () => { readonly code: number; readonly stdout: string; readonly stderr: string } {
  const before = { cwd: process.cwd(), exitCode: process.exitCode };
  const listeners = new Map(process.eventNames().map((name) => [name, process.rawListeners(name)]));
  const written = { stdout: '', stderr: '' };
  const undo = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { isTTY } = stream;
    const spy = jest.spyOn(stream, 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
    stream.isTTY = false;
    return () => {
      spy.mockRestore();
      stream.isTTY = isTTY;
    };
  });
  process.chdir(cwd);
  process.exitCode = undefined;
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(Number(code ?? process.exitCode ?? 0));
  });
  return () => {
    const code = Number(process.exitCode ?? 0);
    undo.forEach((restore) => restore());
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
    exit.mockRestore();
    for (const name of process.eventNames()) {
      const known = listeners.get(name) ?? [];
      for (const listener of process.rawListeners(name) as ((...given: unknown[]) => void)[]) {
        if (!known.includes(listener)) process.removeListener(name, listener);
      }
    }
    return { code, ...written };
  };
}

let last: Promise<unknown> = Promise.resolve();

/** Runs the command in this process, as if it were in that folder: one after another, since they share folder and standard streams. */
export function runInProcess(cwd: string, args: readonly string[]): Promise<Finished> {
  const run = last.then(() => runAlone(cwd, args));
  last = run;
  return run;
}

async function runAlone(cwd: string, args: readonly string[]): Promise<Finished> {
  loading ??= load();
  const { createProgram, fail } = await loading;
  const giveBack = lendProcess(cwd);
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof Exit) process.exitCode = error.code;
    else fail(error);
  }
  return giveBack();
}
