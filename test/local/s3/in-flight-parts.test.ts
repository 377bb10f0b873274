import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server, S3ServerOptions } from '../../../local/s3';
import { clientOf, startServer, until } from './clients';
import { ManualClock } from './manual-clock';

const object = { Bucket: 'bucket', Key: 'copy' };
const MIB = 1024 ** 2;

describe('a part that is in flight', () => {
  let clock: ManualClock;
  let server: S3Server;
  let UploadId: string | undefined;

  async function start(options: S3ServerOptions = {}): Promise<void> {
    clock = new ManualClock();
    server = await startServer({ clock, latency: { requestSeconds: 0, transferBytesPerSecond: Infinity }, ...options });
    server.createBucket('bucket');
    server.putGenerated({ bucket: 'bucket', key: 'source', size: 78 * MIB });
    ({ UploadId } = await s3().send(new CreateMultipartUploadCommand(object)));
  }

  const s3 = () => clientOf(server);
  const upload = () => ({ ...object, UploadId });
  const list = () => s3().send(new ListPartsCommand(upload()));
  const abort = () => s3().send(new AbortMultipartUploadCommand(upload()));

  /** Starts a part copy, which takes 3.7 s. */
  function copyPart(PartNumber = 1) {
    const copy = s3().send(new UploadPartCopyCommand({ ...upload(), PartNumber, CopySource: 'bucket/source' }));
    copy.catch(() => undefined);
    return copy;
  }

  /** Waits until this number of part copies is in flight. */
  const inFlight = (count = 1) => until(() => clock.dueIn().filter((due) => due === 3700).length === count);

  it('is not listed before it completes', async () => {
    await start();
    const copy = copyPart();
    await inFlight();
    expect((await list()).Parts).toBeUndefined();
    clock.advance(3700);
    await copy;
    expect((await list()).Parts).toHaveLength(1);
  });

  it('fails if its upload is aborted', async () => {
    await start();
    const copy = copyPart();
    await inFlight();
    await abort();
    clock.advance(3700);
    await expect(copy).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(server.openUploads()).toEqual([]);
  });

  describe('with latePartsReopenUploads', () => {
    beforeEach(() => start({ latePartsReopenUploads: true }));

    it('succeeds after the abort and leaves its upload open until the next abort', async () => {
      const copies = [copyPart(1), copyPart(2)];
      await inFlight(2);
      await abort();
      await expect(list()).rejects.toMatchObject({ name: 'NoSuchUpload' });
      expect((await s3().send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))).Uploads).toBeUndefined();
      clock.advance(3700);
      await Promise.all(copies);
      expect((await list()).Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
      expect(server.openUploads()).toMatchObject([{ key: 'copy', uploadId: UploadId }]);
      await abort();
      expect(server.openUploads()).toEqual([]);
      await expect(abort()).rejects.toMatchObject({ name: 'NoSuchUpload' });
    });

    it('can be an UploadPart', async () => {
      server.faults.add({ operation: 'UploadPart', fault: { kind: 'delay', milliseconds: 1000 } });
      const part = s3().send(new UploadPartCommand({ ...upload(), PartNumber: 1, Body: 'part' }));
      await until(() => clock.dueIn().includes(1000));
      await abort();
      clock.advance(1000);
      await part;
      expect((await list()).Parts).toHaveLength(1);
    });

    it('is refused if it starts after the abort', async () => {
      await abort();
      await expect(copyPart()).rejects.toMatchObject({ name: 'NoSuchUpload' });
    });

    it('is refused if its upload was completed', async () => {
      const first = copyPart(1);
      await inFlight();
      clock.advance(3700);
      const ETag = (await first).CopyPartResult?.ETag;
      const late = copyPart(2);
      await inFlight();
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await s3().send(new CompleteMultipartUploadCommand({ ...upload(), MultipartUpload }));
      clock.advance(3700);
      await expect(late).rejects.toMatchObject({ name: 'NoSuchUpload' });
      expect(server.openUploads()).toEqual([]);
    });

    it('is refused if its bucket was deleted, even if it was created again', async () => {
      const copy = copyPart();
      await inFlight();
      server.deleteBucket('bucket');
      server.createBucket('bucket');
      clock.advance(3700);
      await expect(copy).rejects.toMatchObject({ name: 'NoSuchUpload' });
      expect(server.openUploads()).toEqual([]);
    });
  });
});

test('requests take effect late, and nobody waits for them', async () => {
  const clock = new ManualClock();
  const server = await startServer({ clock });
  server.createBucket('bucket');
  const operations = ['CreateMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'PutObject'];
  for (const operation of operations)
    server.faults.add({ operation, times: 1, fault: { kind: 'late-effect', milliseconds: 60_000 } });
  server.putGenerated({ bucket: 'bucket', key: 'source', size: 1 });
  const s3 = clientOf(server);
  const executed = (count: number) => until(() => server.requestLog.entries().length === count);

  await expect(s3.send(new CreateMultipartUploadCommand(object))).rejects.toThrow('ECONNRESET');
  expect(server.openUploads()).toEqual([]);
  clock.advance(60_000);
  await executed(1);
  const [{ uploadId: UploadId } = { uploadId: '' }] = server.openUploads();

  const { ETag } = await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const complete = s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
  await expect(complete).rejects.toThrow('ECONNRESET');
  expect(server.describeObject('bucket', 'copy')).toBeUndefined();
  clock.advance(60_000);
  await executed(3);
  expect(server.describeObject('bucket', 'copy')).toMatchObject({ size: 4 });

  // Somebody else writes to the key before S3 executes the requests.
  const copy = s3.send(new CopyObjectCommand({ ...object, CopySource: 'bucket/source' }));
  await expect(copy).rejects.toThrow('ECONNRESET');
  await expect(s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'put', Body: 'text' }))).rejects.toThrow('RESET');
  server.putGenerated({ bucket: 'bucket', key: 'copy', size: 9 });
  clock.advance(60_000);
  await executed(5);
  expect(server.describeObject('bucket', 'copy')).toMatchObject({ size: 1 });
  expect(server.describeObject('bucket', 'put')).toMatchObject({ size: 4 });
  expect(server.requestLog.entries().at(-1)).toMatchObject({ status: 0 });
});

describe('a late duplicate of a part', () => {
  it.each([
    ['another ETag under SSE-KMS, so that completing with the older one is InvalidPart', 'aws:kms', 'InvalidPart'],
    ['the same ETag under SSE-S3', 'AES256', undefined],
  ] as const)('has %s', async (_, sseAlgorithm, refusal) => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    server.createBucket('bucket', { encryption: { sseAlgorithm } });
    server.putGenerated({ bucket: 'bucket', key: 'source', size: 5 * MIB });
    server.faults.add({ operation: 'UploadPartCopy', times: 1, fault: { kind: 'delay', milliseconds: 60_000 } });
    const s3 = clientOf(server);
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
    const part = { ...object, UploadId, PartNumber: 1, CopySource: 'bucket/source' };
    // The client of the first request disconnects; the request continues.
    const givenUp = new AbortController();
    const first = s3.send(new UploadPartCopyCommand(part), { abortSignal: givenUp.signal });
    await until(() => clock.dueIn().includes(60_000));
    givenUp.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    const second = await s3.send(new UploadPartCopyCommand(part));
    clock.advance(60_000);
    await until(() => server.requestLog.counts().UploadPartCopy === 2);
    const { Parts = [] } = await s3.send(new ListPartsCommand({ ...object, UploadId }));
    const complete = (ETag: string | undefined) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...object,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
    const older = complete(second.CopyPartResult?.ETag);
    if (refusal === undefined) {
      await older;
    } else {
      await expect(older).rejects.toMatchObject({ name: refusal });
      await complete(Parts[0]?.ETag);
    }
  });
});
