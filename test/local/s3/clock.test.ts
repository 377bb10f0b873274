import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { clientOf, startServer, until } from './clients';
import { ManualClock } from './manual-clock';

const THEN = Date.parse('2001-02-03T04:05:06Z');

it('all dates are those of the injected clock', async () => {
  const clock = new ManualClock(THEN);
  const server = await startServer({ clock });
  const client = clientOf(server);
  server.createBucket('bucket');
  const object = { Bucket: 'bucket', Key: 'k' };
  await client.send(new PutObjectCommand({ ...object, Body: 'x' }));
  await client.send(new CreateMultipartUploadCommand(object));
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }));
  const { LastModified } = await client.send(new HeadObjectCommand(object));
  const dates = [Buckets[0]?.CreationDate, Uploads[0]?.Initiated, LastModified];
  expect(dates.map((date) => date?.getTime())).toEqual([THEN, THEN, THEN]);
  expect(server.createKmsKey().createdAt).toBe(THEN);
  expect(server.requestLog.entries().map(({ time, milliseconds }) => [time, milliseconds])).toEqual(
    server.requestLog.entries().map(() => ['2001-02-03T04:05:06.000Z', 0]),
  );
});

it('the Date of responses is that of the injected clock', async () => {
  const server = await startServer({ clock: new ManualClock(THEN) });
  const missing = await fetch(`${server.endpoint}/missing/k`);
  const headers = { 'x-amz-target': 'TrentService.ListKeys' };
  const kms = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' });
  const dates = [missing, kms].map((response) => response.headers.get('date'));
  expect(dates).toEqual(Array<string>(2).fill('Sat, 03 Feb 2001 04:05:06 GMT'));
});

it('policies use the injected clock', async () => {
  const clock = new ManualClock(THEN);
  const server = await startServer({ clock, enforceIam: true });
  server.createBucket('bucket');
  server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
  const Condition = { DateLessThan: { 'aws:CurrentTime': '2001-02-03T05:00:00Z' } };
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition };
  server.addPrincipal({ accessKeyId: 'READER', policies: [{ Version: '2012-10-17', Statement }] });
  const client = clientOf(server, { credentials: { accessKeyId: 'READER', secretAccessKey: 'any' } });
  const head = () => client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  await expect(head()).resolves.toBeDefined();
  clock.advance(3_600_000);
  await expect(head()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

it('latency uses the injected clock', async () => {
  const clock = new ManualClock();
  const server = await startServer({ clock, latency: { requestSeconds: 3600 } });
  server.createBucket('bucket');
  const put = clientOf(server).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  let answered = false;
  void put.finally(() => (answered = true));
  await until(() => clock.dueIn().includes(3_600_000));
  clock.advance(3_599_000);
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  clock.advance(2000);
  await put;
});
