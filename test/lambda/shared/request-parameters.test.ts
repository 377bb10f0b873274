import {
  bucketParameters,
  copySourceParameters,
  customerKeyParameters,
  destinationAccess,
  sourceAccess,
} from '../../../lambda/shared/request-parameters';

const access = { region: 'eu-west-1', owner: '111122223333', requestPayer: 'requester' } as const;
const source = {
  ...access,
  bucket: 'raw',
  key: 'a b',
  versionId: 'v',
  etag: '"abc"',
  size: 1,
  lastModified: '2026-06-01T12:00:00.000Z',
};
/** Without the fields that are undefined, as they are sent. */
const sent = (parameters: object) => JSON.parse(JSON.stringify(parameters)) as object;

describe('the source of a copy', () => {
  test('is the version and the ETag that Plan saw, in the bucket of its owner', () => {
    expect(sent(copySourceParameters(source, undefined))).toEqual({
      CopySource: 'raw/a%20b?versionId=v',
      CopySourceIfMatch: '"abc"',
      ExpectedSourceBucketOwner: '111122223333',
    });
  });

  test('has the conditions of the execution, and the ETag that Plan has compared with its ifMatch', () => {
    const conditions = {
      copySourceIfMatch: '*',
      copySourceIfNoneMatch: '"x"',
      copySourceIfModifiedSince: '2026-05-01T00:00:00.000Z',
      copySourceIfUnmodifiedSince: 'Wed, 01 Jul 2026 00:00:00 GMT',
    };
    expect(copySourceParameters({ ...source, conditions }, undefined)).toMatchObject({
      CopySourceIfMatch: '"abc"',
      CopySourceIfNoneMatch: '"x"',
      CopySourceIfModifiedSince: new Date('2026-05-01T00:00:00Z'),
      CopySourceIfUnmodifiedSince: new Date('2026-07-01T00:00:00Z'),
    });
  });

  test('has its customer-provided key', () => {
    expect(copySourceParameters(source, 'key')).toMatchObject({
      CopySourceSSECustomerAlgorithm: 'AES256',
      CopySourceSSECustomerKey: 'key',
    });
  });
});

describe('every call', () => {
  const expected = { Bucket: 'raw', Key: 'a b', ExpectedBucketOwner: '111122223333', RequestPayer: 'requester' };

  test('names the expected owner of the bucket, and who pays', () => {
    expect(bucketParameters(source)).toEqual(expected);
  });

  test('says nothing about the payer to a directory bucket', () => {
    const Bucket = 'raw--use1-az4--x-s3';
    expect(sent(bucketParameters({ ...source, bucket: Bucket }))).toEqual({
      ...expected,
      Bucket,
      RequestPayer: undefined,
    });
  });

  test('has the customer-provided key of the object', () => {
    expect(customerKeyParameters('key')).toEqual({ SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'key' });
    expect(sent(customerKeyParameters(undefined))).toEqual({});
  });
});

describe('the options of an execution', () => {
  const location = { bucket: 'raw', prefix: '', region: 'eu-west-1', owner: '111122223333' };
  const options = {
    requestPayer: 'requester',
    sseCustomerKeySecretArn: 'arn:copy',
    copySourceSseCustomerKeySecretArn: 'arn:source',
  } as const;

  test('apply to the bucket that they are about', () => {
    const both = { region: 'eu-west-1', requestPayer: 'requester' };
    expect(sourceAccess(location, options)).toEqual({ ...both, owner: '111122223333', customerKey: 'arn:source' });
    expect(destinationAccess(location, options)).toEqual({ ...both, owner: '111122223333', customerKey: 'arn:copy' });
  });
});
