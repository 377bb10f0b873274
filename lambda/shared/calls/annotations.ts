import {
  type AnnotationEntry,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  type ListObjectAnnotationsCommandOutput,
  PutObjectAnnotationCommand,
} from '@aws-sdk/client-s3';
import type { DestinationObject, SourceObject } from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { explain } from '../errors';
import { bucketParameters } from './parameters';
import type { S3Clients } from './s3';

/** An object has up to 1,000 annotations of up to 1 MiB: more than this is read again when it is written. */
const HELD_BYTES = 128 * 1024 ** 2;

const AT_ONCE = 8;

export interface Annotation {
  readonly name: string;
  /** Absent where holding it would take too much memory. */
  readonly payload?: Uint8Array;
}

/** The names and sizes of all annotations of the source. */
export async function listAnnotations(clients: S3Clients, source: SourceObject): Promise<AnnotationEntry[]> {
  const entries: AnnotationEntry[] = [];
  let page: ListObjectAnnotationsCommandOutput | undefined;
  try {
    do {
      const ContinuationToken: string | undefined = page?.NextContinuationToken;
      page = await clients(source).send(
        new ListObjectAnnotationsCommand({
          ...bucketParameters(source),
          VersionId: source.versionId,
          ContinuationToken,
        }),
      );
      entries.push(...(page.Annotations ?? []));
    } while (page.NextContinuationToken !== undefined);
  } catch (error) {
    throw explain(error, { call: 'ListObjectAnnotations', source: describeObject(source) });
  }
  return entries;
}

/** Reads the annotations of the source before there is a copy, so that a copy is not made for which they cannot be read. */
export async function readAnnotations(clients: S3Clients, source: SourceObject): Promise<Annotation[]> {
  let held = 0;
  return inGroups(await listAnnotations(clients, source), async ({ AnnotationName: name = '', Size: size = 0 }) => {
    held += size;
    const payload = await readAnnotation(clients, source, name);
    return held > HELD_BYTES ? { name } : { name, payload };
  });
}

/** Gives the copy the annotations of the source: that version of it, and only while it is what was made. */
export async function writeAnnotations(
  clients: S3Clients,
  source: SourceObject,
  destination: DestinationObject,
  made: { readonly VersionId?: string; readonly ETag?: string },
  annotations: Annotation[],
): Promise<void> {
  await inGroups(annotations, async ({ name, payload }) => {
    const AnnotationPayload = payload ?? (await readAnnotation(clients, source, name));
    const call = `PutObjectAnnotation ${JSON.stringify(name)} of the copy, which is complete but for its annotations`;
    try {
      await clients(destination).send(
        new PutObjectAnnotationCommand({
          ...bucketParameters(destination),
          VersionId: made.VersionId,
          ObjectIfMatch: made.ETag,
          AnnotationName: name,
          AnnotationPayload,
        }),
      );
    } catch (error) {
      throw explain(error, { call, destination: describeObject(destination) });
    }
  });
}

async function readAnnotation(clients: S3Clients, source: SourceObject, name: string): Promise<Uint8Array> {
  const call = `GetObjectAnnotation ${JSON.stringify(name)}`;
  try {
    const { AnnotationPayload } = await clients(source).send(
      new GetObjectAnnotationCommand({
        ...bucketParameters(source),
        VersionId: source.versionId,
        AnnotationName: name,
      }),
    );
    return (await AnnotationPayload?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    throw explain(error, { call, source: describeObject(source) });
  }
}

async function inGroups<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(work))));
  }
  return results;
}
