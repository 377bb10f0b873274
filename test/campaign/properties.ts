import type { ObjectDescription } from '../../local/s3';
import type { Snapshot } from './observe';

const HEADERS = [
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'contentType',
  'expires',
] as const;

/** Compares the properties of a copy with those that the options request. @returns descriptions of the differences */
export function propertiesDiffer(
  source: Snapshot,
  copy: Snapshot,
  options: Readonly<Record<string, unknown>>,
): string[] {
  const expected = expectedProperties(source.description, options);
  return Object.entries(expected).flatMap(([name, value]) => {
    const actual = copy.description[name as keyof ObjectDescription];
    const [want, got] = [canonical(value), canonical(actual)];
    return want === got ? [] : [`${name} is ${got} instead of ${want}`];
  });
}

function expectedProperties(
  source: ObjectDescription,
  options: Readonly<Record<string, unknown>>,
): Partial<ObjectDescription> {
  const isReplaced = options.metadataDirective === 'REPLACE';
  const headers = Object.fromEntries(HEADERS.map((name) => [name, isReplaced ? options[name] : source[name]]));
  if (isReplaced && headers.contentType === undefined) headers.contentType = 'binary/octet-stream';
  return {
    ...headers,
    metadata: (isReplaced ? (options.metadata ?? {}) : source.metadata) as ObjectDescription['metadata'],
    tags: (options.taggingDirective === 'REPLACE' ? options.tagging : source.tags) as ObjectDescription['tags'],
    storageClass: (options.storageClass ?? source.storageClass) as string,
    ...(options.checksumAlgorithm !== undefined && { checksumAlgorithm: options.checksumAlgorithm as string }),
  };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent';
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
