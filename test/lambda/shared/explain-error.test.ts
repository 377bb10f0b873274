import type { CallContext } from '../../../lambda/shared/call-context';
import { CopyError } from '../../../lambda/shared/errors';
import { explainError } from '../../../lambda/shared/explain-error';
import { ErrorName } from '../../../lib/private/protocol';

const source = { bucket: 'raw', key: 'k' };
const destination = { bucket: 'lake', key: 'k' };
const context: CallContext = { api: 'UploadPartCopy', detail: 'of part 7', source, destination };

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
  ['KMS.DisabledException', 400, 'KmsKeyUnavailable'],
  ['KMS.KMSInvalidStateException', 400, 'KmsKeyUnavailable'],
  ['KMS.NotFoundException', 400, 'KmsKeyUnavailable'],
  ['KMS.ThrottlingException', 400, 'Throttled'],
  ['ExpiredToken', 400, 'TransientS3Error'],
  // The SDK reports errors in the body of a 200 with status 503.
  ['AccessDenied', 503, 'AccessDenied'],
  ['PreconditionFailed', 503, 'SourceChanged'],
  ['InvalidPart', 503, 'RequestRejected'],
  ['NotImplemented', 503, 'RequestRejected'],
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
  expect(explainError(sdkError(code, status, message), context).name).toBe(name);
});

test('a connection that fails and whose error the SDK has wrapped is transient', () => {
  const wrapped = new Error('AWS SDK error wrapper for TimeoutError: read ECONNRESET');
  expect(explainError(wrapped, context).name).toBe('TransientS3Error');
});

test.each([
  ['If-None-Match', 'DestinationExists'],
  ['x-amz-copy-source-If-Match', 'SourceChanged'],
])('412 of CopyObject for %s is %s', (Condition, name) => {
  const error = Object.assign(sdkError('PreconditionFailed', 412), { Condition });
  expect(explainError(error, { ...context, api: 'CopyObject' }).name).toBe(name);
});

test('412 at CompleteMultipartUpload is about the destination', () => {
  const error = explainError(sdkError('PreconditionFailed', 412), { ...context, api: 'CompleteMultipartUpload' });
  expect(error).toMatchObject({ name: 'DestinationExists', message: expect.stringContaining('s3://lake/k exists') });
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])('a connection that fails with %s is transient', (code) => {
  expect(explainError(Object.assign(new Error('socket'), { code }), context).name).toBe('TransientS3Error');
});

test('the message has the call, the advice, and the answer of S3', () => {
  const { message } = explainError(sdkError('SlowDown', 503, 'Please reduce your request rate.'), context);
  expect(message).toBe(
    'UploadPartCopy of part 7: requests for s3://raw/k or s3://lake/k are being throttled, by S3 or by KMS; lower maxConcurrency if this persists (SlowDown, Please reduce your request rate., HTTP 503, request R1)',
  );
});

describe('a call on the destination alone', () => {
  const head: CallContext = { api: 'HeadObject', detail: 'of the copy', destination };

  test.each(['NoSuchKey', 'NotFound'])('that finds nothing (%s) is ConcurrentWrite', (code) => {
    expect(explainError(sdkError(code, 404), head).name).toBe('ConcurrentWrite');
    expect(explainError(sdkError(code, 404), { api: 'CompleteMultipartUpload', source, destination }).name).toBe(
      'ConcurrentWrite',
    );
  });

  test('whose condition fails after the copy was made is ConcurrentWrite, and says what exists', () => {
    const effect = 'the copy exists and is complete except for its annotations';
    const error = explainError(sdkError('PreconditionFailed', 412), {
      api: 'PutObjectAnnotation',
      destination,
      effect,
    });
    expect(error).toMatchObject({ name: 'ConcurrentWrite', message: expect.stringContaining(`; ${effect} (`) });
  });
});

test('a condition of a call on the source alone is about the source', () => {
  expect(explainError(sdkError('PreconditionFailed', 412), { api: 'HeadObject', source }).name).toBe('SourceChanged');
});

test('an error of ours is not changed', () => {
  const error = new CopyError(ErrorName.SIZE_MISMATCH, 'text');
  expect(explainError(error, context)).toBe(error);
});
