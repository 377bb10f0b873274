import { isUtf8 } from 'node:buffer';
import { isoDate, wholeSeconds } from '../base/dates';
import { DEFAULT_ALGORITHM } from '../checksums/algorithms';
import { s3Error } from '../errors/s3-error';
import { unquote } from '../rules/conditions';
import { compareKeys } from '../store/key-index';
import type { Annotation, ObjectVersion, StoredChecksum } from '../store/model';
import type { Bucket } from '../store/store';
import { findTaggable, shownVersionId } from '../store/versions';
import { checksumHeaders } from '../wire/checksum-fields';
import { integerParameter } from '../wire/parameters';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

/** Per object version. */
const MAX_ANNOTATIONS = 1000;
const MAX_BYTES = 1024 * 1024;
const MAX_NAME_BYTES = 512;

interface Annotated {
  readonly bucket: Bucket;
  readonly object: ObjectVersion;
  readonly headers: Record<string, string | undefined>;
}

/** The object version of a request, after checking `x-amz-object-if-match`. Annotations belong to an object version. */
function annotated(context: OperationContext, request: S3Request): Annotated {
  const bucket = context.store.bucket(request.bucket);
  if (bucket.settings.directory) throw s3Error('NotImplemented');
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const ifMatch = request.header('x-amz-object-if-match');
  if (ifMatch !== undefined && unquote(ifMatch) !== object.etag) {
    throw s3Error('PreconditionFailed', { Condition: 'x-amz-object-if-match' });
  }
  return { bucket, object, headers: { 'x-amz-object-version-id': shownVersionId(bucket, object) } };
}

function annotationName(request: S3Request): string {
  const name = request.parameter('annotationName') ?? '';
  if (name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'annotationName', ArgumentValue: name },
    { detail: `An annotation name has 1 to ${MAX_NAME_BYTES} bytes.` },
  );
}

async function putObjectAnnotation(context: OperationContext, request: S3Request): Promise<S3Response> {
  const name = annotationName(request);
  const { bucket, object, headers } = annotated(context, request);
  if (object.properties.customerKey !== undefined) throw s3Error('CustomerKeyNotApplicable');
  const announced = request.body.announcedSize();
  if (announced > MAX_BYTES || announced === 0) {
    throw s3Error(announced === 0 ? 'EntityTooSmall' : 'EntityTooLarge', {
      ProposedSize: announced,
      MaxSizeAllowed: MAX_BYTES,
    });
  }
  const algorithm = request.body.declaredAlgorithm() ?? DEFAULT_ALGORITHM;
  const chunks: Uint8Array[] = [];
  const received = await request.body.receive(
    (chunk) => Promise.resolve(void chunks.push(Buffer.from(chunk))),
    ['MD5', algorithm],
  );
  const checksum: StoredChecksum = {
    algorithm,
    type: 'FULL_OBJECT',
    value: received.digests.get(algorithm)?.toString('base64') ?? '',
  };
  const annotation: Annotation = {
    name,
    value: decodeText(Buffer.concat(chunks)),
    size: received.size,
    etag: received.digests.get('MD5')?.toString('hex') ?? '',
    lastModified: wholeSeconds(context.clock.now()),
    checksum,
  };
  const others = (object.annotations ?? []).filter((known) => known.name !== name);
  if (others.length >= MAX_ANNOTATIONS) {
    throw s3Error('InvalidRequest', {}, { detail: `An object has at most ${MAX_ANNOTATIONS} annotations.` });
  }
  const annotations = [...others, annotation].sort((a, b) => compareKeys(a.name, b.name));
  await setAnnotations(context, bucket, request.key, object, annotations);
  return xmlResponse(renderXml('PutObjectAnnotationResult', { Key: request.key, AnnotationName: name }), {
    etag: `"${annotation.etag}"`,
    ...headers,
    ...checksumHeaders(checksum),
  });
}

/** Annotations are UTF-8 text. Refuses other bytes instead of replacing them. */
function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw s3Error('InvalidRequest', {}, { detail: 'The annotation must be valid UTF-8 text.' });
  return bytes.toString('utf8');
}

function getObjectAnnotation(context: OperationContext, request: S3Request): S3Response {
  const { object, headers } = annotated(context, request);
  const annotation = findAnnotation(object, annotationName(request));
  const withChecksum = request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    status: 200,
    headers: {
      'content-type': 'binary/octet-stream',
      etag: `"${annotation.etag}"`,
      'last-modified': new Date(annotation.lastModified).toUTCString(),
      ...headers,
      ...(withChecksum && checksumHeaders(annotation.checksum)),
    },
    body: annotation.value,
  };
}

function findAnnotation(object: ObjectVersion, name: string): Annotation {
  const annotation = object.annotations?.find((candidate) => candidate.name === name);
  if (annotation === undefined) throw s3Error('NoSuchAnnotation', { AnnotationName: name });
  return annotation;
}

function listObjectAnnotations(context: OperationContext, request: S3Request): S3Response {
  const { bucket, object, headers } = annotated(context, request);
  const prefix = request.parameter('annotation-prefix') ?? '';
  const token = request.parameter('continuation-token');
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString('utf8');
  const maximum = integerParameter(request, 'max-annotation-results', {
    default: MAX_ANNOTATIONS,
    maximum: MAX_ANNOTATIONS,
  });
  const matching = (object.annotations ?? []).filter(({ name }) => name.startsWith(prefix) && name > after);
  const page = matching.slice(0, maximum);
  const last = page.at(-1);
  return xmlResponse(
    renderXml('ListObjectAnnotationsResult', {
      Annotations: {
        AnnotationEntry: page.map((annotation) => ({
          AnnotationName: annotation.name,
          LastModified: isoDate(annotation.lastModified),
          Size: annotation.size,
          ETag: `"${annotation.etag}"`,
          ChecksumAlgorithm: annotation.checksum.algorithm,
        })),
      },
      Bucket: bucket.name,
      Key: request.key,
      AnnotationPrefix: prefix === '' ? undefined : prefix,
      MaxAnnotationResults: maximum,
      AnnotationCount: page.length,
      ContinuationToken: token,
      NextContinuationToken:
        matching.length > page.length && last !== undefined ? Buffer.from(last.name).toString('base64url') : undefined,
    }),
    headers,
  );
}

async function deleteObjectAnnotation(context: OperationContext, request: S3Request): Promise<S3Response> {
  const name = annotationName(request);
  const { bucket, object, headers } = annotated(context, request);
  const annotations = (object.annotations ?? []).filter((annotation) => annotation.name !== name);
  await setAnnotations(context, bucket, request.key, object, annotations);
  return { status: 204, headers };
}

async function setAnnotations(
  context: OperationContext,
  bucket: Bucket,
  key: string,
  object: ObjectVersion,
  annotations: readonly Annotation[],
): Promise<void> {
  const version = { ...object, annotations };
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key, version });
}

export const annotationOperations: Operations = {
  PutObjectAnnotation: putObjectAnnotation,
  GetObjectAnnotation: getObjectAnnotation,
  ListObjectAnnotations: listObjectAnnotations,
  DeleteObjectAnnotation: deleteObjectAnnotation,
};
