import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

/**
 * First byte and length of a range such as `bytes=0-99`.
 *
 * @throws InvalidInput if the source is shorter
 */
export function rangeOf(range: string, source: SourceObject): { first: number; length: number } {
  const [first = 0, last = 0] = (/^bytes=(\d+)-(\d+)$/.exec(range) ?? []).slice(1).map(Number);
  if (last < source.size) return { first, length: last - first + 1 };
  throw new CopyError(
    ErrorName.INVALID_INPUT,
    `options.range ${range} ends after the last byte of ${describeObject(source)}, which has ${source.size} bytes; specify a range within the object`,
  );
}
