import { explainDenial } from '../../../lambda/shared/access-denied';

const ROLE = 'User: arn:aws:sts::111122223333:assumed-role/CopyRole/f is not authorized to perform:';
const denied = { call: 'UploadPartCopy of part 7 (bytes 0-9)', source: 's3://raw/k', destination: 's3://lake/k' };

test.each([
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" because no identity-based policy allows the s3:PutObject action',
    /may not s3:PutObject on arn:aws:s3:::lake\/k: the role's policy does not allow it/,
  ],
  [
    's3:GetObject on resource: "arn:aws:s3:::raw/k" because no resource-based policy allows the s3:GetObject action',
    /s3:GetObject on arn:aws:s3:::raw\/k: the bucket policy does not allow it; the bucket's account/,
  ],
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in a resource-based policy',
    /the bucket policy denies it/,
  ],
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in an identity-based policy',
    /role's own policy denies/,
  ],
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in a service control policy',
    /service control policy/,
  ],
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" because no permissions boundary allows the s3:PutObject action',
    /permissions boundary does not allow it/,
  ],
  [
    's3:PutObject on resource: "arn:aws:s3:::lake/k" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type',
    /may not s3:PutObject on arn:aws:s3:::lake\/k: its bucket blocks customer-provided keys/,
  ],
  [
    'kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1 because no identity-based policy allows the kms:Decrypt action',
    /may not kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key\/1: .*encryptionKey/,
  ],
  [
    'kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1 because no resource-based policy allows the kms:Decrypt action',
    /the key policy does not allow it/,
  ],
  ['kms:GenerateDataKey on this resource because the resource does not exist', /kms:GenerateDataKey/],
])('%s', (message, expected) => {
  expect(explainDenial(`${ROLE} ${message}`, denied)).toMatch(expected);
});

test('an answer without words is explained by the call', () => {
  const text = explainDenial('UnknownError', { call: 'HeadObject of the copy', destination: 's3://lake/k' });
  expect(text).toMatch(/needs s3:GetObject, or s3:GetObjectVersion.* on s3:\/\/lake\/k/);
  expect(explainDenial('Access Denied', denied)).toMatch(
    /s3:PutObject on the destination on s3:\/\/raw\/k or s3:\/\/lake\/k/,
  );
});
