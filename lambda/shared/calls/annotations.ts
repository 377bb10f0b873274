import {
  type AnnotationEntry,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  type ListObjectAnnotationsCommandOutput,
  PutObjectAnnotationCommand,
} from '@aws-sdk/client-s3';
import type { MadeState, SourceObject } from '../../../lib/private/protocol';
import { checkVersion } from '../source-version';
import { askS3, type S3 } from './s3';

/** An object has up to 1,000 annotations of up to 1 MiB, too much to keep in memory at once. */
const CONCURRENCY = 8;

/**
 * The names and sizes of all annotations of the source.
 *
 * @param effect as in `CallContext`
 */
export async function listAnnotations(s3: S3, source: SourceObject, effect?: string): Promise<AnnotationEntry[]> {
  const entries: AnnotationEntry[] = [];
  let page: ListObjectAnnotationsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListObjectAnnotations', ListObjectAnnotationsCommand, {
      source,
      parameters: { ContinuationToken: page?.NextContinuationToken },
      effect,
    });
    checkVersion(source, page.ObjectVersionId, effect);
    entries.push(...(page.Annotations ?? []));
  } while (page.NextContinuationToken !== undefined);
  return entries;
}

/** Reads one annotation, so that the copy fails early if the role cannot read them. */
export async function readFirstAnnotation(s3: S3, source: SourceObject): Promise<void> {
  const [first] = await listAnnotations(s3, source);
  if (first) await readAnnotation(s3, source, first.AnnotationName ?? '');
}

/** Copies the annotations of the source to the version that was made, on the condition that its ETag is unchanged. */
export async function copyAnnotations(
  s3: S3,
  { source, destination, made: { description } }: MadeState,
  made: { readonly VersionId?: string; readonly ETag?: string },
): Promise<void> {
  const effect = `${description} exists and is complete except for its annotations`;
  const annotations = await listAnnotations(s3, source, effect);
  await inGroups(annotations, async ({ AnnotationName: name = '' }) => {
    await askS3(s3, 'PutObjectAnnotation', PutObjectAnnotationCommand, {
      destination,
      detail: JSON.stringify(name),
      parameters: {
        VersionId: made.VersionId,
        ObjectIfMatch: made.ETag,
        AnnotationName: name,
        AnnotationPayload: await readAnnotation(s3, source, name, effect),
      },
      effect,
    });
  });
}

async function readAnnotation(s3: S3, source: SourceObject, name: string, effect?: string): Promise<Uint8Array> {
  let payload: Uint8Array | undefined;
  await askS3(s3, 'GetObjectAnnotation', GetObjectAnnotationCommand, {
    source,
    detail: JSON.stringify(name),
    parameters: { AnnotationName: name },
    effect,
    read: async ({ AnnotationPayload, ObjectVersionId }) => {
      checkVersion(source, ObjectVersionId, effect);
      payload = await AnnotationPayload?.transformToByteArray();
    },
  });
  return payload ?? new Uint8Array();
}

async function inGroups<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += CONCURRENCY) {
    await Promise.all(items.slice(first, first + CONCURRENCY).map(work));
  }
}
