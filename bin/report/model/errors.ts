import { partLabel } from './critical-path';
import { isThrottling } from './history';
import type { Attempt, ErrorGroup, Parts, StateVisit } from './report';

type MutableGroup = { -readonly [K in keyof ErrorGroup]: ErrorGroup[K] };

/** Groups errors by name, the most frequent first. */
export function groupErrors(visits: readonly StateVisit[], parts: Parts | undefined): ErrorGroup[] {
  const groups = new Map<string, MutableGroup>();
  const groupOf = (error: string, where: string, ms: number, cause: string | undefined): MutableGroup => {
    const known = groups.get(error);
    if (known === undefined || ms < known.firstMs) {
      const { tries = 0, final = 0 } = known ?? {};
      groups.set(error, {
        error,
        tries,
        final,
        isThrottling: isThrottling(error),
        where,
        firstMs: ms,
        ...(cause !== undefined && { cause }),
      });
    }
    return groups.get(error)!;
  };
  const addTries = (attempts: readonly Attempt[], where: string): void => {
    for (const { error, cause, startMs, stopMs } of attempts) {
      if (error !== undefined) groupOf(error, where, stopMs ?? startMs, cause).tries++;
    }
  };
  for (const { state, attempts, error, cause, exitedMs, enteredMs } of visits) {
    addTries(attempts, state);
    if (error !== undefined && attempts.length > 0) groupOf(error, state, exitedMs ?? enteredMs, cause).final++;
  }
  for (const part of parts?.items ?? []) {
    addTries(part.attempts ?? [], partLabel(part));
    if (part.error !== undefined) groupOf(part.error, partLabel(part), part.stopMs ?? part.startMs, part.cause).final++;
  }
  // Maps and Fail states fail with an error that has already been counted, or with their own error.
  for (const { state, error, cause, exitedMs, enteredMs } of visits) {
    if (error !== undefined && !groups.has(error)) groupOf(error, state, exitedMs ?? enteredMs, cause).final++;
  }
  return [...groups.values()].sort((a, b) => b.tries - a.tries || b.final - a.final || (a.error < b.error ? -1 : 1));
}
