import { s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';

/** Checks `x-amz-expected-bucket-owner` or its counterpart for the source of a copy. */
export function checkExpectedOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined) return;
  if (!/^\d{12}$/.test(expected)) throw s3Error('InvalidBucketOwner');
  if (expected !== bucket.settings.ownerAccountId) throw s3Error('AccessDenied');
}
