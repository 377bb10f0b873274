import { createHash } from 'node:crypto';

/** A range of stored bytes. Offset and length are in bytes. */
export interface StoredExtent {
  readonly blob: string;
  readonly offset: number;
  readonly length: number;
}

/** A range of stored bytes (`blob`) or of a generated stream (`seed`). */
export type Extent = StoredExtent | { readonly seed: string; readonly offset: number; readonly length: number };

/** The bytes of an object or a part as a list of ranges. It is normalized: no range is empty, and adjacent ranges are joined. */
export type Content = readonly Extent[];

export const EMPTY: Content = [];

export function sizeOf(content: Content): number {
  return content.reduce((size, extent) => size + extent.length, 0);
}

export function concat(contents: readonly Content[]): Content {
  const result: Extent[] = [];
  for (const content of contents) {
    for (const extent of content) {
      const last = result.at(-1);
      if (extent.length === 0) continue;
      if (last !== undefined && continues(last, extent)) {
        result[result.length - 1] = { ...last, length: last.length + extent.length };
      } else {
        result.push(extent);
      }
    }
  }
  return result;
}

/** The bytes [offset, offset + length) of a content. No byte is copied. */
export function slice(content: Content, offset: number, length: number): Content {
  const result: Extent[] = [];
  let position = 0;
  for (const extent of content) {
    const from = Math.max(offset, position);
    const to = Math.min(offset + length, position + extent.length);
    if (from < to) result.push({ ...extent, offset: extent.offset + from - position, length: to - from });
    position += extent.length;
    if (position >= offset + length) break;
  }
  return result;
}

/** Whether any byte is generated, so that digests other than CRCs are substitutes. */
export function isGenerated(content: Content): boolean {
  return content.some((extent) => 'seed' in extent);
}

/**
 * A text that is equal for two contents if and only if they are the same ranges of the same streams and blobs. Equal bytes that were stored
 * twice have different identities.
 */
export function identity(content: Content): string {
  return content.map(extentIdentity).join(' ');
}

/** A short form of the identity for caches, because the identity of 10,000 extents is long. */
export function identityHash(content: Content): string {
  const [only] = content;
  if (content.length === 1 && only !== undefined) return extentIdentity(only);
  return createHash('sha256').update(identity(content)).digest('hex');
}

export function extentIdentity(extent: Extent): string {
  const stream = 'seed' in extent ? `generated:${encodeURIComponent(extent.seed)}` : `stored:${extent.blob}`;
  return `${stream}:${extent.offset}+${extent.length}`;
}

function continues(a: Extent, b: Extent): boolean {
  const sameStream = 'seed' in a ? 'seed' in b && a.seed === b.seed : 'blob' in b && a.blob === b.blob;
  return sameStream && a.offset + a.length === b.offset;
}
