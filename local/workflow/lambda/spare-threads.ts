import { type ThreadHost } from './thread-host';

/** Threads of closed deployments, for the next deployments of this process. */
export type SpareThreads = ThreadHost[];

let spare: SpareThreads = [];
let limit = 0;

/**
 * Lets the functions of later deployments run in the threads of earlier ones. Use it in a process that runs many short
 * executions one after another, in which starting threads and compiling code takes most of the time. A thread keeps
 * only the compiled code. Use it only for functions that change nothing in their thread except their own modules, such
 * as those of this library.
 *
 * @param count maximum number of waiting threads
 * @param waiting the waiting threads: for a process that loads this module several times, to share one list
 * @returns ends the waiting threads, and disables this function
 */
export function keepSpareThreads(count: number, waiting = spare): () => Promise<void> {
  limit = count;
  spare = waiting;
  return async () => {
    limit = 0;
    await Promise.all(spare.splice(0).map((thread) => thread.end()));
  };
}

/** @returns a thread that has run this code before, if there is one */
export function takeSpareThread(taskRoot: string): ThreadHost | undefined {
  const known = spare.map((thread) => thread.taskRoot).lastIndexOf(taskRoot);
  // If there is none, the last one.
  const [thread] = spare.splice(known, 1);
  return thread?.hasEnded === true ? takeSpareThread(taskRoot) : thread;
}

/** @returns whether the thread now waits for its next user */
export function keepThread(thread: ThreadHost): boolean {
  if (spare.length >= limit) return false;
  thread.release();
  spare.push(thread);
  return true;
}
