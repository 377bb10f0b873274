import type { BlobStore } from './blobs';
import type { Content } from './extents';
import { BLOCK_SIZE, generatedStream } from './generated';

/**
 * The bytes of a content, in chunks. A chunk may be overwritten when the next one is requested, so memory does not grow with the
 * size.
 */
export async function* readContent(content: Content, blobs: BlobStore): AsyncIterable<Uint8Array> {
  for (const extent of content) {
    if ('blob' in extent) {
      yield* blobs.read(extent.blob, extent.offset, extent.length);
      continue;
    }
    const stream = generatedStream(extent.seed);
    const end = extent.offset + extent.length;
    for (let position = extent.offset; position < end;) {
      const chunk = stream.read(position, Math.min(BLOCK_SIZE, end - position));
      position += chunk.length;
      yield chunk;
    }
  }
}
