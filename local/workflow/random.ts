import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that depends only on the text. Random decisions put their context into the text (execution, state,
 * attempt), so that a seed gives the same run in spite of concurrency.
 */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
