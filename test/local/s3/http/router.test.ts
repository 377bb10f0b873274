import { parseTarget } from '../../../../local/s3/http/addressing';
import { OPERATION_NAMES, route } from '../../../../local/s3/http/router';
import { operations } from '../../../../local/s3/operations';

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

  it('tells copies by their header', () => {
    expect(find('PUT', '/b/k', 'x-amz-copy-source')).toBe('CopyObject');
    expect(find('PUT', '/b/k?partNumber=1&uploadId=u', 'x-amz-copy-source')).toBe('UploadPartCopy');
  });

  it('never takes a sub-resource for the object itself', () => {
    expect(() => find('PUT', '/b/k?uploads')).toThrow('MethodNotAllowed');
    expect(() => find('DELETE', '/b?versioning')).toThrow('MethodNotAllowed');
    expect(() => find('GET', '/b?replication')).toThrow('NotImplemented');
    expect(() => find('DELETE', '/b?website')).toThrow('NotImplemented');
    expect(() => find('PATCH', '/b/k')).toThrow('MethodNotAllowed');
  });

  it('routes to operations that exist', () => {
    expect(OPERATION_NAMES.filter((name) => operations[name] === undefined)).toEqual([]);
  });
});
