import type { S3Api } from '../../../lib/private/protocol/permissions';

/** How a call differs from others. */
interface S3Call {
  /** The call is on the bucket, and the key is none of its parameters. */
  readonly isOnBucket?: boolean;
  /** S3 needs the customer-provided key (SSE-C) of the object that the call names, if it has one. */
  readonly takesCustomerKey?: boolean;
  /** The call reads the bytes of the source. */
  readonly hasCopySource?: boolean;
  /** Path of a field that complete answers have. A 200 without it is an error. */
  readonly result?: readonly string[];
}

/** The calls of lib/private/protocol/permissions.ts. */
export const S3_CALLS: Readonly<Record<S3Api, S3Call>> = {
  HeadObject: { takesCustomerKey: true, result: ['ETag'] },
  GetObject: { takesCustomerKey: true, result: ['ETag'] },
  GetObjectTagging: { result: ['TagSet'] },
  GetObjectAcl: { result: ['Grants'] },
  GetObjectRetention: { result: ['Retention'] },
  GetObjectLegalHold: { result: ['LegalHold'] },
  ListObjectAnnotations: {},
  GetObjectAnnotation: {},
  RestoreObject: {},
  CreateMultipartUpload: { takesCustomerKey: true, result: ['UploadId'] },
  UploadPartCopy: { takesCustomerKey: true, hasCopySource: true, result: ['CopyPartResult', 'ETag'] },
  ListObjectVersions: { isOnBucket: true, result: ['Name'] },
  ListMultipartUploads: { isOnBucket: true, result: ['Bucket'] },
  ListParts: { takesCustomerKey: true, result: ['UploadId'] },
  CompleteMultipartUpload: { takesCustomerKey: true, result: ['ETag'] },
  AbortMultipartUpload: {},
  CopyObject: { takesCustomerKey: true, hasCopySource: true, result: ['CopyObjectResult', 'ETag'] },
  PutObjectTagging: {},
  PutObjectAnnotation: {},
};
