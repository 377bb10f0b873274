import type { Clock } from '../base/clock';
import { isObjectVersion } from '../store/store';
import type { S3Request } from '../wire/request';
import { requestRegion } from '../wire/signing-scope';
import type { ConditionContext } from './context';
import { type ConditionKeys, principalKeys } from './principal-keys';
import type { Subject } from './subject';

/** Headers with a condition key of the same name. */
const HEADER_KEYS = [
  'x-amz-acl',
  'x-amz-grant-read',
  'x-amz-grant-write',
  'x-amz-grant-read-acp',
  'x-amz-grant-write-acp',
  'x-amz-grant-full-control',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-object-annotation-directive',
  'x-amz-object-ownership',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'x-amz-content-sha256',
  'if-match',
  'if-none-match',
];

/**
 * Headers of CreateMultipartUpload whose values also apply to the parts and the completion of the upload (awslabs/mountpoint-s3#807,
 * aws/aws-cli#1674). Otherwise, a policy that denies unencrypted uploads would deny every part.
 */
export const UPLOAD_HEADERS = [
  'x-amz-acl',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
] as const;

/** Headers with a condition key of another name. */
const RENAMED_HEADERS = {
  'user-agent': 'aws:useragent',
  referer: 'aws:referer',
  'x-amz-object-lock-mode': 's3:object-lock-mode',
  'x-amz-object-lock-legal-hold': 's3:object-lock-legal-hold',
  'x-amz-object-lock-retain-until-date': 's3:object-lock-retain-until-date',
  'x-amz-object-lock-event-hold': 's3:object-lock-event-hold',
  'x-amz-object-lock-event-hold-duration-days': 's3:object-lock-event-hold-duration-days',
  'x-amz-object-lock-event-hold-duration-years': 's3:object-lock-event-hold-duration-years',
};

const PARAMETER_KEYS = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
};

/** Actions that support s3:ExistingObjectTag (Service Authorization Reference). */
const ACTIONS_WITH_EXISTING_TAGS =
  /^s3:((Get|Put|Delete)Object(Version)?(Acl|Attributes|Tagging)|GetObject(Version)?)$/;

const DAY = 24 * 60 * 60 * 1000;

/** Values of condition keys that do not depend on the request. */
export interface ContextOptions {
  /** The server's Region. */
  readonly region: string;
  readonly clock: Clock;
}

/**
 * The condition context of an action on a subject.
 * @param bodyKeys condition keys with values from the request body
 */
export function conditionContext(
  request: S3Request,
  subject: Subject,
  action: string,
  { region, clock }: ContextOptions,
  bodyKeys: ConditionKeys = [],
): ConditionContext {
  const now = clock.now();
  return new Map<string, readonly string[]>([
    ['aws:requestedregion', [requestRegion(request, region)]],
    ['aws:securetransport', ['false']],
    ['aws:currenttime', [new Date(now).toISOString()]],
    ['aws:epochtime', [String(Math.floor(now / 1000))]],
    ...(request.sourceIp === undefined ? [] : [['aws:sourceip', [request.sourceIp]] as const]),
    ...requestKeys(request),
    ...(action === 's3:PutObject' ? uploadKeys(request, subject) : []),
    ...signatureKeys(request, now),
    ...lockKeys(request.header('x-amz-object-lock-retain-until-date'), now),
    ...requestTagKeys([...new URLSearchParams(request.text('x-amz-tagging') ?? '')]),
    ...subjectKeys(subject, action),
    ...bodyKeys,
    ...principalKeys(request.principal),
  ]);
}

function requestKeys(request: S3Request): ConditionKeys {
  const headers = HEADER_KEYS.map((name) => [`s3:${name}`, request.text(name)] as const);
  const renamed = Object.entries(RENAMED_HEADERS).map(([name, key]) => [key, request.text(name)] as const);
  // s3:ListBucketMultipartUploads has no such keys (Service Authorization Reference).
  const listsObjects = request.operation !== 'ListMultipartUploads';
  const parameters = Object.entries(PARAMETER_KEYS).map(
    ([name, key]) => [key, listsObjects ? request.parameter(name) : undefined] as const,
  );
  const creates = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(request.operation);
  const found = [...headers, ...renamed, ...parameters, ['s3:objectcreationoperation', String(creates)] as const];
  return found.flatMap(([key, value]) => (value === undefined ? [] : [[key, [value]] as const]));
}

function uploadKeys(request: S3Request, { bucket }: Subject): ConditionKeys {
  const uploadId = request.parameter('uploadId') ?? '';
  const { createdWith = {} } = bucket?.uploads.get(uploadId)?.upload ?? bucket?.completedUploads.get(uploadId) ?? {};
  return Object.entries(createdWith).map(([name, value]) => [`s3:${name}`, [value]] as const);
}

/** The condition keys of the signature. Absent for unsigned requests. The age of a Signature Version 2 is 0. */
function signatureKeys(request: S3Request, now: number): ConditionKeys {
  const { authorization } = request.headers;
  const byQuery = request.parameter('X-Amz-Algorithm') ?? (request.parameter('Signature') && 'AWS');
  const version = authorization?.split(' ')[0] ?? byQuery;
  if (version === undefined) return [];
  const presigned = authorization === undefined;
  const isV2 = version === 'AWS';
  const date = request.parameter('X-Amz-Date')?.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
  return [
    ['s3:authtype', [presigned ? 'REST-QUERY-STRING' : 'REST-HEADER']],
    ['s3:signatureversion', [version]],
    ...(isV2 ? [['s3:signatureage', ['0']] as const] : []),
    ...(presigned && date !== undefined ? [['s3:signatureage', [String(now - Date.parse(date))]] as const] : []),
  ];
}

export function lockKeys(retainUntil: string | undefined, now: number): ConditionKeys {
  const time = Date.parse(retainUntil ?? '');
  if (Number.isNaN(time)) return [];
  return [['s3:object-lock-remaining-retention-days', [String(Math.ceil((time - now) / DAY))]]];
}

export function requestTagKeys(tags: readonly (readonly [key: string, value: string])[]): ConditionKeys {
  if (tags.length === 0) return [];
  return [
    ...tags.map(([key, value]) => [`s3:requestobjecttag/${key.toLowerCase()}`, [value]] as const),
    ['s3:requestobjecttagkeys', tags.map(([key]) => key)],
  ];
}

function subjectKeys({ bucket, key, versionId, accessPoint }: Subject, action: string): ConditionKeys {
  const keys: [string, string[]][] = [];
  if (versionId !== undefined) keys.push(['s3:versionid', [versionId]]);
  if (bucket !== undefined) {
    const owner = [bucket.settings.ownerAccountId];
    keys.push(['s3:resourceaccount', owner], ['aws:resourceaccount', owner]);
  }
  if (accessPoint !== undefined) {
    keys.push(['s3:dataaccesspointarn', [accessPoint]]);
    keys.push(['s3:dataaccesspointaccount', [accessPoint.split(':')[4] ?? '']]);
    keys.push(['s3:accesspointnetworkorigin', ['Internet']]);
  }
  if (bucket === undefined || key === undefined || !ACTIONS_WITH_EXISTING_TAGS.test(action)) return keys;
  const versions = bucket.keys.get(key) ?? [];
  const object = versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  const tags = isObjectVersion(object) ? object.properties.tags : [];
  return [
    ...keys,
    ...tags.map((tag) => [`s3:existingobjecttag/${tag.key.toLowerCase()}`, [tag.value]] as [string, string[]]),
  ];
}
