import { s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';
import type { S3Request } from '../wire/request';

const PAYER = 'x-amz-request-payer';

/** Requires `x-amz-request-payer` from other accounts than the owner of a Requester Pays bucket. */
export function checkPayer(bucket: Bucket, request: S3Request): void {
  if (!isForeign(bucket, request)) return;
  if (request.header(PAYER) !== 'requester') throw s3Error('AccessDenied');
}

/** Whether the requester is charged for the request. */
export function isCharged(bucket: Bucket | undefined, request: S3Request): boolean {
  return bucket !== undefined && isForeign(bucket, request) && request.header(PAYER) === 'requester';
}

/** `x-amz-request-charged`, if the requester is charged for reading the source of a copy. */
export function chargeHeader(source: Bucket, request: S3Request): Record<string, string> {
  return isForeign(source, request) ? { 'x-amz-request-charged': 'requester' } : {};
}

function isForeign(bucket: Bucket, request: S3Request): boolean {
  return bucket.settings.requesterPays && bucket.settings.ownerAccountId !== request.principal.accountId;
}
