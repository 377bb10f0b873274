import type { Bucket } from '../store/store';

/** The bucket or object that an action is performed on. */
export interface Subject {
  /** Name of the bucket, which may not exist. */
  readonly name: string;
  readonly bucket: Bucket | undefined;
  readonly key?: string | undefined;
  readonly versionId?: string | undefined;
  /** ARN of the access point, if the request names one instead of the bucket. */
  readonly accessPoint?: string | undefined;
}
