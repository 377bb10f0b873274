import { S3Error, s3Error } from '../errors/s3-error';
import { parseTagging, taggingXml } from '../rules/tags';
import type { ObjectVersion, Tag } from '../store/model';
import type { Bucket } from '../store/store';
import { findTaggable, shownVersionId } from '../store/versions';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { parseDocument, renderXml } from '../wire/xml';
import type { OperationContext, Operations } from './context';

function getObjectTagging(context: OperationContext, request: S3Request): S3Response {
  const bucket = context.store.bucket(request.bucket);
  try {
    const object = findTaggable(bucket, request.key, request.versionId, request.method);
    return xmlResponse(renderXml('Tagging', taggingXml(object.properties.tags)), versionHeader(bucket, object));
  } catch (error) {
    // Recorded: this operation, unlike others, reports the key as `bucket/key`.
    if (!(error instanceof S3Error) || error.code !== 'NoSuchKey') throw error;
    throw s3Error('NoSuchKey', { Key: `${bucket.name}/${request.key}` });
  }
}

async function putObjectTagging(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const body = await request.body.text();
  if (body === '') throw s3Error('MissingRequestBody');
  const tags = parseTagging(parseDocument(body, 'Tagging'), 'object');
  return { status: 200, headers: await setTags(context, request, bucket, object, tags) };
}

async function deleteObjectTagging(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  return { status: 204, headers: await setTags(context, request, bucket, object, []) };
}

async function setTags(
  context: OperationContext,
  request: S3Request,
  bucket: Bucket,
  object: ObjectVersion,
  tags: readonly Tag[],
): Promise<Record<string, string | undefined>> {
  const version = { ...object, properties: { ...object.properties, tags } };
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key: request.key, version });
  return versionHeader(bucket, object);
}

function versionHeader(bucket: Bucket, object: ObjectVersion): Record<string, string | undefined> {
  return { 'x-amz-version-id': shownVersionId(bucket, object) };
}

export const taggingOperations: Operations = {
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
};
