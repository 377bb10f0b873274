import { s3Error } from '../errors/s3-error';
import type { Encryption } from '../store/model';
import { findTaggable, shownVersionId } from '../store/versions';
import type { S3Request } from '../wire/request';
import type { S3Response } from '../wire/response';
import { childOf, parseDocument, textOf } from '../wire/xml';
import type { OperationContext, Operations } from './context';

/** Changes the encryption of an object in place. Not supported for DSSE-KMS and customer-provided keys. */
async function updateObjectEncryption(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const { encryption, customerKey } = object.properties;
  const document = parseDocument(await request.body.text(), 'ObjectEncryption');
  const kms = childOf(document, 'SSE-KMS');
  const name = kms === undefined ? undefined : textOf(kms, 'KMSKeyArn');
  if (kms === undefined || name === undefined) throw s3Error('MalformedXml');
  if (customerKey !== undefined || encryption?.algorithm === 'aws:kms:dsse') {
    throw s3Error('InvalidRequest', {}, { detail: 'The encryption of this object cannot be updated.' });
  }
  const changed: Encryption = {
    algorithm: 'aws:kms',
    kmsKeyArn: context.kms.find(name, request.principal.accountId, bucket.settings.region).arn,
    ...(textOf(kms, 'BucketKeyEnabled') === 'true' && { bucketKeyEnabled: true }),
  };
  context.kms.decrypt(encryption, request);
  context.kms.generateDataKey(changed, request);
  const version = { ...object, properties: { ...object.properties, encryption: changed } };
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key: request.key, version });
  return { status: 200, headers: { 'x-amz-version-id': shownVersionId(bucket, object) } };
}

export const objectEncryptionOperations: Operations = { UpdateObjectEncryption: updateObjectEncryption };
