import { s3Error } from '../errors/s3-error';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';

const PARTS: ReadonlySet<OperationName> = new Set<OperationName>(['UploadPart', 'UploadPartCopy']);

/**
 * Headers that are accepted when an object is created, but not with a part. Reports of S3 refusing them: x-amz-acl on UploadPart
 * (minio/minio-js#743), x-amz-storage-class (apache/pekko-connectors#1245) and x-amz-metadata-directive (bji/libs3#80) on
 * UploadPartCopy. That S3 refuses the others too is assumed.
 */
const OF_CREATION =
  /^x-amz-(acl|grant-.+|storage-class|tagging|website-redirect-location|(metadata|tagging|object-annotation)-directive)$/;

/**
 * Refuses headers that S3 supports on other operations only.
 * @throws InvalidArgument
 */
export function checkHeaderContext(request: S3Request): void {
  if (request.operation === 'CompleteMultipartUpload') refuse(request, 'x-amz-server-side-encryption');
  if (!PARTS.has(request.operation)) return;
  for (const name of Object.keys(request.headers)) {
    const value = request.text(name);
    if (value === undefined) continue;
    const argument = { ArgumentName: name, ArgumentValue: value };
    if (name.startsWith('x-amz-meta-')) throw s3Error('MetadataOutOfContext', argument);
    if (OF_CREATION.test(name)) throw s3Error('HeaderOutOfContext', argument);
  }
  const md5 = request.header('content-md5');
  if (request.operation === 'UploadPartCopy' && md5 !== undefined) {
    throw s3Error('HeaderOutOfContext', { ArgumentName: 'Content-MD5', ArgumentValue: md5 });
  }
}

function refuse(request: S3Request, name: string): void {
  const value = request.header(name);
  if (value !== undefined) throw s3Error('EncryptionNotApplicable', { ArgumentName: name, ArgumentValue: value });
}
