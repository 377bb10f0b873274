import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

/** A well-formed version ID that does not exist. */
const INVENTED = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD';

describe('version IDs', () => {
  let server: S3Server;
  const Bucket = 'versioned';
  const object = { Bucket, Key: 'k' };

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket, { versioning: 'Enabled' });
    server.createBucket('plain');
  });

  const s3 = () => clientOf(server);
  const put = async (): Promise<string> => {
    const { VersionId = '' } = await s3().send(new PutObjectCommand({ ...object, Body: 'x' }));
    return VersionId;
  };
  const remove = async (VersionId: string) => s3().send(new DeleteObjectCommand({ ...object, VersionId }));
  const removeListed = async (VersionId: string, bucket = Bucket) =>
    s3().send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'k', VersionId }] } }));

  it('that never existed delete nothing', async () => {
    const id = await put();
    for (const VersionId of [INVENTED, `${id.slice(0, -4)}ABCD`, 'x']) {
      await expect(remove(VersionId)).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: 'Invalid version id specified',
        ArgumentName: 'versionId',
        ArgumentValue: VersionId,
      });
      const { Errors, Deleted } = await removeListed(VersionId);
      expect(Deleted).toBeUndefined();
      expect(Errors).toEqual([
        { Code: 'NoSuchVersion', Key: 'k', Message: 'The specified version does not exist.', VersionId },
      ]);
    }
  });

  it('of deleted versions can be deleted again, but not read', async () => {
    const id = await put();
    await put();
    await remove(id);
    expect(await remove(id)).toMatchObject({ VersionId: id });
    expect((await removeListed(id)).Deleted).toEqual([{ Key: 'k', VersionId: id }]);
    await expect(s3().send(new GetObjectCommand({ ...object, VersionId: id }))).rejects.toMatchObject({
      name: 'NoSuchVersion',
      VersionId: id,
    });
  });

  it('do not exist in a bucket without versioning', async () => {
    const plain = { Bucket: 'plain', Key: 'k' };
    await s3().send(new PutObjectCommand({ ...plain, Body: 'x' }));
    const id = await put();
    for (const VersionId of [INVENTED, id]) {
      const refusal = { name: 'InvalidArgument', message: 'Invalid version id specified' };
      await expect(s3().send(new GetObjectCommand({ ...plain, VersionId }))).rejects.toMatchObject(refusal);
      await expect(s3().send(new DeleteObjectCommand({ ...plain, VersionId }))).rejects.toMatchObject(refusal);
      expect((await removeListed(VersionId, 'plain')).Errors).toMatchObject([{ Code: 'NoSuchVersion' }]);
    }
    await s3().send(new GetObjectCommand({ ...plain, VersionId: 'null' }));
    await s3().send(new DeleteObjectCommand({ ...plain, VersionId: 'null' }));
    const missing = new GetObjectCommand({ ...plain, VersionId: 'null' });
    await expect(s3().send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are valid markers of a listing even after their versions are deleted', async () => {
    const ids = [await put(), await put(), await put(), await put()];
    const [oldest = '', older = '', marked = ''] = ids;
    const after = async (VersionIdMarker: string) => {
      const list = new ListObjectVersionsCommand({ Bucket, KeyMarker: 'k', VersionIdMarker });
      return ((await s3().send(list)).Versions ?? []).map(({ VersionId }) => VersionId);
    };
    expect(await after(marked)).toEqual([older, oldest]);
    await remove(marked);
    expect(await after(marked)).toEqual([older, oldest]);
    await remove(oldest);
    expect(await after(oldest)).toEqual([]);
    for (const VersionIdMarker of ['x', INVENTED]) {
      await expect(after(VersionIdMarker)).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: 'Invalid version id specified',
        ArgumentName: 'version-id-marker',
      });
    }
  });
});
