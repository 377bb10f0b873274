import type { BucketAccess } from '../../lib/private/protocol';

/** What a call was about, as far as a refusal goes. */
export interface RefusedCall {
  /** Such as `UploadPartCopy of part 7`. */
  readonly call: string;
  readonly source?: string;
  readonly destination?: string;
  /** ARN of the secret that is read. */
  readonly secret?: string;
  /** What else S3 answers so to, of `otherCausesOf403`. */
  readonly orWhere?: readonly string[];
}

/** What the call says of the buckets, which S3 refuses with a bare 403 where it is not so. */
export function otherCausesOf403(ends: {
  readonly source?: BucketAccess;
  readonly destination?: BucketAccess;
}): string[] {
  const { source, destination } = ends;
  const buckets = Object.entries({ source, destination }).filter(
    (entry): entry is [string, BucketAccess] => !!entry[1],
  );
  const isAsking = buckets.some(([, { requestPayer }]) => requestPayer === undefined);
  return [
    ...buckets
      .filter(([, { owner }]) => owner !== undefined)
      .map(([end, { owner }]) => `the bucket of the ${end} is not of account ${owner}, its expected owner`),
    ...(isAsking ? ["a bucket is requester pays and options.requestPayer is not 'requester'"] : []),
    ...(source?.customerKey === undefined ? [] : [`secret ${source.customerKey} holds another key than the source's`]),
    ...(destination?.customerKey === undefined
      ? []
      : ["the destination's bucket blocks customer-provided keys (SSE-C), as new buckets do"]),
  ];
}

/** What a call needs, for answers that do not say what was refused: those to HEAD have no body. */
const NEEDED: Record<string, string> = {
  HeadObject: 's3:GetObject, or s3:GetObjectVersion where a version is named',
  GetObjectTagging: 's3:GetObjectTagging, or s3:GetObjectVersionTagging where a version is named',
  GetObjectAcl: 's3:GetObjectAcl, or s3:GetObjectVersionAcl where a version is named',
  ListObjectAnnotations: 's3:ListObjectAnnotations, or s3:ListObjectVersionAnnotations where a version is named',
  GetObjectAnnotation: 's3:GetObjectAnnotation, or s3:GetObjectVersionAnnotation where a version is named',
  PutObjectAnnotation: 's3:PutObjectAnnotation, or s3:PutObjectVersionAnnotation where a version is named',
  GetObjectRetention: 's3:GetObjectRetention',
  GetObjectLegalHold: 's3:GetObjectLegalHold',
  RestoreObject: 's3:RestoreObject',
  CreateMultipartUpload:
    's3:PutObject, and where it sends them s3:PutObjectTagging, s3:PutObjectAcl, s3:PutObjectRetention',
  UploadPartCopy: 's3:GetObject or s3:GetObjectVersion on the source, s3:PutObject on the destination',
  CopyObject: 's3:GetObject or s3:GetObjectVersion on the source, s3:PutObject on the destination',
  ListParts: 's3:ListMultipartUploadParts',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  PutObjectTagging: 's3:PutObjectTagging, or s3:PutObjectVersionTagging where a version is named',
  GetSecretValue: 'secretsmanager:GetSecretValue',
};

/** `… is not authorized to perform: s3:PutObject on resource: "arn:…" because no identity-based policy allows …`. */
const DENIAL = /not authorized to perform: (\S+)(?: on resource: "?([^\s"]+)"?)?(?: (?:because|with) (.+?))?\.?$/s;

/** Which action was refused on what, and which policy is the likely place to allow it. */
export function explainDenial(message: string, denied: RefusedCall): string {
  const [, action, resource, reason = ''] = DENIAL.exec(message) ?? [];
  const ends = [denied.source, denied.destination, denied.secret].filter(Boolean).join(' or ');
  if (action === undefined) {
    const orWhere = denied.orWhere?.length ? `. S3 refuses as well where ${denied.orWhere.join(', or where ')}` : '';
    const needed = NEEDED[/^\w+/.exec(denied.call)?.[0] ?? ''] ?? 'a permission';
    return `the copy role was refused; it needs ${needed} on ${ends}, and kms:Decrypt or kms:GenerateDataKey on the KMS key of an encrypted one. Look at the role's policy and the bucket policy, and for another account's bucket or key at theirs${orWhere}`;
  }
  return `the copy role may not ${action} on ${resource ?? ends}: ${whereToAllow(action, reason)}`;
}

function whereToAllow(action: string, reason: string): string {
  const isKey = action.startsWith('kms:');
  if (/blocked upload requests that specify Server Side Encryption with Customer/.test(reason)) {
    return 'its bucket blocks customer-provided keys (SSE-C), as buckets do unless their owner allows them (BlockedEncryptionTypes of its default encryption)';
  }
  if (/explicit deny/.test(reason)) {
    if (/resource-based/.test(reason)) return `${isKey ? 'the key policy' : 'the bucket policy'} denies it`;
    if (/service control policy/.test(reason)) return 'a service control policy of the organization denies it';
    if (/permissions boundary/.test(reason)) return "the role's permissions boundary denies it";
    return "the role's own policy denies it";
  }
  if (/resource-based policy allows/.test(reason)) {
    return isKey
      ? "the key policy does not allow it; the key's account has to add the copy role"
      : "the bucket policy does not allow it; the bucket's account has to add the copy role";
  }
  if (/permissions boundary allows/.test(reason)) return "the role's permissions boundary does not allow it";
  if (/identity-based policy allows/.test(reason)) {
    return isKey
      ? "the role's policy does not allow it; pass the key as encryptionKey of the location"
      : "the role's policy does not allow it; declare the location and what is to be carried on the MultipartCopyWorkflow";
  }
  return isKey
    ? 'look at the key policy, and pass the key as encryptionKey of the location'
    : "look at the role's policy and the bucket policy";
}
