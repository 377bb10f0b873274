/** How long each attempt of a call waits for the answer, where the time of the invocation limits the attempts. */
export interface Tries {
  /** @param attempt the first one is number 1 */
  readonly timeoutMs: (attempt: number) => number;
  /** Whether one more attempt can end within the invocation. If not, the state machine makes it in a new one. */
  readonly hasTime: () => boolean;
}
