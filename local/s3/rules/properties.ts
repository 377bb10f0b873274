import { s3Error } from '../errors/s3-error';
import type { ObjectProperties } from '../store/model';
import type { S3Request } from '../wire/request';

/** Headers that S3 stores with an object and returns unchanged. */
export const STORED_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** Limit for the UTF-8 bytes of all names and values together. */
const MAX_USER_METADATA = 2048;

/** Storage classes of general purpose buckets. */
export const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
] as const;

/** Storage classes whose objects must be restored before they can be read. */
export const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

type Metadata = Pick<ObjectProperties, 'headers' | 'userMetadata'>;

/** Reads the system and user metadata of a new object. */
export function readMetadata(request: S3Request): Metadata {
  const headers: Record<string, string> = { 'content-type': DEFAULT_CONTENT_TYPE };
  for (const name of STORED_HEADERS) {
    const value = name === 'content-encoding' ? contentEncoding(request) : request.text(name);
    if (value !== undefined) headers[name] = value;
  }
  return { headers, userMetadata: readUserMetadata(request) };
}

/** Removes `aws-chunked`, which describes the transfer and not the object, from Content-Encoding. */
function contentEncoding(request: S3Request): string | undefined {
  const text = request.text('content-encoding');
  const encodings = (text ?? '').split(',');
  const kept = encodings.filter((encoding) => encoding.trim() !== 'aws-chunked');
  if (kept.length === encodings.length) return text;
  return kept.length === 0 ? undefined : kept.join(',').trim();
}

function readUserMetadata(request: S3Request): Record<string, string> {
  const entries: [string, string][] = [];
  let size = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith('x-amz-meta-') || value === undefined) continue;
    const key = name.slice('x-amz-meta-'.length);
    const text = Buffer.from(Array.isArray(value) ? value.join(',') : value, 'latin1').toString('utf8');
    size += Buffer.byteLength(key) + Buffer.byteLength(text);
    entries.push([key, text]);
  }
  if (size > MAX_USER_METADATA) {
    throw s3Error('MetadataTooLarge', { Size: size, MaxSizeAllowed: MAX_USER_METADATA });
  }
  return Object.fromEntries(entries);
}

export function readStorageClass(request: S3Request, directory: boolean): string {
  const given = request.header('x-amz-storage-class');
  if (directory) {
    if (given === undefined || given === 'EXPRESS_ONEZONE') return 'EXPRESS_ONEZONE';
    throw s3Error('InvalidStorageClass', { StorageClassRequested: given });
  }
  if (given === undefined) return 'STANDARD';
  if (!(STORAGE_CLASSES as readonly string[]).includes(given))
    throw s3Error('InvalidStorageClass', { StorageClassRequested: given });
  return given;
}

export function readWebsiteRedirect(request: S3Request): string | undefined {
  const location = request.text('x-amz-website-redirect-location');
  if (location === undefined || /^(\/|https?:\/\/)/.test(location)) return location;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'x-amz-website-redirect-location', ArgumentValue: location },
    { detail: "The website redirect location must have a prefix of 'http://' or 'https://' or '/'." },
  );
}

/** The response headers of GET and HEAD for the metadata of an object. */
export function metadataHeaders(properties: ObjectProperties): Record<string, string | undefined> {
  const metadata = Object.entries(properties.userMetadata).map(
    ([name, value]) => [`x-amz-meta-${name}`, value] as const,
  );
  const headers: Record<string, string | undefined> = { ...properties.headers, ...Object.fromEntries(metadata) };
  headers['x-amz-website-redirect-location'] = properties.websiteRedirect;
  if (properties.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = properties.storageClass;
  return headers;
}
