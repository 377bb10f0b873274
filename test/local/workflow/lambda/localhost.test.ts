import { S3Server } from '../../../../local/s3';
import { cleanUp, handler, invoke, newStack, runOnce, stateMachine } from '../support';

const SDK = require.resolve('@aws-sdk/client-s3');
const POINT = 'arn:aws:s3:us-east-1:123456789012:accesspoint/readers';
const ALIAS = 'readers-abcdefghijklmnopqrstuvwxyz1234-s3alias';
const DIRECTORY = 'fast--use1-az4--x-s3';

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
  server.createBucket('behind', { accessPoints: [{ name: 'readers', alias: ALIAS }] });
  server.createBucket('with.dots');
  server.createBucket(DIRECTORY);
  for (const bucket of ['behind', 'with.dots', DIRECTORY]) {
    server.putGenerated({ bucket, key: 'a/k', size: 6 * 1024 ** 2 });
  }
});
afterAll(async () => {
  await cleanUp();
  await server.close();
});

/** Runs the body of a function that has an SDK client `s3`. */
async function inFunction(body: string): Promise<unknown> {
  const { app, stack } = newStack({ region: 'us-east-1', account: '123456789012' });
  const start = `const sdk = require(${JSON.stringify(SDK)}); const s3 = new sdk.S3Client({ maxAttempts: 1, useArnRegion: true });`;
  stateMachine(stack, invoke(stack, 'Call', handler(stack, 'Function', `${start} ${body}`)));
  const s3Endpoint = server.endpoint.replace('127.0.0.1', 'localhost');
  const { status, output, error, cause } = await runOnce(app, {}, { s3Endpoint });
  expect([status, error, cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  return output;
}

describe('the SDK in a function finds, at an endpoint on localhost,', () => {
  test.each([['behind'], ['with.dots'], [POINT], [ALIAS], [DIRECTORY]])('an object of %s', async (Bucket) => {
    const head = `const { ContentLength } = await s3.send(new sdk.HeadObjectCommand({ Bucket: ${JSON.stringify(Bucket)}, Key: 'a/k' }));`;
    expect(await inFunction(`${head} return ContentLength;`)).toBe(6 * 1024 ** 2);
  });

  test.each([
    ['behind/a/k', DIRECTORY],
    [`${DIRECTORY}/a/k`, POINT],
    [encodeURIComponent(`${POINT}/object/a/k`), 'with.dots'],
    [`${ALIAS}/a/k`, ALIAS],
  ])('%s as the source of a part, for an upload to %s', async (CopySource, Bucket) => {
    const size = await inFunction(`
      const object = { Bucket: ${JSON.stringify(Bucket)}, Key: 'copy' };
      const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand(object));
      const part = { ...object, UploadId, PartNumber: 1 };
      const { CopyPartResult } = await s3.send(new sdk.UploadPartCopyCommand({ ...part, CopySource: ${JSON.stringify(CopySource)} }));
      const { Parts } = await s3.send(new sdk.ListPartsCommand({ ...object, UploadId }));
      const MultipartUpload = { Parts: [{ ETag: CopyPartResult.ETag, PartNumber: 1 }] };
      await s3.send(new sdk.CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
      return Parts[0].Size;`);
    expect(size).toBe(6 * 1024 ** 2);
  });
});

test('names below localhost need no resolver in a function', async () => {
  const found = await inFunction(`
    const dns = require('node:dns');
    const both = await dns.promises.lookup('any.label.localhost', { all: true });
    const six = await dns.promises.lookup('LOCALHOST.', 6);
    return { both, six, none: await dns.promises.lookup('any.invalid').catch(({ code }) => typeof code) };`);
  expect(found).toEqual({
    both: [{ address: '127.0.0.1', family: 4 }],
    six: { address: '::1', family: 6 },
    none: 'string',
  });
});
