import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

describe('pages of listings', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
  });

  const s3 = () => clientOf(server);
  const upload = async (Key: string): Promise<string> => {
    const { UploadId = '' } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    return UploadId;
  };
  const uploads = async (more: object) => s3().send(new ListMultipartUploadsCommand({ Bucket, ...more }));

  it.each([
    ['a b.txt', 'a+b.txt'],
    ['a+b.txt', 'a%2Bb.txt'],
    ['100%.csv', '100%25.csv'],
    ['한글/x.txt', '%ED%95%9C%EA%B8%80/x.txt'],
    ['test_file(3).png', 'test_file%283%29.png'],
    ["~!'*@=:", '%7E%21%27*%40%3D%3A'],
    ['.-_', '.-_'],
  ])('encode %s as %s', async (Key, encoded) => {
    await s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await upload(Key);
    const objects = await s3().send(new ListObjectsV2Command({ Bucket, EncodingType: 'url', Prefix: Key }));
    expect(objects).toMatchObject({ Prefix: encoded, Contents: [{ Key: encoded }], EncodingType: 'url' });
    const versions = await s3().send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
    expect(versions.Versions).toMatchObject([{ Key: encoded }]);
    expect(await uploads({ EncodingType: 'url' })).toMatchObject({
      NextKeyMarker: encoded,
      Uploads: [{ Key: encoded }],
    });
  });

  it('of uploads continue after the last upload, not after a common prefix', async () => {
    const first = await upload('a');
    await upload('b/1');
    expect(await uploads({ Delimiter: '/', Prefix: 'b' })).toMatchObject({ NextKeyMarker: '', NextUploadIdMarker: '' });
    expect(await uploads({ Delimiter: '/' })).toMatchObject({
      NextKeyMarker: 'a',
      NextUploadIdMarker: first,
      CommonPrefixes: [{ Prefix: 'b/' }],
    });
  });

  it('of uploads require an existing upload as marker', async () => {
    const ids = [await upload('a'), await upload('a'), await upload('b')];
    const [first = '', second = ''] = ids;
    const after = async (KeyMarker: string, UploadIdMarker: string) =>
      ((await uploads({ KeyMarker, UploadIdMarker })).Uploads ?? []).map(({ UploadId }) => UploadId);
    expect(await after('a', first)).toEqual(ids.slice(1));
    expect(await after('', second)).toEqual(ids);
    const refusal = { name: 'InvalidArgument', message: 'Invalid uploadId marker', ArgumentName: 'upload-id-marker' };
    await expect(after('b', first)).rejects.toMatchObject(refusal);
    await s3().send(new AbortMultipartUploadCommand({ Bucket, Key: 'a', UploadId: first }));
    await expect(after('a', first)).rejects.toMatchObject(refusal);
  });

  it('contain RestoreStatus if requested', async () => {
    const archived = { Bucket, Key: 'archived', StorageClass: 'GLACIER' } as const;
    await s3().send(new PutObjectCommand({ ...archived, Body: 'x' }));
    await s3().send(new PutObjectCommand({ ...archived, Key: 'restored', Body: 'x' }));
    await s3().send(new RestoreObjectCommand({ Bucket, Key: 'restored', RestoreRequest: { Days: 1 } }));
    const RestoreStatus = { IsRestoreInProgress: false, RestoreExpiryDate: expect.any(Date) as Date };
    const OptionalObjectAttributes = ['RestoreStatus' as const];
    const { Contents } = await s3().send(new ListObjectsV2Command({ Bucket, OptionalObjectAttributes }));
    expect(Contents?.map((item) => item.RestoreStatus)).toEqual([undefined, RestoreStatus]);
    const { Versions } = await s3().send(new ListObjectVersionsCommand({ Bucket, OptionalObjectAttributes }));
    expect(Versions?.map((item) => item.RestoreStatus)).toEqual([undefined, RestoreStatus]);
    const without = await s3().send(new ListObjectsV2Command({ Bucket }));
    expect(without.Contents?.map((item) => item.RestoreStatus)).toEqual([undefined, undefined]);
  });
});
