import { spawn } from 'node:child_process';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Variables of the user's environment that the process of a run keeps: for executables, the terminal, temporary files,
 * the time zone and the language.
 */
const KEPT =
  /^(PATH|PATHEXT|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|TMPDIR|TEMP|TMP|TZ|LANG|LC_\w+|SYSTEMROOT|COMSPEC|NODE_COMPILE_CACHE)$/i;

/**
 * Runs the command in a process without the user's environment and home folder, and ends with its exit code. The
 * functions of a template run in threads of that process, so they do not find the user's credentials where SDKs look
 * for them. Only the app gets the user's environment, which the process receives in a message.
 */
export function runWithoutEnvironment(script: string, args: readonly string[]): void {
  const kept = Object.entries(process.env).filter(([name]) => KEPT.test(name));
  const env = { ...Object.fromEntries(kept), HOME: noHome(), USERPROFILE: noHome() };
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], { env, stdio: [...stdio] });
  child.send(process.env, () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}

/** A folder that does not exist. Without the variable, Node.js would ask the system for the home folder. */
function noHome(): string {
  return join(tmpdir(), 'mpcopy-no-home');
}

/** The environment of the user, also in the process that was started without it. */
export async function userEnvironment(): Promise<NodeJS.ProcessEnv> {
  if (process.send === undefined) return process.env;
  return new Promise((resolve) => {
    process.channel?.ref();
    process.once('message', (message) => {
      // The channel stays open, to notice the end of the other process, but no longer keeps this process running.
      process.channel?.unref();
      resolve(message as NodeJS.ProcessEnv);
    });
  });
}
