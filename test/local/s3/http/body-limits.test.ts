import { createHash } from 'node:crypto';
import type { S3Server } from '../../../../local/s3';
import { raw, startServer } from '../clients';

const MIB = 1024 ** 2;

/** The largest document of each kind that a client may need to send. */
const parts = Array.from(
  { length: 10_000 },
  (_, index) =>
    `<Part><PartNumber>${index + 1}</PartNumber><ETag>&quot;${'a'.repeat(32)}&quot;</ETag><ChecksumSHA512>${'x'.repeat(88)}</ChecksumSHA512></Part>`,
).join('');
const objects = Array.from(
  { length: 1000 },
  (_, index) =>
    `<Object><Key>${String(index).padStart(1024, 'k')}</Key><VersionId>null</VersionId><ETag>e</ETag><Size>1</Size></Object>`,
).join('');

async function bucket(): Promise<{ server: S3Server; uploadId: string }> {
  const server = await startServer();
  server.createBucket('bucket', { objectOwnership: 'ObjectWriter' });
  server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
  await raw(server, { method: 'POST', path: '/bucket/k?uploads' });
  return { server, uploadId: server.openUploads()[0]!.uploadId };
}

const md5 = (body: string): Record<string, string> => ({
  'content-md5': createHash('md5').update(body).digest('base64'),
});

it.each([
  ['10,000 parts', '/bucket/k?uploadId=', `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`, 'InvalidPart'],
  ['1,000 keys', '/bucket?delete', `<Delete>${objects}</Delete>`, 'DeleteResult'],
])('%s are accepted', async (_, path, body, expected) => {
  const { server, uploadId } = await bucket();
  const answer = await raw(server, {
    method: 'POST',
    path: path.replace(/=$/, `=${uploadId}`),
    body,
    headers: md5(body),
  });
  expect(answer.body).toContain(expected);
});

describe.each([
  ['POST', '/bucket/k?uploadId=', 'CompleteMultipartUpload', 4 * MIB, 100_000],
  ['POST', '/bucket?delete', 'Delete', 2 * MIB, 20_000],
  ['PUT', '/bucket?lifecycle', 'LifecycleConfiguration', MIB, 50_000],
  ['PUT', '/bucket/k?tagging', 'Tagging', MIB / 4, 2000],
  ['PUT', '/bucket?acl', 'AccessControlPolicy', MIB / 4, 2000],
  ['PUT', '/bucket?versioning', 'VersioningConfiguration', MIB / 16, 1000],
  ['PUT', '/bucket?policy', 'Policy', MIB / 16, 1000],
] as const)('%s %s', (method, resource, root, bytes, tags) => {
  it.each([
    ['bytes', `<${root}>${' '.repeat(bytes)}</${root}>`],
    ['elements', `<${root}>${'<a/>'.repeat(tags)}</${root}>`],
  ])('refuses too many %s', async (_, body) => {
    const { server, uploadId } = await bucket();
    const path = resource.replace(/=$/, `=${uploadId}`);
    const answer = await raw(server, { method, path, body, headers: md5(body) });
    expect(answer.body).toContain('<Code>MaxMessageLengthExceeded</Code>');
    expect(answer.status).toBe(400);
  });
});
