import { createHash } from 'node:crypto';
import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { canonicalId } from '../../s3';
import type { ObjectSetup, SourceSetup } from './schema';

const GROUP_URI = 'http://acs.amazonaws.com/groups/global/';

/** The three parameters of a customer-provided key. */
export interface CustomerKeyParameters {
  readonly SSECustomerAlgorithm: 'AES256';
  readonly SSECustomerKey: string;
  readonly SSECustomerKeyMD5: string;
}

/** Properties of a setup's object, as parameters that CopyObject and CreateMultipartUpload share. */
export function objectParameters(
  object: ObjectSetup,
  customerKey: CustomerKeyParameters | undefined,
): Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> {
  const { storageClass, tags, metadata = {}, objectLockRetainUntilDate: until } = object;
  return {
    CacheControl: header(object.cacheControl),
    ContentDisposition: header(object.contentDisposition),
    ContentEncoding: header(object.contentEncoding),
    ContentLanguage: header(object.contentLanguage),
    ContentType: header(object.contentType),
    Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, header(value) ?? ''])),
    WebsiteRedirectLocation: header(object.websiteRedirectLocation),
    Tagging: tags === undefined ? undefined : new URLSearchParams(tags).toString(),
    StorageClass: storageClass,
    ACL: object.acl,
    ...grantParameters(object.grants),
    ObjectLockMode: object.objectLockMode,
    ObjectLockRetainUntilDate: until === undefined ? undefined : new Date(until),
    ObjectLockLegalHoldStatus: object.objectLockLegalHoldStatus,
    ObjectLockEventHold: object.objectLockEventHold,
    ObjectLockEventHoldDurationDays: object.objectLockEventHoldDurationDays,
    ObjectLockEventHoldDurationYears: object.objectLockEventHoldDurationYears,
    ServerSideEncryption: object.serverSideEncryption,
    SSEKMSKeyId: object.ssekmsKeyId,
    BucketKeyEnabled: object.bucketKeyEnabled,
    ...customerKey,
  };
}

/** Encodes a text for a header: Node.js writes each character as one byte, so each UTF-8 byte becomes a character. */
export function header(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'utf8').toString('latin1');
}

function grantParameters(grants: ObjectSetup['grants'] = []) {
  const grantees = (permission: string): string | undefined => {
    const wanted = grants.filter((grant) => grant.permission === permission);
    if (wanted.length === 0) return undefined;
    return wanted
      .map(({ account, id, group }) =>
        group === undefined ? `id="${id ?? canonicalId(account ?? '')}"` : `uri="${GROUP_URI}${group}"`,
      )
      .join(', ');
  };
  return {
    GrantFullControl: grantees('FULL_CONTROL'),
    GrantRead: grantees('READ'),
    GrantReadACP: grantees('READ_ACP'),
    GrantWriteACP: grantees('WRITE_ACP'),
  };
}

/** The SSE-C key in a secret: 32 bytes, or their Base64 encoding as a string. */
export function customerKeyOf(
  name: string | undefined,
  secrets: SourceSetup['secrets'] = {},
): CustomerKeyParameters | undefined {
  const secret = name !== undefined && Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (secret === undefined) return undefined;
  const bytes = 'binary' in secret ? Buffer.from(secret.binary) : Buffer.from(secret.text, 'base64');
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: bytes.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(bytes).digest('base64'),
  };
}
