import { ErrorName, type SourceObject } from '../../lib/private/protocol';
import { describeObject } from './describe-object';
import { CopyError } from './errors';

/**
 * For reads of the source that take no condition on its ETag: what they read has to be of the version that Plan saw, also if the
 * request may not name it.
 *
 * @param effect what remains true in that case
 * @throws SourceChanged
 */
export function checkVersion(source: SourceObject, answered: string | undefined, effect?: string): void {
  const { unnamedVersionId } = source;
  if (unnamedVersionId === undefined || answered === undefined || answered === unnamedVersionId) return;
  throw new CopyError(
    ErrorName.SOURCE_CHANGED,
    `${describeObject(source)} was overwritten while it was being copied: its version was ${unnamedVersionId}, and is ${answered}; start the copy again when it no longer changes${effect === undefined ? '' : `; ${effect}`}`,
  );
}
