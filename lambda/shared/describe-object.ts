import type { ObjectAddress } from '../../lib/private/protocol';
import { isArn } from './copy-source';

/** For messages: `s3://bucket/key`, or the ARN through an access point, with the version if there is one. */
export function describeObject(object: ObjectAddress & { readonly versionId?: string }): string {
  const address = isArn(object.bucket) ? `${object.bucket}/object` : `s3://${object.bucket}`;
  return `${address}/${object.key}${object.versionId === undefined ? '' : ` (version ${object.versionId})`}`;
}
