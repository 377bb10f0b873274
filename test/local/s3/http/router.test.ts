import * as sdk from '@aws-sdk/client-s3';
import { route } from '../../../../local/s3/http/router';
import { operations } from '../../../../local/s3/operations';
import { parseTarget } from '../../../../local/s3/wire/addressing';
import { OPERATION_NAMES } from '../../../../local/s3/wire/operation-names';

const find = (method: string, url: string, ...headers: string[]): string =>
  route(method, parseTarget(url, 'localhost'), (name) => headers.includes(name));

describe('the router', () => {
  it.each([
    ['GET', '/', 'ListBuckets'],
    ['PUT', '/b', 'CreateBucket'],
    ['GET', '/b', 'ListObjects'],
    ['GET', '/b/', 'ListObjects'],
    ['GET', '/b?list-type=2&prefix=x', 'ListObjectsV2'],
    ['GET', '/b?versions', 'ListObjectVersions'],
    ['GET', '/b?uploads=', 'ListMultipartUploads'],
    ['POST', '/b?delete', 'DeleteObjects'],
    ['GET', '/b/k', 'GetObject'],
    ['GET', '/b/k?partNumber=1', 'GetObject'],
    ['GET', '/b/k?versionId=x&response-content-type=y', 'GetObject'],
    ['GET', '/b/k?tagging&versionId=x', 'GetObjectTagging'],
    ['GET', '/b/k?annotation&annotationName=n', 'GetObjectAnnotation'],
    ['GET', '/b/k?annotation', 'ListObjectAnnotations'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
  ])('%s %s is %s', (method, url, operation) => {
    expect(find(method, url)).toBe(operation);
  });

  it('recognizes copies by their header', () => {
    expect(find('PUT', '/b/k', 'x-amz-copy-source')).toBe('CopyObject');
    expect(find('PUT', '/b/k?partNumber=1&uploadId=u', 'x-amz-copy-source')).toBe('UploadPartCopy');
  });

  it('does not ignore an unsupported subresource', () => {
    expect(() => find('PUT', '/b/k?uploads')).toThrow('MethodNotAllowed');
    expect(() => find('DELETE', '/b?versioning')).toThrow('MethodNotAllowed');
    expect(() => find('PUT', '/b?replication')).toThrow('NotImplemented');
    expect(() => find('DELETE', '/b?website')).toThrow('NotImplemented');
    expect(() => find('PATCH', '/b/k')).toThrow('MethodNotAllowed');
  });

  it.each([
    ['PUT', '/b/k?renameObject', 'NotImplemented'],
    ['PUT', '/b/k?acl&renameObject', 'NotImplemented'],
    ['POST', '/b/k?select&select-type=2', 'NotImplemented'],
    ['POST', '/WriteGetObjectResponse', 'NotImplemented'],
    ['PUT', '/b/k?partNumber=1', 'This operation does not accept partNumber without uploadId'],
    ['DELETE', '/b/k?partNumber=1', 'This operation does not accept partNumber without uploadId'],
    ['PUT', '/b/k?versionId=v', 'This operation does not accept a version-id.'],
    ['POST', '/b/k?uploadId=u&versionId=v', 'This operation does not accept a version-id.'],
    ['PUT', '/b/k?uploadId=u', 'MethodNotAllowed'],
    ['PUT', '/b/k?annotationName=n', 'MethodNotAllowed'],
    ['GET', '/b/k?acl&tagging', 'Conflicting query string parameters: acl, tagging'],
    ['PUT', '/b/k?uploadId=u&partNumber=1&tagging', 'Conflicting query string parameters: uploadId, tagging'],
    ['DELETE', '/b/k?uploadId=u&retention', 'Conflicting query string parameters: uploadId, retention'],
  ])('refuses %s %s: %s', (method, url, message) => {
    expect(() => find(method, url)).toThrow(message);
  });

  it.each(['x-amz-write-offset-bytes', 'x-amz-bucket-namespace'])('refuses what the header %s asks for', (header) => {
    expect(() => find('PUT', '/b/k', header)).toThrow('NotImplemented');
  });

  it.each([
    ['PUT', '/b/k?x-id=PutObject', 'PutObject'],
    ['PUT', '/b/k?no-such-parameter=1', 'PutObject'],
    ['GET', '/b?list-type=3', 'ListObjects'],
    ['PUT', '/b/k?versionId=', 'PutObject'],
    ['PUT', '/b/k?AWSAccessKeyId=a&Signature=s&Expires=9999999999', 'PutObject'],
    ['PUT', '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=s&x-amz-meta-a=b', 'PutObject'],
    ['GET', '/b/k?x-id=GetObject&response-content-type=y&versionId=v&partNumber=1', 'GetObject'],
    ['DELETE', '/b/k?versionId=v&x-id=DeleteObject', 'DeleteObject'],
    ['GET', '/b/k?uploadId=u&partNumber=1', 'ListParts'],
    ['GET', '/b?list-type=1', 'ListObjects'],
  ])('routes %s %s', (method, url, operation) => {
    expect(find(method, url)).toBe(operation);
  });

  /** S3's operations as the SDK describes them: method and path. */
  const model = Object.values<unknown>(sdk).flatMap((schema) => {
    if (!Array.isArray(schema) || schema[0] !== 9) return [];
    const [, , name, traits] = schema as [
      number,
      string,
      string,
      { http: [method: string, path: string, status: number] },
    ];
    const [method, path] = traits.http;
    return [
      { name, method, url: path.startsWith('/{Key+}') ? `/b${path.replace('{Key+}', 'k')}` : `/b${path.slice(1)}` },
    ];
  });

  it.each(model)('routes $name to no other operation', ({ name, method, url }) => {
    const plain: Record<string, [method: string, url: string]> = {
      ListBuckets: ['GET', '/?x-id=ListBuckets'],
      ListDirectoryBuckets: ['GET', '/?x-id=ListDirectoryBuckets'],
      WriteGetObjectResponse: ['POST', '/WriteGetObjectResponse'],
      UploadPart: ['PUT', '/b/k?partNumber=1&uploadId=u'],
      UploadPartCopy: ['PUT', '/b/k?partNumber=1&uploadId=u'],
      ListParts: ['GET', '/b/k?uploadId=u'],
      CompleteMultipartUpload: ['POST', '/b/k?uploadId=u'],
      AbortMultipartUpload: ['DELETE', '/b/k?uploadId=u'],
      GetObjectAnnotation: ['GET', '/b/k?annotation&annotationName=n'],
    };
    const headers = ['CopyObject', 'UploadPartCopy'].includes(name) ? ['x-amz-copy-source'] : [];
    const service = name === 'ListDirectoryBuckets' ? 's3express' : 's3';
    const ask = (): string => {
      const [verb, address] = plain[name] ?? [method, url];
      return route(verb, parseTarget(address, 'localhost'), (header) => headers.includes(header), service);
    };
    if ((OPERATION_NAMES as readonly string[]).includes(name)) expect(ask()).toBe(name);
    else expect(ask).toThrow('NotImplemented');
  });

  it('covers all operations of the SDK model', () => {
    expect(model.length).toBeGreaterThan(100);
  });

  it('routes to operations that exist', () => {
    expect(OPERATION_NAMES.filter((name) => operations[name] === undefined)).toEqual([]);
  });
});
