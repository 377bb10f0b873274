import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import { readInput } from '../../../lambda/plan/input/read-input';

const document = JSON.parse(readFileSync('schema/execution-input.schema.json', 'utf8')) as object;
const fits = new Ajv2020({ strict: false }).compile(document);

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';
const RETAIN = { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: '2099-01-01' };

const INPUTS: unknown[] = [
  null,
  [],
  {},
  { source: 's3://raw' },
  { source: { bucket: 'raw', key: '' } },
  { source: { bucket: 'raw', key: 'k', more: 1 } },
  { source: 's3://raw/k', destination: {} },
  { source: 's3://raw/k', destination: { versionId: 'v' } },
  { source: 's3://raw/k', more: 1 },
  ...[
    {},
    { more: 1 },
    { partSize: 5_242_879 },
    { restore: {} },
    { restore: { days: 0 } },
    { overwrite: 'always', ifMatch: 'e' },
    { overwrite: 'never', ifMatch: 'e' },
    { preserveEtag: false, range: 'bytes=0-1' },
    { preserveEtag: true, range: 'bytes=0-1' },
    { preserveEtag: true, partSize: 5_242_880 },
    { contentType: 'text/csv' },
    { contentType: 'text/csv', metadataDirective: 'COPY' },
    { contentType: 'text/csv', metadataDirective: 'REPLACE' },
    { contentType: 'ü', metadataDirective: 'REPLACE' },
    { metadata: { a: 'ü' } },
    { metadata: { a: 'ü' }, metadataDirective: 'REPLACE' },
    { metadata: { ü: 'a' }, metadataDirective: 'REPLACE' },
    { websiteRedirectLocation: '' },
    { websiteRedirectLocation: 'https://example.com/ü' },
    { tagging: 'a=b' },
    { taggingDirective: 'REPLACE' },
    { taggingDirective: 'REPLACE', tagging: { a: 'b' } },
    { taggingDirective: 'NONE', tagging: { a: 'b' } },
    { acl: 'private', aclDirective: 'COPY' },
    { acl: 'private', aclDirective: 'NONE' },
    { objectLockMode: 'GOVERNANCE' },
    RETAIN,
    { checksumType: 'COMPOSITE' },
    { checksumType: 'COMPOSITE', checksumAlgorithm: 'SHA256' },
    { checksumType: 'COMPOSITE', checksumAlgorithm: 'CRC64NVME' },
    { checksumType: 'FULL_OBJECT', checksumAlgorithm: 'SHA256' },
    { checksumType: 'FULL_OBJECT', checksumAlgorithm: 'CRC32' },
    { ssekmsKeyId: 'k' },
    { ssekmsKeyId: 'k', serverSideEncryption: 'AES256' },
    { ssekmsKeyId: 'k', serverSideEncryption: 'aws:kms:dsse' },
    { bucketKeyEnabled: true },
    { bucketKeyEnabled: true, serverSideEncryption: 'AES256' },
    { sseCustomerKeySecretArn: SECRET },
    { sseCustomerKeySecretArn: SECRET, serverSideEncryption: 'AES256' },
    { sseCustomerKeySecretArn: SECRET, bucketKeyEnabled: false },
  ].map((options) => ({ source: 's3://raw/k', options })),
];

test.each(INPUTS.map((input) => [JSON.stringify(input), input]))('the JSON Schema and Plan agree on %s', (_, input) => {
  expect(fits(input)).toBe(isTaken(input));
});

function isTaken(input: unknown): boolean {
  try {
    readInput(input);
    return true;
  } catch {
    return false;
  }
}
