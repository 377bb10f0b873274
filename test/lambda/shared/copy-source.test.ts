import fc from 'fast-check';
import { encodeCopySource } from '../../../lambda/shared/copy-source';
import { describeObject } from '../../../lambda/shared/describe-object';

test.each([
  ['a/b.bin', 'bucket/a/b.bin'],
  ['a b', 'bucket/a%20b'],
  ['a+b', 'bucket/a%2Bb'],
  ['100%', 'bucket/100%25'],
  ['a%20b', 'bucket/a%2520b'],
  ['x?y=1&z', 'bucket/x%3Fy%3D1%26z'],
  ['x?versionId=abc', 'bucket/x%3FversionId%3Dabc'],
  ['ü/日本語', 'bucket/%C3%BC/%E6%97%A5%E6%9C%AC%E8%AA%9E'],
  ["!'()*", 'bucket/%21%27%28%29%2A'],
  ['~-._', 'bucket/~-._'],
  ['/leading//double/', 'bucket//leading//double/'],
  ['../up', 'bucket/../up'],
  ['\n\t', 'bucket/%0A%09'],
  ['😀', 'bucket/%F0%9F%98%80'],
])('encodes %j', (key, encoded) => {
  expect(encodeCopySource({ bucket: 'bucket', key })).toBe(encoded);
});

test('appends the version to the key', () => {
  expect(encodeCopySource({ bucket: 'b', key: 'k', versionId: 'a+b/c=' })).toBe('b/k?versionId=a%2Bb%2Fc%3D');
});

test('encodes the whole ARN through an access point', () => {
  const bucket = 'arn:aws:s3:us-west-2:111122223333:accesspoint/my-ap';
  expect(encodeCopySource({ bucket, key: 'a b/c', versionId: 'v' })).toBe(
    'arn%3Aaws%3As3%3Aus-west-2%3A111122223333%3Aaccesspoint%2Fmy-ap%2Fobject%2Fa%20b%2Fc?versionId=v',
  );
  expect(describeObject({ bucket, key: 'a b/c' })).toBe(`${bucket}/object/a b/c`);
});

test('encodes any key so that S3 decodes it to the same key', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.option(fc.string({ minLength: 1 })),
      (key, version) => {
        const encoded = encodeCopySource({ bucket: 'b', key, versionId: version ?? undefined });
        const [path, versionId] = encoded.split('?versionId=');
        expect(decodeURIComponent(path!)).toBe(`b/${key}`);
        expect(versionId === undefined ? null : decodeURIComponent(versionId)).toBe(version);
        expect(encoded).toMatch(/^[\x21-\x7e]+$/);
      },
    ),
  );
});
