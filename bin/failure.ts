/** Exit codes. INTERRUPTED is what shells have for Ctrl-C: 128 + SIGINT. */
export const EXIT = { FAILED: 1, USAGE: 2, INTERRUPTED: 130 } as const;

/** Wrong arguments. The message says what to write instead. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
