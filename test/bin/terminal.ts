import { execFileSync, spawnSync } from 'node:child_process';
import { until } from '../until';

/** Milliseconds between two looks at a screen: each look starts a process. */
const LOOK_EVERY = 60;
import { MPCOPY } from './support';

let terminals = 0;

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) process.stderr.write('tests in a terminal are skipped: there is no tmux here\n');

/** `test`, if there is a terminal to be had. */
export const testInTerminal = hasTmux ? test : test.skip;

/** A terminal of 120 columns in which the bundled command runs. It stays open after the command has ended. */
export class Terminal {
  static run(args: readonly string[], environment: Record<string, string> = {}): Terminal {
    const command = [process.execPath, MPCOPY, ...args].map((word) => `'${word}'`).join(' ');
    const variables = Object.entries(environment).map(([name, value]) => ['-e', `${name}=${value}`]);
    // The shell survives Ctrl-C, prints the exit code, and keeps the terminal open.
    const script = `trap : INT; ${command}; echo "exit code $?"; sleep 1000`;
    const terminal = new Terminal();
    terminal.tmux('new-session', '-d', '-x', '120', '-y', '30', ...variables.flat(), script);
    return terminal;
  }

  // A server of tmux for each, since one that is ending accepts no new session.
  private readonly socket = `mpcopy-test-${process.pid}-${terminals++}`;

  /** The lines that the terminal shows, without empty ones. */
  screen(): string[] {
    return this.tmux('capture-pane', '-p')
      .split('\n')
      .filter((line) => line.trim() !== '');
  }

  /** @returns the screen when a line matches */
  async shows(pattern: RegExp): Promise<string[]> {
    return until(() => {
      const lines = this.screen();
      return lines.some((line) => pattern.test(line)) ? lines : undefined;
    }, LOOK_EVERY);
  }

  press(key: string): void {
    this.tmux('send-keys', key);
  }

  get showsCursor(): boolean {
    return this.tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  /** @returns the exit code of the command, when it has ended */
  async ended(): Promise<number> {
    const lines = await this.shows(/^exit code \d+/);
    return Number(/exit code (\d+)/.exec(lines.join('\n'))?.[1]);
  }

  /** As when its window is closed. */
  close(): void {
    spawnSync('tmux', ['-L', this.socket, 'kill-server']);
  }

  private tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  }
}
