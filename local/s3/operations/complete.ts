import { wholeSeconds } from '../base/dates';
import { concat } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import { objectOwner } from '../rules/acl';
import { checkWriteCondition, parseWriteCondition, type WriteCondition } from '../rules/conditions';
import { encryptionHeaders } from '../rules/encryption';
import { expirationHeader } from '../rules/lifecycle';
import type { CompletedUpload, ObjectVersion, StoredChecksum, Upload, UploadPart } from '../store/model';
import { type Bucket, currentObject, type UploadState } from '../store/store';
import { shownVersionId, versionIdFor } from '../store/versions';
import { checksumXml } from '../wire/checksum-fields';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { checksumOfParts, multipartEtag, verifyObjectChecksum } from './completed-checksum';
import {
  checkChecksumMode,
  checkOrder,
  checkSizes,
  digestOfParts,
  type ListedPart,
  matchParts,
  parseListedParts,
} from './completed-parts';
import type { OperationContext, Operations } from './context';
import { checkChecksumKey, findUpload } from './uploads';

async function completeMultipartUpload(context: OperationContext, request: S3Request): Promise<S3Response> {
  if (findCompleted(context, request) === undefined) findUpload(context, request);
  const condition = parseWriteCondition(request.header('if-match'), request.header('if-none-match'));
  const listed = parseListedParts(await request.body.text({ ofObject: true }));
  // The upload may change while the body is read or bytes are hashed, so the request is checked again after each.
  const repeated = repeatedResponse(context, request, listed);
  if (repeated !== undefined) return repeated;
  const { upload, parts } = checkRequest(context, request, listed);
  const checksum = await checksumOfParts(upload, parts);
  verifyObjectChecksum(request, upload, checksum, parts.length);
  const otherRequest = repeatedResponse(context, request, listed);
  if (otherRequest !== undefined) return otherRequest;
  const { bucket, state } = findUpload(context, request);
  checkConditionOfUpload(condition, state, currentObject(bucket, upload.key));
  const object = completedObject(context, bucket, upload, parts, checksum);
  const response = responseTo(context, bucket, upload, object);
  context.store.forgetCompletedUploads(context.clock.now() - context.repeatCompleteMilliseconds);
  await context.store.commit(
    { type: 'version', bucket: bucket.name, key: upload.key, version: object },
    {
      type: 'upload-completed',
      bucket: bucket.name,
      completed: completedUpload(context, upload, listed, response),
    },
  );
  return xmlResponse(response.body, response.headers);
}

/** Checks the request, except for checksums of the object. */
function checkRequest(
  context: OperationContext,
  request: S3Request,
  listed: readonly ListedPart[],
): { upload: Upload; parts: readonly UploadPart[] } {
  const { bucket, upload, state } = findUpload(context, request);
  checkChecksumKey(request, upload);
  if (upload.checksum !== undefined) context.kms.decrypt(upload.properties.encryption, request);
  checkOrder(listed, upload, bucket.settings.directory);
  checkChecksumMode(request, upload);
  const parts = matchParts(listed, state);
  checkSizes(request, parts);
  return { upload, parts };
}

/** The upload of the request, if it was completed within `repeatCompleteMilliseconds`. */
function findCompleted(context: OperationContext, request: S3Request): CompletedUpload | undefined {
  const completed = context.store.bucket(request.bucket).completedUploads.get(request.parameter('uploadId') ?? '');
  const since = context.clock.now() - context.repeatCompleteMilliseconds;
  return completed?.key === request.key && completed.completedAt > since ? completed : undefined;
}

/**
 * The response to a request that repeats a successful one. S3 returns the same response for some time, also with `If-None-Match: *`
 * (adobe/S3Mock#2586, getmoto/moto#9209). The current state of the object does not matter.
 */
function repeatedResponse(
  context: OperationContext,
  request: S3Request,
  listed: readonly ListedPart[],
): S3Response | undefined {
  const completed = findCompleted(context, request);
  if (completed?.partsDigest !== digestOfParts(listed)) return undefined;
  return xmlResponse(completed.body, completed.headers);
}

function completedObject(
  context: OperationContext,
  bucket: Bucket,
  upload: Upload,
  parts: readonly UploadPart[],
  checksum: StoredChecksum | undefined,
): ObjectVersion {
  const dated = dateOf(context, upload, bucket.settings.directory);
  return {
    versionId: versionIdFor(bucket, dated.sequence),
    ...dated,
    ownerAccountId: objectOwner(bucket.settings, upload.initiatorAccountId, upload.properties.grants),
    content: concat(parts.map((part) => part.content)),
    size: parts.reduce((size, part) => size + part.size, 0),
    etag: multipartEtag(parts),
    parts: parts.map((part) => ({
      partNumber: part.partNumber,
      size: part.size,
      ...(checksum?.type === 'COMPOSITE' && part.checksum !== undefined && { checksum: part.checksum }),
    })),
    properties: upload.properties,
    ...(checksum !== undefined && { checksum }),
  };
}

/** Date and version order of the object: those of CreateMultipartUpload, in directory buckets those of CompleteMultipartUpload. */
function dateOf(
  context: OperationContext,
  upload: Upload,
  directory: boolean,
): Pick<ObjectVersion, 'sequence' | 'lastModified'> {
  return directory
    ? { sequence: context.store.nextSequence(), lastModified: wholeSeconds(context.clock.now()) }
    : { sequence: upload.sequence, lastModified: upload.initiated };
}

function responseTo(
  context: OperationContext,
  bucket: Bucket,
  upload: Upload,
  object: ObjectVersion,
): Pick<CompletedUpload, 'body' | 'headers'> {
  // S3 omits the default checksum of KMS-encrypted objects: checksums are encrypted too, and Complete does not call KMS.
  const hidden = upload.checksum === undefined && upload.properties.encryption?.kmsKeyArn !== undefined;
  const result = {
    Location: `${context.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: `"${object.etag}"`,
    ...(hidden ? {} : checksumXml(object.checksum, object.parts?.length)),
  };
  const headers = {
    'x-amz-version-id': shownVersionId(bucket, object),
    ...encryptionHeaders(upload.properties),
    ...expirationHeader(bucket.settings, upload.key, object),
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { body: renderXml('CompleteMultipartUploadResult', result), headers: Object.fromEntries(given) };
}

function completedUpload(
  context: OperationContext,
  { uploadId, key, createdWith = {} }: Upload,
  listed: readonly ListedPart[],
  response: Pick<CompletedUpload, 'body' | 'headers'>,
): CompletedUpload {
  return {
    uploadId,
    key,
    createdWith,
    completedAt: context.clock.now(),
    partsDigest: digestOfParts(listed),
    ...response,
  };
}

/** A write condition that holds is still a conflict (409) if the key was written or deleted since CreateMultipartUpload. */
function checkConditionOfUpload(
  condition: WriteCondition | undefined,
  state: UploadState,
  current: ObjectVersion | undefined,
): void {
  if (condition === undefined) return;
  checkWriteCondition(condition, current, state.upload.key);
  if (!state.keyChanged) return;
  const name = 'ifMatch' in condition ? 'If-Match' : 'If-None-Match';
  throw s3Error('ConditionalRequestConflict', { Condition: name, Key: state.upload.key });
}

export const completeOperations: Operations = { CompleteMultipartUpload: completeMultipartUpload };
