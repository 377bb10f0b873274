import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { AssetNotFound } from '../errors';
import { type FileAsset, type StackSource } from './assembly';

/**
 * The file or folder for an object key of the asset bucket. It is searched in the asset manifest. A template that was
 * copied out of its assembly may still have `asset.<hash>` next to it.
 *
 * @throws AssetNotFound
 */
export function assetPath(source: StackSource, objectKey: string, what: string): string {
  const hash = basename(objectKey, extname(objectKey));
  const asset =
    source.assets.find((candidate) => candidate.objectKeys.includes(objectKey)) ??
    source.assets.find((candidate: FileAsset) => candidate.hash === hash);
  const candidates = asset === undefined ? [] : [asset.path];
  candidates.push(join(source.directory, `asset.${hash}`), join(source.directory, `asset.${objectKey}`));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new AssetNotFound(
    `The code of ${what} (asset ${objectKey}) is not at ${candidates[0]}. ` +
      'Keep the template together with the asset folders of its cloud assembly, or synthesize the app again.',
  );
}

export function isDirectory(path: string): boolean {
  return statSync(path).isDirectory();
}

export function readAssetText(path: string): string {
  return readFileSync(path, 'utf8');
}
