import type { Grant, ObjectVersion } from '../store/model';
import { checksumValue } from '../wire/checksum-fields';
import { decodeHeader } from '../wire/response';

/** A stored object version, with the parameter names of S3. Dates are in ISO 8601, sizes in bytes. Absent values are undefined. */
export interface ObjectDescription {
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
  /** Account ID. */
  readonly owner: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentType?: string;
  readonly expires?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly websiteRedirectLocation?: string;
  readonly storageClass: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Absent for the default ACL, which grants full control to the owner only. */
  readonly grants?: readonly Grant[];
  readonly objectLockMode?: string;
  readonly objectLockRetainUntilDate?: string;
  readonly objectLockLegalHoldStatus?: string;
  readonly objectLockEventHold?: string;
  readonly objectLockEventHoldDurationDays?: number;
  readonly objectLockEventHoldDurationYears?: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly checksumAlgorithm?: string;
  readonly checksumType?: string;
  /** Base64, followed by the number of parts if composite. */
  readonly checksum?: string;
  /** Sizes of the parts. Absent if the object was not created by a multipart upload. */
  readonly parts?: readonly number[];
  readonly serverSideEncryption?: string;
  readonly ssekmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
  readonly sseCustomerKeyMd5?: string;
}

/** @param shownVersionId version ID in responses; undefined in a bucket without versioning */
export function describeVersion(version: ObjectVersion, shownVersionId: string | undefined): ObjectDescription {
  const { properties, checksum, parts, annotations = [] } = version;
  const { headers, lock, encryption, customerKey, grants } = properties;
  return {
    versionId: shownVersionId,
    etag: `"${version.etag}"`,
    size: version.size,
    lastModified: new Date(version.lastModified).toISOString(),
    owner: version.ownerAccountId,
    cacheControl: shown(headers['cache-control']),
    contentDisposition: shown(headers['content-disposition']),
    contentEncoding: shown(headers['content-encoding']),
    contentLanguage: shown(headers['content-language']),
    contentType: shown(headers['content-type']),
    expires: shown(headers.expires),
    metadata: Object.fromEntries(
      Object.entries(properties.userMetadata).map(([name, value]) => [name, decodeHeader(value)]),
    ),
    websiteRedirectLocation: properties.websiteRedirect,
    storageClass: properties.storageClass,
    tags: Object.fromEntries(properties.tags.map(({ key, value }) => [key, value])),
    grants,
    objectLockMode: lock?.retention?.mode,
    objectLockRetainUntilDate: lock?.retention && new Date(lock.retention.retainUntil).toISOString(),
    objectLockLegalHoldStatus: lock?.legalHold,
    objectLockEventHold: lock?.eventHold?.status,
    objectLockEventHoldDurationDays: lock?.eventHold?.days,
    objectLockEventHoldDurationYears: lock?.eventHold?.years,
    annotations: Object.fromEntries(annotations.map(({ name, value }) => [name, value])),
    checksumAlgorithm: checksum?.algorithm,
    checksumType: checksum?.type,
    checksum: checksum && checksumValue(checksum, parts?.length),
    parts: parts?.map(({ size }) => size),
    serverSideEncryption: customerKey ? undefined : (encryption?.algorithm ?? 'AES256'),
    ssekmsKeyId: encryption?.kmsKeyArn,
    bucketKeyEnabled: encryption?.bucketKeyEnabled,
    sseCustomerKeyMd5: customerKey?.md5,
  };
}

function shown(header: string | undefined): string | undefined {
  return header === undefined ? undefined : decodeHeader(header);
}
