import {
  CopyObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  type RestoreRequest,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Server, S3ServerOptions } from '../../../local/s3';
import { clientOf, startServer } from './clients';
import { ManualClock } from './manual-clock';

let server: S3Server;
let client: S3Client;
async function start(options?: S3ServerOptions): Promise<void> {
  server = await startServer(options);
  server.createBucket('bucket');
  client = clientOf(server);
}
afterEach(() => client.destroy());

const object = { Bucket: 'bucket', Key: 'k' };

async function archive(StorageClass: 'GLACIER' | 'DEEP_ARCHIVE' | 'INTELLIGENT_TIERING' = 'GLACIER'): Promise<void> {
  await client.send(new PutObjectCommand({ ...object, Body: 'x', StorageClass }));
  if (StorageClass === 'INTELLIGENT_TIERING') {
    server.amendObject({ bucket: 'bucket', key: 'k', archiveStatus: 'DEEP_ARCHIVE_ACCESS' });
  }
}

async function restore(RestoreRequest: RestoreRequest): Promise<number | undefined> {
  return (await client.send(new RestoreObjectCommand({ ...object, RestoreRequest }))).$metadata.httpStatusCode;
}

const head = () => client.send(new HeadObjectCommand(object));
const copy = () => client.send(new CopyObjectCommand({ Bucket: 'bucket', Key: 'copy', CopySource: 'bucket/k' }));

test('is done at once by default', async () => {
  await start();
  await archive();
  expect([await restore({ Days: 2 }), await restore({ Days: 3 })]).toEqual([202, 200]);
  expect((await head()).Restore).toMatch(/^ongoing-request="false", expiry-date=/);
  await expect(copy()).resolves.toBeDefined();
});

test('takes restoreSeconds, scaled by timeScale', async () => {
  const clock = new ManualClock();
  await start({ restoreSeconds: 40, timeScale: 0.01, clock });
  await archive();
  expect(await restore({ Days: 2, GlacierJobParameters: { Tier: 'Standard' } })).toBe(202);
  expect((await head()).Restore).toBe('ongoing-request="true"');
  await expect(restore({ Days: 2 })).rejects.toMatchObject({ name: 'RestoreAlreadyInProgress' });
  await expect(copy()).rejects.toMatchObject({ name: 'InvalidObjectState', StorageClass: 'GLACIER' });
  clock.advance(399);
  expect((await head()).Restore).toBe('ongoing-request="true"');
  clock.advance(1);
  expect((await head()).Restore).toMatch(/^ongoing-request="false"/);
  await expect(copy()).resolves.toBeDefined();
  // Extending the stay of a restored copy does not start a new restore.
  expect(await restore({ Days: 9 })).toBe(200);
});

test('moves an object out of the archive tiers of Intelligent-Tiering, without days', async () => {
  await start();
  await archive('INTELLIGENT_TIERING');
  expect((await head()).ArchiveStatus).toBe('DEEP_ARCHIVE_ACCESS');
  await expect(copy()).rejects.toMatchObject({ AccessTier: 'DEEP_ARCHIVE_ACCESS' });
  await expect(restore({ Days: 1 })).rejects.toMatchObject({ name: 'MalformedXML' });
  expect(await restore({})).toBe(202);
  const after = await head();
  expect([after.ArchiveStatus, after.Restore]).toEqual([undefined, undefined]);
  await expect(copy()).resolves.toBeDefined();
});

test('refuses an invalid restoreSeconds', async () => {
  await expect(start({ restoreSeconds: -1 })).rejects.toThrow('restoreSeconds -1 is not a valid duration');
  await start();
});

it('an archived object cannot be copied, a restored one can, even onto itself', async () => {
  await start();
  await archive();
  const onto = () => client.send(new CopyObjectCommand({ ...object, CopySource: 'bucket/k' }));
  await expect(onto()).rejects.toMatchObject({
    name: 'InvalidObjectState',
    message: "Operation is not valid for the source object's storage class",
    StorageClass: 'GLACIER',
  });
  await restore({ Days: 1 });
  await onto();
  await expect(onto()).rejects.toMatchObject({ name: 'InvalidRequest' });
});
