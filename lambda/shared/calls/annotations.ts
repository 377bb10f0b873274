import {
  type AnnotationEntry,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  type ListObjectAnnotationsCommandOutput,
  PutObjectAnnotationCommand,
} from '@aws-sdk/client-s3';
import type { DestinationObject, SourceObject } from '../../../lib/private/protocol';
import { askS3, type S3 } from './s3';

/** An object has up to 1,000 annotations of up to 1 MiB. What exceeds this is read again when it is written. */
const MAX_BYTES_IN_MEMORY = 128 * 1024 ** 2;

const CONCURRENCY = 8;

export interface Annotation {
  readonly name: string;
  /** Absent if keeping it would take too much memory. */
  readonly payload?: Uint8Array;
}

/** The names and sizes of all annotations of the source. */
export async function listAnnotations(s3: S3, source: SourceObject): Promise<AnnotationEntry[]> {
  const entries: AnnotationEntry[] = [];
  let page: ListObjectAnnotationsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListObjectAnnotations', ListObjectAnnotationsCommand, {
      source,
      parameters: { ContinuationToken: page?.NextContinuationToken },
    });
    entries.push(...(page.Annotations ?? []));
  } while (page.NextContinuationToken !== undefined);
  return entries;
}

/** Reads the annotations before the copy is made, so that no copy is made if they cannot be read. */
export async function readAnnotations(s3: S3, source: SourceObject): Promise<Annotation[]> {
  let bytes = 0;
  return inGroups(await listAnnotations(s3, source), async ({ AnnotationName: name = '', Size: size = 0 }) => {
    bytes += size;
    const payload = await readAnnotation(s3, source, name);
    return bytes > MAX_BYTES_IN_MEMORY ? { name } : { name, payload };
  });
}

/** Gives the copy the annotations of the source: the version that was made, and only as long as it is what was made. */
export async function writeAnnotations(
  s3: S3,
  source: SourceObject,
  destination: DestinationObject,
  made: { readonly VersionId?: string; readonly ETag?: string },
  annotations: Annotation[],
): Promise<void> {
  await inGroups(annotations, async ({ name, payload }) => {
    await askS3(s3, 'PutObjectAnnotation', PutObjectAnnotationCommand, {
      destination,
      detail: JSON.stringify(name),
      parameters: {
        VersionId: made.VersionId,
        ObjectIfMatch: made.ETag,
        AnnotationName: name,
        AnnotationPayload: payload ?? (await readAnnotation(s3, source, name)),
      },
      effect: 'the copy exists and is complete except for its annotations',
    });
  });
}

async function readAnnotation(s3: S3, source: SourceObject, name: string): Promise<Uint8Array> {
  let payload: Uint8Array | undefined;
  await askS3(s3, 'GetObjectAnnotation', GetObjectAnnotationCommand, {
    source,
    detail: JSON.stringify(name),
    parameters: { AnnotationName: name },
    read: async ({ AnnotationPayload }) => {
      payload = await AnnotationPayload?.transformToByteArray();
    },
  });
  return payload ?? new Uint8Array();
}

async function inGroups<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += CONCURRENCY) {
    results.push(...(await Promise.all(items.slice(first, first + CONCURRENCY).map(work))));
  }
  return results;
}
