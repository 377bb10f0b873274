import { type ThreadHost } from './thread-host';

/** Threads that closed deployments have left for the next ones of this process. */
const spare: ThreadHost[] = [];
let limit = 0;

/**
 * Lets the functions of later deployments run in the threads of earlier ones: for a process that runs many short executions one after
 * another, where starting threads and compiling code takes most of the time. All that a thread keeps is the compiled code. Only for
 * functions that change nothing in their thread besides their own modules, such as those of this library.
 *
 * @param count so many threads wait at most
 * @returns ends those that wait, and lets none wait any more
 */
export function keepSpareThreads(count: number): () => Promise<void> {
  limit = count;
  return async () => {
    limit = 0;
    await Promise.all(spare.splice(0).map((thread) => thread.end()));
  };
}

/** @returns one that has run this code before, if there is one */
export function takeSpareThread(taskRoot: string): ThreadHost | undefined {
  const known = spare.map((thread) => thread.taskRoot).lastIndexOf(taskRoot);
  // Otherwise the last one.
  const [thread] = spare.splice(known, 1);
  return thread?.hasEnded === true ? takeSpareThread(taskRoot) : thread;
}

/** @returns whether the thread waits for its next user now */
export function keepThread(thread: ThreadHost): boolean {
  if (spare.length >= limit) return false;
  thread.leave();
  spare.push(thread);
  return true;
}
