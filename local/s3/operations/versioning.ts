import { s3Error } from '../errors/s3-error';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { parseDocument, renderXml, textOf } from '../wire/xml';
import type { OperationContext, Operations } from './context';

function getBucketVersioning(context: OperationContext, request: S3Request): S3Response {
  const { versioning } = context.store.bucket(request.bucket).settings;
  return xmlResponse(renderXml('VersioningConfiguration', { Status: versioning }));
}

async function putBucketVersioning(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const document = parseDocument(await request.body.text(), 'VersioningConfiguration');
  const versioning = textOf(document, 'Status');
  if (versioning === undefined) throw s3Error('VersioningMissing');
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw s3Error('MalformedXml');
  if (bucket.settings.directory) throw s3Error('NotImplemented');
  if (bucket.settings.objectLock !== undefined && versioning === 'Suspended') throw s3Error('LockedBucketVersioning');
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings: { ...bucket.settings, versioning } });
  return { status: 200 };
}

export const versioningOperations: Operations = {
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
};
