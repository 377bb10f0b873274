import { s3Error } from '../errors/s3-error';
import { checkCustomerKey } from '../rules/encryption';
import type { ObjectVersion } from '../store/model';
import { findObject, shownVersionId } from '../store/versions';
import { checksumElement, checksumXml } from '../wire/checksum-fields';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml, type XmlTree } from '../wire/xml';
import type { OperationContext, Operations } from './context';

const ATTRIBUTES = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);
const MAX_PARTS = 1000;

function getObjectAttributes(context: OperationContext, request: S3Request): S3Response {
  const wanted = readAttributes(request);
  const bucket = context.store.bucket(request.bucket);
  const object = findObject(bucket, request.key, request.versionId, request.method);
  checkCustomerKey(object, request);
  if (wanted.has('Checksum')) context.kms.decrypt(object.properties.encryption, request);
  return xmlResponse(
    renderXml('GetObjectAttributesResponse', {
      ETag: wanted.has('ETag') ? object.etag : undefined,
      Checksum: wanted.has('Checksum') && object.checksum !== undefined ? checksumXml(object.checksum) : undefined,
      ObjectParts: wanted.has('ObjectParts') ? partsXml(request, object, bucket.settings.directory) : undefined,
      StorageClass: wanted.has('StorageClass') ? object.properties.storageClass : undefined,
      ObjectSize: wanted.has('ObjectSize') ? object.size : undefined,
    }),
    {
      'last-modified': new Date(object.lastModified).toUTCString(),
      'x-amz-version-id': shownVersionId(bucket, object),
    },
  );
}

function readAttributes(request: S3Request): ReadonlySet<string> {
  const names = (request.header('x-amz-object-attributes') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw s3Error('ObjectAttributesMissing');
  const unknown = names.find((name) => !ATTRIBUTES.has(name));
  if (unknown === undefined) return new Set(names);
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'x-amz-object-attributes', ArgumentValue: unknown },
    { detail: 'Invalid attribute name specified.' },
  );
}

/** ObjectParts. S3 lists parts only if they have checksums (composite) or in a directory bucket; otherwise it returns their number. */
function partsXml(request: S3Request, object: ObjectVersion, directory: boolean): XmlTree | undefined {
  const { parts, checksum } = object;
  if (parts === undefined) return undefined;
  if (checksum?.type !== 'COMPOSITE' && !directory) return { PartsCount: parts.length };
  const marker = Number(request.header('x-amz-part-number-marker') ?? 0);
  const maxParts = Math.min(Number(request.header('x-amz-max-parts') ?? MAX_PARTS), MAX_PARTS);
  if (!Number.isInteger(marker) || !Number.isInteger(maxParts) || marker < 0 || maxParts < 0) {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-max-parts' },
      { detail: 'Argument max-parts or part-number-marker must be an integer' },
    );
  }
  const later = parts.filter((part) => part.partNumber > marker);
  const page = later.slice(0, maxParts);
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: maxParts,
    IsTruncated: later.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.size,
      ...(checksum !== undefined && { [checksumElement(checksum.algorithm)]: part.checksum }),
    })),
  };
}

export const attributesOperations: Operations = { GetObjectAttributes: getObjectAttributes };
