import { CopyError, explain } from '../../../lambda/shared/errors';
import { ErrorName } from '../../../lib/private/protocol';

const context = { call: 'UploadPartCopy of part 7', source: 's3://raw/k', destination: 's3://lake/k' };

function sdkError(name: string, httpStatusCode?: number, message = name) {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'R1' } });
}

test.each<[string, number | undefined, string, string?]>([
  ['NoSuchUpload', 404, 'UploadNotFound'],
  ['NoSuchKey', 404, 'SourceChanged'],
  ['NoSuchVersion', 404, 'SourceChanged'],
  ['PreconditionFailed', 412, 'SourceChanged'],
  ['NoSuchBucket', 404, 'BucketNotFound'],
  ['ConditionalRequestConflict', 409, 'ConcurrentWrite'],
  ['InvalidObjectState', 403, 'SourceArchived'],
  ['AccessDenied', 403, 'AccessDenied'],
  ['KMS.DisabledException', 400, 'RequestRejected'],
  ['BadDigest', 400, 'ChecksumMismatch'],
  ['SlowDown', 503, 'Throttled'],
  ['ThrottlingException', 400, 'Throttled'],
  ['InternalError', 500, 'TransientS3Error'],
  ['ServiceUnavailable', 503, 'TransientS3Error'],
  ['WhateverError', 502, 'TransientS3Error'],
  ['NotImplemented', 501, 'RequestRejected'],
  ['TimeoutError', undefined, 'TransientS3Error'],
  ['InvalidRequest', 400, 'RequestRejected'],
  [
    'InvalidRequest',
    400,
    'UnsupportedCopySource',
    'The specified copy source is not supported as a byte-range copy source',
  ],
  [
    'InvalidRequest',
    400,
    'SizeMismatch',
    "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
  ],
  [
    'InvalidRequest',
    400,
    'ObjectTooLarge',
    'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
  ],
  ['InvalidTag', 400, 'RequestRejected'],
])('%s (%s) is %s', (code, status, name, message = code) => {
  expect(explain(sdkError(code, status, message), context).name).toBe(name);
});

test.each([
  ['If-None-Match', 'DestinationExists'],
  ['x-amz-copy-source-If-Match', 'SourceChanged'],
])('412 of CopyObject for %s is %s', (Condition, name) => {
  const error = Object.assign(sdkError('PreconditionFailed', 412), { Condition });
  expect(explain(error, { ...context, call: 'CopyObject' }).name).toBe(name);
});

test('412 at CompleteMultipartUpload is about the destination', () => {
  const error = explain(sdkError('PreconditionFailed', 412), { ...context, call: 'CompleteMultipartUpload' });
  expect(error).toMatchObject({ name: 'DestinationExists', message: expect.stringContaining('s3://lake/k exists') });
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])('a connection that fails with %s is transient', (code) => {
  expect(explain(Object.assign(new Error('socket'), { code }), context).name).toBe('TransientS3Error');
});

test('the message says the call, what to do, and what S3 said', () => {
  const { message } = explain(sdkError('SlowDown', 503, 'Please reduce your request rate.'), context);
  expect(message).toBe(
    'UploadPartCopy of part 7: S3 or KMS is throttling requests on s3://lake/k; lower maxConcurrency if this does not pass (SlowDown, Please reduce your request rate., HTTP 503, request R1)',
  );
});

test('an error of ours stays as it is', () => {
  const error = new CopyError(ErrorName.SIZE_MISMATCH, 'text');
  expect(explain(error, context)).toBe(error);
});
