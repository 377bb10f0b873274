import type { Bucket } from '../store/store';

/** What an action is on: a bucket, or an object in it. */
export interface Subject {
  /** Of the bucket, which may not be there. */
  readonly name: string;
  readonly bucket: Bucket | undefined;
  readonly key?: string | undefined;
  readonly versionId?: string | undefined;
  /** ARN of the access point by which the bucket is named. */
  readonly accessPoint?: string | undefined;
}
