import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that depends on the text alone. What decides by chance names itself in the text (which execution, which
 * state, which attempt), so that a seed gives the same run whatever happens at the same time.
 */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
