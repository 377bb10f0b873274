import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { type CopyRunOptions, InvalidRun, needsScenario } from '../../local/run';

/** The options of `mpcopy local` that determine which app runs. */
export interface AppOptions extends Pick<CopyRunOptions, 'input' | 'sourceSetup' | 'childExecutions'> {
  readonly app?: string;
  readonly template?: string;
}

/** The app that a run synthesizes or reads. */
export type ChosenApp = Pick<CopyRunOptions, 'app' | 'appFolder' | 'appReadsScenario' | 'assembly' | 'template'> & {
  /** Describes the app and the reason for the choice. */
  readonly title: string;
};

/**
 * Chooses the app of a run: `--template`, `--app`, the app of `cdk.json`, or the demo app of the command. A setup
 * selects the demo app, because it needs an app that is synthesized to match it.
 *
 * @param folder the folder in which the command runs
 * @throws InvalidRun if there is no such app
 */
export function chooseApp(options: AppOptions, folder: string): ChosenApp {
  const { app, template } = options;
  if (template !== undefined) return { template, title: `template ${template}` };
  if (app !== undefined) return { ...runnable(app, folder), title: `app ${app}` };
  if (options.sourceSetup !== undefined) return demoApp('synthesized to fit --source-setup');
  if (options.childExecutions !== undefined) return demoApp('synthesized with --child-executions');
  const file = join(folder, 'cdk.json');
  if (!existsSync(file)) return demoApp('there is no cdk.json here');
  // In the checkout of this library, cdk.json has a minimal app. The demo app has the features that an input needs.
  if (isOwnCheckout(folder) && needsScenario(options)) return demoApp('synthesized to fit the options of --input');
  const command = appOf(file);
  return { ...runnable(command, folder), title: `app of cdk.json: ${command}` };
}

/** The app that is built next to this command. */
function demoApp(reason: string): ChosenApp {
  const app = join(__dirname, '..', 'dist', 'scenario-app.js');
  if (!existsSync(app)) throw new InvalidRun(`${app} does not exist; run npm run build, or specify --app`);
  return {
    app: `"${process.execPath}" "${app}"`,
    appFolder: dirname(app),
    appReadsScenario: true,
    title: `demo app, ${reason}`,
  };
}

/** The command that the CDK CLI would run: `build` of cdk.json, then its `app`. */
function appOf(file: string): string {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidRun(`${file} cannot be read: ${(error as Error).message}`);
  }
  const { app, build } = (settings ?? {}) as { app?: unknown; build?: unknown };
  if (typeof app !== 'string' || app.trim() === '') {
    throw new InvalidRun(`${file} names no "app"; add one, or specify --app or --template`);
  }
  return typeof build === 'string' && build.trim() !== '' ? `${build} && ${app}` : app;
}

/**
 * Like the CDK CLI, uses a folder as a cloud assembly, and runs a JavaScript file that is not executable with Node.js.
 */
function runnable(app: string, folder: string): Pick<CopyRunOptions, 'app' | 'appFolder' | 'assembly'> {
  const path = resolve(folder, app);
  if (!existsSync(path)) return { app, appFolder: folder };
  const stats = statSync(path);
  if (stats.isDirectory()) return { assembly: path };
  const isExecutable = process.platform !== 'win32' && (stats.mode & 0o111) !== 0;
  const isScript = ['.js', '.cjs', '.mjs'].includes(extname(path));
  return { app: isScript && !isExecutable ? `"${process.execPath}" "${path}"` : app, appFolder: folder };
}

function isOwnCheckout(folder: string): boolean {
  return realpathSync(folder) === realpathSync(join(__dirname, '..', '..'));
}
