import { bucketParameters, copySourceParameters, ownParameters } from '../../../../lambda/shared/calls/parameters';

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

test('the source is the version and the ETag that Plan saw, in the bucket of its owner', async () => {
  expect(JSON.parse(JSON.stringify(await copySourceParameters(source)))).toEqual({
    CopySource: 'raw/a%20b?versionId=v',
    CopySourceIfMatch: '"abc"',
    ExpectedSourceBucketOwner: '111122223333',
  });
});

test('the conditions of the execution go with every call that copies', async () => {
  const conditions = {
    ifMatch: '*',
    ifNoneMatch: '"x"',
    ifModifiedSince: '2026-05-01T00:00:00.000Z',
    ifUnmodifiedSince: '2026-07-01T00:00:00.000Z',
  };
  expect(await copySourceParameters({ ...source, conditions })).toMatchObject({
    // Plan has compared it with the condition: it names the same object, and more exactly.
    CopySourceIfMatch: '"abc"',
    CopySourceIfNoneMatch: '"x"',
    CopySourceIfModifiedSince: new Date(conditions.ifModifiedSince),
    CopySourceIfUnmodifiedSince: new Date(conditions.ifUnmodifiedSince),
  });
});

test('every call says who is to own the bucket, and who pays', async () => {
  const expected = { Bucket: 'raw', Key: 'a b', ExpectedBucketOwner: '111122223333', RequestPayer: 'requester' };
  expect(bucketParameters(source)).toEqual(expected);
  expect(await ownParameters(source)).toEqual(expected);
});
