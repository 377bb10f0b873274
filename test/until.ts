import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until there is an answer: about other processes, threads and servers, for which nothing can be awaited. It pauses, since they need
 * the processor, and proves nothing by time: only the timeout of the test ends it otherwise.
 *
 * @param pause milliseconds
 */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, pause = 20): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(pause);
  }
}
