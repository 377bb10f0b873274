import { ErrorName, type SourceObject } from '../../lib/private/protocol';
import { describeObject } from './describe-object';
import { CopyError } from './errors';

/**
 * Checks the answer of calls on the source that support no condition on its ETag: it has to be about the version that Plan saw, even if the
 * role has no permission to name versions.
 *
 * @param effect what remains true in that case
 * @throws SourceChanged
 */
export function checkVersion(source: SourceObject, answered: string | undefined, effect?: string): void {
  const { unnamedVersionId } = source;
  if (unnamedVersionId === undefined || answered === undefined || answered === unnamedVersionId) return;
  throw new CopyError(
    ErrorName.SOURCE_CHANGED,
    `${describeObject(source)} was overwritten while it was being copied: its version was ${unnamedVersionId} and is now ${answered}; start the copy again when it no longer changes${effect === undefined ? '' : `; ${effect}`}`,
  );
}
