import type { ObjectAddress } from '../../lib/private/protocol';

/**
 * The value of `x-amz-copy-source`. The SDK sends it unchanged. S3 splits it at a literal `?versionId=` and then decodes it
 * once, so every character that RFC 3986 does not list as unreserved is percent-encoded, including `+` and `?`.
 */
export function encodeCopySource(source: ObjectAddress & { readonly versionId?: string }): string {
  const version = source.versionId === undefined ? '' : `?versionId=${encodeRfc3986(source.versionId)}`;
  if (isArn(source.bucket)) return `${encodeRfc3986(`${source.bucket}/object/${source.key}`)}${version}`;
  const key = source.key.split('/').map(encodeRfc3986).join('/');
  return `${source.bucket}/${key}${version}`;
}

/** Whether a bucket is named by the ARN of an access point. */
export function isArn(bucket: string): boolean {
  return bucket.startsWith('arn:');
}

/** `encodeURIComponent` does not encode `!'()*`. */
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
