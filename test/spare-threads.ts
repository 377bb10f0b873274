// A copy takes six threads, and starting them takes longer than what they do. So they wait for the next copy, also for that of the next
// test file in the same process, which has modules of its own but the same bundles of the workers.
import { keepSpareThreads, type SpareThreads } from '../local/workflow';

const WAITING = Symbol.for('spare threads of the test files');
const shared = globalThis as { [WAITING]?: SpareThreads };

/** Of this instance of local/workflow. A waiting thread does not keep the process running. */
export function shareSpareThreads(keep: typeof keepSpareThreads): void {
  keep(16, (shared[WAITING] ??= []));
}

shareSpareThreads(keepSpareThreads);
