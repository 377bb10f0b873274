import { isoDate } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import { compareKeys } from '../store/key-index';
import type { Upload } from '../store/model';
import { integerParameter } from '../wire/parameters';
import { canonicalId, initiatorXml } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml, type XmlTree } from '../wire/xml';
import { type OperationContext, type Operations } from './context';
import { collectPage, encodeName, readEncodingType } from './pages';

const MAX_UPLOADS = 1000;

function listMultipartUploads(context: OperationContext, request: S3Request): S3Response {
  const bucket = context.store.bucket(request.bucket);
  const keyMarker = request.parameter('key-marker') ?? '';
  const uploadIdMarker = keyMarker === '' ? '' : (request.parameter('upload-id-marker') ?? '');
  const prefix = request.parameter('prefix') ?? '';
  const delimiter = request.parameter('delimiter') ?? '';
  const maxUploads = integerParameter(request, 'max-uploads', { default: MAX_UPLOADS, maximum: MAX_UPLOADS });
  const encodingType = readEncodingType(request);
  const encode = encodingType === undefined ? (name: string): string => name : encodeName;
  const uploads = [...bucket.uploads.values()]
    .map(({ upload }) => ({ key: upload.key, value: upload }))
    .sort((a, b) => compareKeys(a.key, b.key) || a.value.sequence - b.value.sequence);
  const marked = uploads.findIndex(({ key, value }) => key === keyMarker && value.uploadId === uploadIdMarker);
  if (uploadIdMarker !== '' && marked < 0) {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'upload-id-marker', ArgumentValue: uploadIdMarker },
      { detail: 'Invalid uploadId marker' },
    );
  }
  const page = collectPage(marked < 0 ? uploads : uploads.slice(marked + 1), {
    prefix,
    delimiter,
    maxKeys: maxUploads,
    after: keyMarker,
    includingAfter: marked >= 0,
  });
  // Recorded: the next markers refer to the last upload, even if a common prefix follows it.
  const last = page.items.at(-1);
  return xmlResponse(
    renderXml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: uploadIdMarker,
      NextKeyMarker: encode(last?.key ?? ''),
      NextUploadIdMarker: last?.value.uploadId ?? '',
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      Prefix: prefix === '' ? undefined : encode(prefix),
      EncodingType: encodingType,
      MaxUploads: maxUploads,
      IsTruncated: page.truncated,
      Upload: page.items.map(({ value }) => uploadXml(value, bucket.settings.ownerAccountId, encode)),
      CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  );
}

function uploadXml(upload: Upload, ownerAccountId: string, encode: (name: string) => string): XmlTree {
  return {
    Key: encode(upload.key),
    UploadId: upload.uploadId,
    Initiator: initiatorXml(upload),
    Owner: { ID: canonicalId(ownerAccountId) },
    StorageClass: upload.properties.storageClass,
    Initiated: isoDate(upload.initiated),
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
  };
}

export const uploadListingOperations: Operations = { ListMultipartUploads: listMultipartUploads };
