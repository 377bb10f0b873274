/*
 * Objects as text: `s3://bucket/key`, or an object behind an access point as in `x-amz-copy-source`.
 */

const BUCKET = 's3:\\/\\/([\\w.-]+)\\/';
const ACCESS_POINT = '(arn:[\\w-]+:s3:[\\w-]+:\\d{12}:accesspoint\\/[\\w-]+)\\/object\\/';

/** With a key. */
export const OBJECT_URI = new RegExp(`^(?:${BUCKET}|${ACCESS_POINT})([\\s\\S]+)$`);

/** With a key, or with the folder that is the bucket itself. */
export const FOLDER_URI = new RegExp(`^(?:${BUCKET}|${ACCESS_POINT})([\\s\\S]*)$`);

/** @returns undefined if the text is no URI of an object or a folder */
export function parseUri(uri: string): { bucket: string; key: string } | undefined {
  const [, bucket, accessPoint, key] = FOLDER_URI.exec(uri) ?? [];
  return key === undefined ? undefined : { bucket: bucket ?? accessPoint!, key };
}

/** The folder that a destination names as text; undefined if the text names an object. */
export function parseFolder(uri: string): { bucket: string; folder: string } | undefined {
  const { bucket, key } = parseUri(uri) ?? {};
  return bucket === undefined || !/(^|\/)$/.test(key!) ? undefined : { bucket, folder: key! };
}

/** What follows the last slash of a key. A key that ends in slashes keeps them. */
export function baseName(key: string): string {
  let end = key.length;
  while (key[end - 1] === '/') end--;
  return key.slice(key.slice(0, end).lastIndexOf('/') + 1);
}
