import {
  PutBucketAclCommand,
  type ObjectCannedACL,
  GetBucketAclCommand,
  GetObjectAclCommand,
} from '@aws-sdk/client-s3';
import { raw } from '../clients';
import { Calls, type Script } from './scripts';

const scripts: Record<string, Script> = {};

function script(name: string, play: Script['play'], leftOut?: Script['leftOut']): void {
  scripts[name] = { play, ...(leftOut !== undefined && { leftOut }) };
}

const UNKNOWN = ['ETag', 'ChecksumCRC64NVME', 'ChecksumCRC32'];

script('test_complete_multipart_parts_order', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-order-parts';
  const body = Buffer.alloc(5 * 1024 ** 2, 'a');
  const upload = async (Key: string, numbers: number[]) => {
    const { UploadId = '' } = await s3.create(Key);
    const parts: object[] = [];
    for (const PartNumber of numbers) {
      const { ETag } = await s3.part(Key, UploadId, PartNumber, body);
      parts.push({ ETag, PartNumber });
    }
    return { UploadId, parts };
  };
  const { UploadId, parts } = await upload(key, [1, 2, 3]);
  await step('upload-part-negative-part-number', () => s3.part(key, UploadId, -1, 'a'));
  await step('complete-multipart-unordered', () => s3.complete(key, UploadId, [...parts].reverse()));
  await step('complete-multipart-ordered', () => s3.complete(key, UploadId, parts), UNKNOWN);
  const stepped = await upload('key-sequence-with-step-2', [1, 3, 5]);
  await step(
    'complete-multipart-with-step-2',
    () => s3.complete('key-sequence-with-step-2', stepped.UploadId, stepped.parts),
    UNKNOWN,
  );
});

script('test_multipart_and_list_parts', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-list-parts';
  const { UploadId } = await step('create-multipart', () => s3.create(key));
  await step('list-part-after-created', () => s3.listParts(key, UploadId));
  await step('list-all-uploads', () => s3.listUploads());
  const part = await step('upload-part', () => s3.part(key, UploadId, 1, 'upload-part-1'.repeat(5)));
  await step('list-part-after-upload', () => s3.listParts(key, UploadId));
  await step('list-all-uploads-after', () => s3.listUploads());
  await step('complete-multipart', () => s3.complete(key, UploadId, [{ PartNumber: 1, ETag: part.ETag }]));
  await step('list-part-after-complete-exc', () => s3.listParts(key, UploadId));
  await step('list-all-uploads-completed', () => s3.listUploads());
  await step('head-multipart-checksum', () => s3.headWithChecksum(key));
  await step('get-multipart-checksum', () => s3.get(key));
});

script('test_multipart_complete_multipart_too_small', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { UploadId = '' } = await s3.create('k');
  const parts: object[] = [];
  for (const PartNumber of [1, 2]) {
    const part = await step(`upload-part${PartNumber}`, () => s3.part('k', UploadId, PartNumber, 'data'));
    parts.push({ PartNumber, ETag: part.ETag });
  }
  await step('complete-exc-no-parts', () => s3.complete('k', UploadId, [], { MultipartUpload: undefined }));
  await step('complete-exc-too-small', () => s3.complete('k', UploadId, parts));
});

script('test_multipart_complete_multipart_wrong_part', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { UploadId = '' } = await s3.create('k');
  const { ETag } = await s3.part('k', UploadId, 1, 'data');
  const wrong = '"d41d8cd98f00b204e9800998ecf8427e"';
  await step('complete-exc-wrong-part-number', () => s3.complete('k', UploadId, [{ PartNumber: 2, ETag }]));
  await step('complete-exc-wrong-etag', () => s3.complete('k', UploadId, [{ PartNumber: 1, ETag: wrong }]));
});

script('test_multipart_copy_object_etag', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('multipart-upload', () => s3.upload('test.file', 'test content 123'));
  await step('copy-object', () => s3.copy('test.file', 'copy'));
  await step('copy-object-in-place', () => s3.copy('test.file', 'test.file', { MetadataDirective: 'REPLACE' }));
  await step('head-obj', () => s3.headWithChecksum('test.file'));
});

script('test_multipart_overwrite_key', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-object', () => s3.put('test.file', 'test content 123'));
  await step('multipart-upload', () => s3.upload('test.file', 'test content 123'));
});

script('test_multipart_key_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { UploadId = '' } = await s3.create('k');
  const { ETag } = await s3.part('k', UploadId, 1, 'data');
  await step('upload-part-wrong-key-name', () => s3.part('other', UploadId, 1, 'data'));
  await step('complete-multipart-wrong-key-name', () => s3.complete('other', UploadId, [{ PartNumber: 1, ETag }]));
  await step('list-parts-wrong-key-name', () => s3.listParts('other', UploadId));
  await step('abort-multipart-wrong-key-name', () => s3.abort('other', UploadId));
});

script('test_multipart_no_such_upload', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('upload-exc', () => s3.part('k', 'fakeid', 1, 'data'));
  await step('complete-exc', () => s3.complete('k', 'fakeid', [{ PartNumber: 1, ETag: 'x' }]));
  await step('abort-exc', () => s3.abort('k', 'fakeid'));
});

script('test_multipart_size_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-multipart-size';
  const { UploadId } = await step('create-mpu', () => s3.create(key));
  const { ETag } = await step('upload-part', () => s3.part(key, UploadId, 1, 'aaaa'));
  const complete = async (MpuObjectSize: number) =>
    s3.complete(key, UploadId, [{ PartNumber: 1, ETag }], { MpuObjectSize });
  await step('complete-multipart-wrong-size', () => complete(5));
  await step('complete-multipart-good-size', () => complete(4));
  await step('get-object-attrs', () => s3.attributes(key, ['ETag', 'Checksum']));
});

script('test_multipart_with_unicode_character_location', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-unicode_—_file';
  const { UploadId } = await step('create-multipart', () => s3.create(key));
  const { ETag } = await s3.part(key, UploadId, 1, 'anything');
  await step('complete-multipart', () => s3.complete(key, UploadId, [{ PartNumber: 1, ETag }]), UNKNOWN);
});

script('test_upload_file_multipart', async (scenario) => {
  const s3 = new Calls(scenario);
  const { UploadId = '' } = await s3.create('k', { ChecksumAlgorithm: 'CRC32' });
  const { ETag, ChecksumCRC32 } = await s3.part('k', UploadId, 1, 'x'.repeat(6144));
  await s3.complete('k', UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }]);
  await scenario.step('get_object', () => s3.get('k'), UNKNOWN);
});

/** Scenarios that start with an object and an upload for the same key. */
const KEY = 'test-precondition';
const LISTED = (ETag: string | undefined) => [{ PartNumber: 1, ETag }];

script('test_multipart_if_match_etag', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const put = await step('put-obj', () => s3.put(KEY, 'test'));
  const first = await step('create-multipart', () => s3.create(KEY));
  const part = await s3.part(KEY, first.UploadId, 1, 'test');
  const done = await step('complete-multipart-if-match', () =>
    s3.complete(KEY, first.UploadId, LISTED(part.ETag), { IfMatch: put.ETag }),
  );
  const second = await step('create-multipart-overwrite', () => s3.create(KEY));
  await s3.part(KEY, second.UploadId, 1, 'test');
  await step('complete-multipart-if-match-true-etag', () =>
    s3.complete(KEY, second.UploadId, LISTED(part.ETag), { IfMatch: part.ETag }),
  );
  await step('complete-multipart-if-match-overwrite-multipart', () =>
    s3.complete(KEY, second.UploadId, LISTED(part.ETag), { IfMatch: done.ETag }),
  );
});

script('test_multipart_if_match_with_delete', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const put = await step('put-obj', () => s3.put(KEY, 'test'));
  const { UploadId } = await step('create-multipart', () => s3.create(KEY));
  const part = await s3.part(KEY, UploadId, 1, 'test');
  const complete = async () => s3.complete(KEY, UploadId, LISTED(part.ETag), { IfMatch: put.ETag });
  await step('del-obj', () => s3.delete(KEY));
  await step('complete-multipart-after-del', complete);
  await step('put-obj-2', () => s3.put(KEY, 'test'));
  await step('complete-multipart-if-match-after-put', complete);
});

for (const [name, during] of [
  ['test_multipart_if_match_with_put', 'test2'],
  ['test_multipart_if_match_with_put_identical', 'test'],
] as const) {
  script(name, async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const before = await step('put-obj', () => s3.put(KEY, 'test'));
    const first = await step('create-multipart', () => s3.create(KEY));
    const part = await s3.part(KEY, first.UploadId, 1, 'test');
    const complete = async (UploadId: string, IfMatch: string) =>
      s3.complete(KEY, UploadId, LISTED(part.ETag), { IfMatch });
    const put = await step('put-obj-during', () => s3.put(KEY, during));
    if (during !== 'test') {
      await step('complete-multipart-if-match-put-before', () => complete(first.UploadId, before.ETag));
    }
    await step('complete-multipart-if-match-put-during', () => complete(first.UploadId, put.ETag));
    const second = await step('create-multipart-again', () => s3.create(KEY));
    await s3.part(KEY, second.UploadId, 1, 'test');
    await step('complete-multipart-if-match-put-before-restart', () => complete(second.UploadId, put.ETag));
  });
}

script('test_multipart_if_none_match_with_delete', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-obj', () => s3.put(KEY, ''));
  const first = await step('create-multipart', () => s3.create(KEY));
  const part = await s3.part(KEY, first.UploadId, 1, 'test');
  const complete = async (UploadId = '') => s3.complete(KEY, UploadId, LISTED(part.ETag), { IfNoneMatch: '*' });
  await step('complete-multipart-if-none-match', () => complete(first.UploadId));
  await step('del-obj', () => s3.delete(KEY));
  await step('complete-multipart-after-del', () => complete(first.UploadId));
  const second = await s3.create(KEY);
  await s3.part(KEY, second.UploadId ?? '', 1, 'test');
  await step('complete-multipart-after-del-restart', () => complete(second.UploadId));
});

script('test_multipart_if_none_match_with_put', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { UploadId } = await step('create-multipart', () => s3.create(KEY));
  const { ETag } = await s3.part(KEY, UploadId, 1, 'test');
  await step('put-obj', () => s3.put(KEY, ''));
  await step('complete-multipart-if-none-match-put-during', () =>
    s3.complete(KEY, UploadId, LISTED(ETag), { IfNoneMatch: '*' }),
  );
});

script('test_s3_multipart_upload_acls', async (scenario) => {
  const { step, s3: client, bucket: Bucket } = scenario;
  const s3 = new Calls(scenario);
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  await step('bucket-acl', () => client.send(new GetBucketAclCommand({ Bucket })));
  const acls: (ObjectCannedACL | undefined)[] = [undefined, 'private', 'public-read-write'];
  for (const [index, ACL] of acls.entries()) {
    const Key = `key${index}`;
    await s3.upload(Key, 'anything', ACL === undefined ? {} : { ACL });
    await step(`permission-acl-key${index}`, () => client.send(new GetObjectAclCommand({ Bucket, Key })));
  }
});

script('test_get_object_attributes', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const names = ['StorageClass', 'ETag', 'ObjectSize', 'ObjectParts'];
  const unknown = [...UNKNOWN];
  await s3.put('k', 'x'.repeat(7));
  await step('object-attrs', () => s3.attributes('k', [...names, 'Checksum']), unknown);
  await s3.upload('one', 'upload-part-1'.repeat(5));
  await step('object-attrs-multiparts-1-part', () => s3.attributes('one', names));
  const { UploadId = '' } = await s3.create('two');
  const parts: object[] = [];
  for (const [index, body] of [Buffer.alloc(5242900, 'a'), 'upload-part-1'.repeat(5)].entries()) {
    const { ETag } = await s3.part('two', UploadId, index + 1, body);
    parts.push({ PartNumber: index + 1, ETag });
  }
  await s3.complete('two', UploadId, parts);
  await step('object-attrs-multiparts-2-parts', () => s3.attributes('two', names), unknown);
  await step(
    'object-attrs-multiparts-2-parts-checksum',
    () => s3.attributes('two', ['StorageClass', 'ETag', 'ObjectSize', 'Checksum']),
    unknown,
  );
});

script('test_get_object_attributes_versioned', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'key-attrs-versioned';
  const names = ['StorageClass', 'ETag', 'ObjectSize'];
  await s3.versioning();
  const first = await step('put-obj-v1', () => s3.put(key, 'x'.repeat(7)), UNKNOWN);
  await step('put-obj-v2', () => s3.put(key, 'version 2'), UNKNOWN);
  await step('object-attrs', () => s3.attributes(key, [...names, 'Checksum']), UNKNOWN);
  await step('delete-key', () => s3.delete(key));
  await step('deleted-object-attrs', () => s3.attributes(key, names));
  await step('get-object-attrs-v1', () => s3.attributes(key, names, { VersionId: first.VersionId }), UNKNOWN);
});

script(
  'test_get_object_attributes_with_space',
  async (scenario) => {
    const s3 = new Calls(scenario);
    await s3.put('k', 'test-body', { ChecksumAlgorithm: 'SHA256' });
    for (const names of ['StorageClass, ETag, ObjectSize, Checksum', 'StorageClass,ETag,ObjectSize,Checksum']) {
      const answer = await raw(scenario.server, {
        path: `/${scenario.bucket}/k?attributes`,
        headers: { 'x-amz-object-attributes': names },
      });
      expect(answer.body).toContain('<ChecksumSHA256>2dhlzFTsYGePGxGQhK15rn+TV9HEUZxkV94zFLf7uoo=</ChecksumSHA256>');
      expect(answer.body).toContain('<ETag>70b68ae721a61941a1a62724dde5d5e4</ETag>');
      expect(answer.body).toContain('<ObjectSize>9</ObjectSize>');
      expect(answer.body).toContain('<StorageClass>STANDARD</StorageClass>');
      expect(answer.body).toContain('<ChecksumType>FULL_OBJECT</ChecksumType>');
    }
  },
  {
    'get-attrs-with-whitespace': 'recorded as parsed XML; the script checks the same elements',
    'get-attrs-without-whitespace': 'recorded as parsed XML; the script checks the same elements',
  },
);

export const multipartScripts: Readonly<Record<string, Script>> = scripts;
