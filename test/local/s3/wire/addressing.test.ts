import * as fc from 'fast-check';
import { bucketOfHost, parseTarget } from '../../../../local/s3/wire/addressing';

describe('addressing', () => {
  it.each([
    ['127.0.0.1:9000', undefined],
    ['localhost:9000', undefined],
    ['s3.localhost', undefined],
    ['photos.localhost:9000', 'photos'],
    ['photos.s3.localhost:9000', 'photos'],
    ['my.photos.s3.localhost', 'my.photos'],
    ['photos.127.0.0.1.nip.io:9000', 'photos'],
    ['127.0.0.1.nip.io', undefined],
    ['photos.s3.amazonaws.com', 'photos'],
    ['photos.s3.eu-west-1.amazonaws.com', 'photos'],
    ['s3.eu-west-1.amazonaws.com', undefined],
    ['photos.127-0-0-1.sslip.io', 'photos'],
    ['s3-fips.s3.dualstack.us-east-1.amazonaws.com', 's3-fips'],
    ['photos.s3.localhost.localstack.cloud:4566', 'photos'],
    ['photos.s3.localhost.other.example', undefined],
    ['photos.999.0.0.1.nip.io', undefined],
    ['some.host.example', undefined],
    [undefined, undefined],
  ])('host %s refers to bucket %s', (host, bucket) => {
    expect(bucketOfHost(host)).toBe(bucket);
  });

  it('takes no time for any host', () => {
    const start = process.cpuUsage();
    for (const host of [`s3${'-'.repeat(200)}x`, `${'s3.'.repeat(80)}x`, `s3${'.a-'.repeat(80)}!.amazonaws.com`]) {
      expect(bucketOfHost(host)).toBeUndefined();
    }
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });

  it('parses path-style and virtual-hosted requests', () => {
    const expected = { bucket: 'b', key: 'a b/ü', query: new Map([['versionId', 'x y']]) };
    expect(parseTarget('/b/a%20b/%C3%BC?versionId=x+y', 'localhost')).toEqual(expected);
    expect(parseTarget('/a%20b/%C3%BC?versionId=x%20y', 'b.localhost')).toEqual(expected);
  });

  it('does not normalize paths', () => {
    expect(parseTarget('/b/../../etc/passwd', 'localhost').key).toBe('../../etc/passwd');
    expect(parseTarget('/b//a/./', 'localhost').key).toBe('/a/./');
    expect(parseTarget('/b/%2E%2E%2F', 'localhost').key).toBe('../');
    expect(parseTarget('/b/a+b', 'localhost').key).toBe('a+b');
  });

  it('decodes all keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (key) => {
        fc.pre(Buffer.byteLength(key) <= 1024);
        expect(parseTarget(`/b/${encodeURIComponent(key)}`, 'localhost').key).toBe(key);
      }),
    );
  });

  it('refuses invalid UTF-8 and keys over 1,024 bytes', () => {
    expect(() => parseTarget('/b/%ff', 'localhost')).toThrow('InvalidURI');
    expect(() => parseTarget('/b/%', 'localhost')).toThrow('InvalidURI');
    expect(() => parseTarget(`/b/${'ü'.repeat(513)}`, 'localhost')).toThrow('KeyTooLong');
    expect(parseTarget(`/b/${'x'.repeat(1024)}`, 'localhost').key).toHaveLength(1024);
  });
});
