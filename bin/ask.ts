import { createInterface } from 'node:readline/promises';

/** Asks a question in the terminal. @returns the answer; undefined if there is no terminal, or on Ctrl-C */
export async function askInTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  terminal.once('SIGINT', () => interrupted.abort());
  try {
    return (await terminal.question(question, { signal: interrupted.signal })).trim().toLowerCase();
  } catch {
    process.stderr.write('\n');
    return undefined;
  } finally {
    terminal.close();
  }
}
