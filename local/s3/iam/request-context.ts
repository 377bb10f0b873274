import type { S3Request } from '../http/request';
import type { ConditionContext } from './conditions';

/** Headers that are condition keys by the same name. */
const HEADER_KEYS = [
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-content-sha256',
  'if-match',
  'if-none-match',
];

const PARAMETER_KEYS = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  versionId: 's3:versionid',
};

/** What conditions can look at in a request. @param accessPoint ARN of the access point that names the bucket */
export function contextOf(request: S3Request, accessPoint = request.accessPoint): ConditionContext {
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [request.principal.arn]],
    ['aws:principalaccount', [request.principal.accountId]],
    ['aws:securetransport', ['false']],
    ['aws:currenttime', [new Date().toISOString()]],
  ]);
  if (accessPoint !== undefined) {
    context.set('s3:dataaccesspointarn', [accessPoint]);
    context.set('s3:dataaccesspointaccount', [accessPoint.split(':')[4] ?? '']);
  }
  for (const name of HEADER_KEYS) {
    const value = request.text(name);
    if (value !== undefined) context.set(`s3:${name}`, [value]);
  }
  for (const [parameter, key] of Object.entries(PARAMETER_KEYS)) {
    const value = request.parameter(parameter);
    if (value !== undefined) context.set(key, [value]);
  }
  const creates = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(request.operation);
  context.set('s3:objectcreationoperation', [String(creates)]);
  const tags = [...new URLSearchParams(request.text('x-amz-tagging') ?? '')];
  for (const [key, value] of tags) context.set(`s3:requestobjecttag/${key.toLowerCase()}`, [value]);
  if (tags.length > 0)
    context.set(
      's3:requestobjecttagkeys',
      tags.map(([key]) => key),
    );
  return context;
}
