import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { encodeLocations } from '../../lib/private/protocol';
import { Harness, MIB } from './harness';
import { LenientProxy } from './lenient-proxy';

let harness: Harness;
let proxy: LenientProxy;

beforeAll(async () => {
  harness = await Harness.start();
  proxy = await LenientProxy.start(harness.server.endpoint);
  harness.server.createBucket('plain');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
    MPCOPY_LOCATIONS: encodeLocations({
      sources: [{ bucket: 'plain', prefix: '' }],
      destinations: [{ bucket: 'lake', prefix: '' }],
    }),
  });
});
afterAll(async () => {
  await proxy.close();
  await harness.stop();
});

const source = 's3://plain/object.bin';
const partSize = 5 * MIB;

async function put(fill: string, tags = '') {
  const object = { Bucket: 'plain', Key: 'object.bin', Body: Buffer.alloc(11 * MIB, fill) };
  await harness.client.send(new PutObjectCommand({ ...object, ...(tags !== '' && { Tagging: tags }) }));
}

async function putParts(fill: string, object = { Bucket: 'plain', Key: 'object.bin' }) {
  const { client } = harness;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const upload = { ...object, UploadId };
  const sizes = [5 * MIB, MIB];
  const putPart = async (size: number, index: number) => {
    const part = { ...upload, PartNumber: index + 1, Body: Buffer.alloc(size, fill) };
    return { PartNumber: index + 1, ETag: (await client.send(new UploadPartCommand(part))).ETag };
  };
  const MultipartUpload = { Parts: await Promise.all(sizes.map(putPart)) };
  await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
}

const headCopy = (Key: string) => harness.client.send(new HeadObjectCommand({ Bucket: 'lake', Key }));

describe('a server that stores no checksums and ignores conditions', () => {
  test('copies an object that stays as it is', async () => {
    await put('a');
    const result = await harness.copy({ source, destination: 's3://lake/same', options: { partSize } });
    expect(result).toMatchObject({ status: 'COPIED', integrity: { verifiedBy: 'size', algorithm: '' }, checksums: {} });
  });

  test('makes no object of a source that was overwritten', async () => {
    await put('a');
    const state = await harness.planParts({ source, destination: 's3://lake/parts', options: { partSize } });
    const begun = await harness.begin(state);
    await harness.copyPart(begun, 1);
    await put('b');
    for (const partNumber of [2, 3]) await harness.copyPart(begun, partNumber);
    await expect(harness.checkParts(begun)).rejects.toMatchObject({
      name: 'SourceChanged',
      message: expect.stringContaining('nothing was created'),
    });
    await expect(headCopy('parts')).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('gives the copy its tags, although it ignores those of the upload', async () => {
    await put('a', 'team=a&stage=b');
    await harness.copy({ source, destination: 's3://lake/tags', options: { partSize } });
    const { TagSet } = await harness.client.send(new GetObjectTaggingCommand({ Bucket: 'lake', Key: 'tags' }));
    expect(TagSet).toEqual([
      { Key: 'team', Value: 'a' },
      { Key: 'stage', Value: 'b' },
    ]);
  });

  test('may answer CopyObject with an ETag without quotes', async () => {
    await put('a');
    const result = await harness.copy({ source, destination: 's3://lake/quotes' });
    expect(result).toMatchObject({ status: 'COPIED', parts: 1, integrity: { verifiedBy: 'etag' } });
    expect(result.destination.etag).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('does not hide that CopyObject copied another object than Plan saw', async () => {
    await putParts('a');
    const destination = 's3://lake/once';
    const state = await harness.planObject({ source, destination, options: { partSize: '64MiB' } });
    await putParts('b');
    const made = await harness.copyOnce(state);
    await expect(harness.verify(made)).rejects.toMatchObject({
      name: 'SourceChanged',
      message: expect.stringMatching(/overwritten while it was being copied.*s3:\/\/lake\/once .* was made/),
    });
  });

  test('may leave a copy by CopyObject the ETag of a source in parts', async () => {
    await putParts('a');
    const state = await harness.planObject({ source, destination: 's3://lake/etag', options: { partSize: '64MiB' } });
    const made = await harness.copyOnce(state);
    // The embedded S3 gives such a copy an ETag of its own, as Amazon S3 does.
    await putParts('a', { Bucket: 'lake', Key: 'etag' });
    const { ETag, LastModified } = await headCopy('etag');
    const at = LastModified!.toISOString();
    const kept = { ...made, made: { ...made.made, etag: ETag!, made: { from: at, to: at } } };
    expect(await harness.verify(kept)).toMatchObject({ status: 'COPIED', integrity: { verifiedBy: 'size' } });
  });
});
