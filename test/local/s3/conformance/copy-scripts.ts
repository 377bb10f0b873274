import {
  CopyObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
} from '@aws-sdk/client-s3';
import type { Scenario } from './harness';
import { Calls, type Script } from './scripts';

const JSON_BODY = '{"key": "value"}';
const JSON_OBJECT = { ContentType: 'application/json', Metadata: { key: 'value' } };
const SOURCE = 'source content';

const scripts: Record<string, Script> = {};

function script(name: string, play: Script['play'], leftOut?: Script['leftOut']): void {
  scripts[name] = { play, ...(leftOut !== undefined && { leftOut }) };
}

script('test_copy_in_place_with_bucket_encryption', async (scenario) => {
  const { step, s3: client, bucket: Bucket } = scenario;
  const s3 = new Calls(scenario);
  await step('put-bucket-encryption', () =>
    client.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
        },
      }),
    ),
  );
  await step('put-obj', () => s3.put('k', ''));
  await step('copy-obj', () => s3.copy('k', 'k'));
});

script('test_copy_object_special_character', async (scenario) => {
  const { step, s3: client, bucket: Bucket, server } = scenario;
  const s3 = new Calls(scenario);
  const target = `${Bucket}-copies`;
  server.createBucket(target);
  for (const key of ['file%2Fname', 'test@key/', 'test key/', 'test key//', 'a/%F0%9F%98%80/', 'test+key']) {
    await step(`put-object-src-special-char-${key}`, () => s3.put(key, 'test'));
    const CopySource = `${Bucket}/${encodeURIComponent(key)}`;
    await step(`copy-object-special-char-${key}`, () =>
      client.send(new CopyObjectCommand({ Bucket: target, Key: key, CopySource })),
    );
  }
  await step('list-object-copy-dest-special-char', async () => {
    const list = await client.send(new ListObjectsV2Command({ Bucket: target }));
    // boto3 requests encoded names and decodes them.
    return { ...list, EncodingType: 'url' };
  });
});

script('test_s3_copy_content_type_and_metadata', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put_object', () => s3.put('k', JSON_BODY, JSON_OBJECT));
  await step('head_object', () => s3.head('k'));
  await step('copy_object', () => s3.copy('k', 'copy'));
  await step('head_object_copy', () => s3.head('copy'));
  await step('copy_object_second', () =>
    s3.copy('k', 'second', { MetadataDirective: 'COPY', Metadata: { other: 'x' } }),
  );
  await step('head_object_second_copy', () => s3.head('second'));
});

script('test_s3_copy_md5', async (scenario) => {
  const s3 = new Calls(scenario);
  await s3.put('k', 'something');
  await scenario.step('copy-obj', () => s3.copy('k', 'copy'));
});

script('test_s3_copy_metadata_directive_copy', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-object', () => s3.put('k', 'test', { Metadata: { key: 'value' }, ContentLanguage: 'en-US' }));
  await step('head-object', () => s3.head('k'));
  await step('copy-object', () =>
    s3.copy('k', 'copy', { MetadataDirective: 'COPY', Metadata: { other: 'x' }, ContentType: 'image/jpg' }),
  );
  await step('head-object-copy', () => s3.head('copy'));
});

script('test_s3_copy_metadata_replace', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put_object', () => s3.put('k', JSON_BODY, { ...JSON_OBJECT, ContentLanguage: 'en-US' }));
  await step('head_object', () => s3.head('k'));
  const replaced = {
    MetadataDirective: 'REPLACE',
    Metadata: { 'another-key': 'value' },
    ContentType: 'image/jpg',
  } as const;
  await step('copy_object', () => s3.copy('k', 'copy', replaced));
  await step('head_object_copy', () => s3.head('copy'));
});

script('test_s3_copy_object_in_place', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put_object', () => s3.put('k', JSON_BODY, JSON_OBJECT));
  await step('head_object', () => s3.head('k'));
  await step('object-attrs', () => s3.attributes('k', ['StorageClass']));
  await step('copy-object-in-place-no-change', () => s3.copy('k', 'k'));
  await step('copy-object-in-place-with-storage-class', () =>
    s3.copy('k', 'k', { ChecksumAlgorithm: 'SHA256', StorageClass: 'STANDARD' }),
  );
  await step('object-attrs-after-copy', () => s3.attributes('k', ['StorageClass']));
  await step('object-acl', () => acl(scenario, 'k'));
  await step('copy-object-in-place-with-acl', () => s3.copy('k', 'k', { ACL: 'public-read' }));
});

async function acl(scenario: Scenario, Key: string): Promise<object> {
  const { GetObjectAclCommand } = await import('@aws-sdk/client-s3');
  return scenario.s3.send(new GetObjectAclCommand({ Bucket: scenario.bucket, Key }));
}

script('test_s3_copy_object_in_place_metadata_directive', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const Metadata = { key2: 'value2' };
  await step('put_object', () => s3.put('k', JSON_BODY, JSON_OBJECT));
  await step('head_object', () => s3.head('k'));
  await step('no-metadata-directive-fail', () => s3.copy('k', 'k', { Metadata }));
  await step('copy-replace-directive', () => s3.copy('k', 'k', { Metadata, MetadataDirective: 'REPLACE' }));
  await step('head-replace-directive', () => s3.head('k'));
  await step('copy-copy-directive', () => s3.copy('k', 'k', { MetadataDirective: 'COPY', StorageClass: 'STANDARD' }));
  await step('head-copy-directive', () => s3.head('k'));
  await step('copy-copy-directive-ignore', () =>
    s3.copy('k', 'k', { MetadataDirective: 'COPY', Metadata: { key3: 'value3' }, StorageClass: 'STANDARD' }),
  );
  await step('head-copy-directive-ignore', () => s3.head('k'));
  await step('copy-replace-directive-empty', () => s3.copy('k', 'k', { MetadataDirective: 'REPLACE' }));
  await step('head-replace-directive-empty', () => s3.head('k'));
});

script('test_s3_copy_object_in_place_storage_class', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-object', () => s3.put('k', 'test'));
  await step('head-object', () => s3.head('k'));
  await step('object-attrs', () => s3.attributes('k', ['StorageClass']));
  await step('copy-object-in-place-with-storage-class', () => s3.copy('k', 'k', { StorageClass: 'STANDARD' }));
  await step('object-attrs-after-copy', () => s3.attributes('k', ['StorageClass']));
});

script('test_s3_copy_object_storage_class', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-object', () => s3.put('k', 'test', { StorageClass: 'STANDARD_IA' }));
  await step('head-object', () => s3.head('k'));
  await step('object-attrs', () => s3.attributes('k', ['StorageClass']));
  await step('copy-object-in-place-with-storage-class', () => s3.copy('k', 'k', { StorageClass: 'STANDARD' }));
  await step('object-attrs-after-copy', () => s3.attributes('k', ['StorageClass']));
  await step('exc-invalid-request-storage-class', () => s3.copy('k', 'k'));
});

script('test_s3_copy_object_in_place_suspended_only', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const replace = async () => s3.copy('k', 'k', { MetadataDirective: 'REPLACE' });
  await step('put_object', () => s3.put('k', JSON_BODY, JSON_OBJECT));
  await step('head_object', () => s3.head('k'));
  await step('copy-in-place-non-versioned', replace);
  await step('head-object-copied', () => s3.head('k'));
  await step('get-object-copied', () => s3.get('k'), ['Body']);
  await s3.versioning('Suspended');
  await step('copy-in-place-versioned-suspended', replace);
  await step('head-object-copied-suspended', () => s3.head('k'));
  await step('get-object-copied-suspended', () => s3.get('k'), ['Body']);
  await step('copy-in-place-versioned-suspended-twice', replace);
});

script('test_s3_copy_object_in_place_versioned', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const replace = async () => s3.copy('k', 'k', { MetadataDirective: 'REPLACE' });
  await s3.versioning();
  await step('put_object', () => s3.put('k', JSON_BODY, JSON_OBJECT));
  await step('head_object', () => s3.head('k'));
  await step('object-attrs', () => s3.attributes('k', ['StorageClass']));
  await step('copy-object-in-place-no-change', () => s3.copy('k', 'k'));
  const second = await step('copy-in-place-versioned', replace);
  await step('head-object-copied', () => s3.head('k'));
  await step('get-object-copied', () => s3.get('k'), ['Body']);
  await s3.versioning('Suspended');
  await step('copy-in-place-versioned-suspended', replace);
  await step('head-object-copied-suspended', () => s3.head('k'));
  await step('get-object-copied-suspended', () => s3.get('k'), ['Body']);
  await step('head-object-previous-version-suspended', () => s3.head('k', { VersionId: second.VersionId }));
  await s3.versioning();
  await step('copy-in-place-versioned-re-enabled', replace);
});

script('test_s3_copy_object_src_not_exists', async (scenario) => {
  const { step, s3: client, bucket: Bucket } = scenario;
  const s3 = new Calls(scenario);
  // Recorded before S3 added a checksum to every object.
  const later = ['ChecksumCRC64NVME', 'ChecksumType'];
  await step('copy-object-src-bucket-not-exists', () =>
    client.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: 'no-such-bucket-at-all/k' })),
  );
  await step('copy-object-src-object-not-exists', () => s3.copy('random-src-key', 'k'));
  await s3.versioning();
  const put = await step('put-obj-versioned', () => s3.put('random-src-key', undefined), [...later, 'ChecksumCRC32']);
  const marker = await step('del-obj-versioned', () => s3.delete('random-src-key'));
  await step('copy-object-src-delete-marker-current-version', () => s3.copy('random-src-key', 'k'));
  const version = (id: string) => `random-src-key?versionId=${id}`;
  await step('copy-object-src-target-delete-marker', () => s3.copy(version(marker.VersionId), 'k'));
  await step('copy-object-src-target-object-version', () => s3.copy(version(put.VersionId), 'k'), [
    ...later,
    'ChecksumCRC32',
  ]);
});

script('test_s3_copy_object_wrong_format', async ({ step, s3, bucket: Bucket }) => {
  await step('copy-object-wrong-copy-source', () =>
    s3.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: 'no-slash' })),
  );
});

for (const directive of ['COPY', 'REPLACE', 'None'] as const) {
  const chosen = directive === 'None' ? {} : { TaggingDirective: directive };
  const tags = async (scenario: Scenario, Key: string, VersionId?: string) =>
    scenario.s3.send(new GetObjectTaggingCommand({ Bucket: scenario.bucket, Key, ...(VersionId && { VersionId }) }));

  script(`test_s3_copy_tagging_directive[${directive}]`, async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    await step('put-object', () => s3.put('k', 'test', { Tagging: 'key1=value1' }));
    await step('get-object-tag', () => tags(scenario, 'k'));
    await step('copy-object', () => s3.copy('k', 'copy', { ...chosen, Tagging: 'key2=value2' }));
    await step('get-copy-object-tag', () => tags(scenario, 'copy'));
    await step('copy-object-tag-empty', () => s3.copy('k', 'empty', chosen));
    await step('get-copy-object-tag-empty', () => tags(scenario, 'empty'));
  });

  script(`test_s3_copy_tagging_directive_versioned[${directive}]`, async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    await s3.versioning();
    const first = await step('put-object', () => s3.put('k', 'test', { Tagging: 'key1=value1' }));
    await step('put-object-v2', () => s3.put('k', 'test-v2', { Tagging: 'key1=value1-v2' }));
    await step('get-object-tag', () => tags(scenario, 'k'));
    await step('get-object-tag-v1', () => tags(scenario, 'k', first.VersionId));
    const v1 = `k?versionId=${first.VersionId}`;
    await step('copy-object', () => s3.copy('k', 'copy', { ...chosen, Tagging: 'key2=value2' }));
    await step('get-copy-object-tag', () => tags(scenario, 'copy'));
    await step('copy-object-tag-empty', () => s3.copy('k', 'empty', chosen));
    await step('get-copy-object-tag-empty', () => tags(scenario, 'empty'));
    await step('copy-object-v1', () => s3.copy(v1, 'copy-v1', { ...chosen, Tagging: 'key2=value2' }));
    await step('get-copy-object-tag-v1', () => tags(scenario, 'copy-v1'));
    await step('copy-object-tag-empty-v1', () => s3.copy(v1, 'empty-v1', chosen));
    await step('get-copy-object-tag-empty-v1', () => tags(scenario, 'empty-v1'));
  });
}

const RANGES: Readonly<Record<string, string>> = {
  'wrong-format': '0-8',
  ...Object.fromEntries(
    ['1-0', '-1-', '0--1', '0-1,3-4,7-9', '-', '-0', '0-100', '100-200', '1-', '-2', '-15'].map((range) => [
      `range-exc-${range}`,
      `bytes=${range}`,
    ]),
  ),
};

script('test_upload_part_copy_range', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-upload-part-copy';
  await step('put-src-object', () => s3.put('source', '0123456789'));
  const { UploadId } = await step('create-multipart', () => s3.create(key));
  for (const [index, CopySourceRange] of ['bytes=0-8', 'bytes=1-1', 'bytes=0-0'].entries()) {
    const part = { PartNumber: index + 1, CopySourceRange };
    await step(`upload-part-copy-${index + 1}`, () => s3.partCopy(key, UploadId, 'source', part));
  }
  await step('list-parts', () => s3.listParts(key, UploadId));
  for (const [name, CopySourceRange] of Object.entries(RANGES)) {
    await step(`upload-part-copy-${name}`, () => s3.partCopy(key, UploadId, 'source', { CopySourceRange }));
  }
});

script('test_upload_part_copy_no_copy_source_range', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-upload-part-copy';
  await step('put-src-object', () => s3.put('source', '0123456789'));
  const { UploadId } = await step('create-multipart', () => s3.create(key));
  await step('upload-part-copy', () => s3.partCopy(key, UploadId, 'source'));
  await step('list-parts', () => s3.listParts(key, UploadId));
});

const DAY = 24 * 60 * 60 * 1000;
const past = new Date(Date.now() - DAY);
const future = new Date(Date.now() + DAY);
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';

/** Conditions on the source of a part copy: scenario, step, condition, whether the parts are listed afterwards. */
const CONDITIONS: readonly (readonly [string, string, object])[] = [
  ['if_match_failed', 'source-if-match', { CopySourceIfMatch: '"no"' }],
  ['if_match_success', 'if-match', { CopySourceIfMatch: ETAG }],
  ['if_match_none_success', 'if-none-match', { CopySourceIfNoneMatch: '"no"' }],
  ['if_none_match_failed', 'source-if-none-match', { CopySourceIfNoneMatch: ETAG }],
  ['if_modified_since_success', 'if-modified-since', { CopySourceIfModifiedSince: past }],
  ['if_modified_since_in_future_success', 'if-modified-since-in-future', { CopySourceIfModifiedSince: future }],
  ['if_unmodified_since_success', 'if-unmodified-since', { CopySourceIfUnmodifiedSince: future }],
  ['if_unmodified_since_match_failed', 'source-unmodified-since-match', { CopySourceIfUnmodifiedSince: past }],
  [
    'if_none_match_and_if_unmodified_since_match_failed',
    'source-unmodified-since-and-if-none-match',
    { CopySourceIfNoneMatch: '"no"', CopySourceIfUnmodifiedSince: past },
  ],
  ['if_match_and_if_unmodified_since_match', '', { CopySourceIfMatch: ETAG, CopySourceIfUnmodifiedSince: past }],
];

for (const [name, stepName, condition] of CONDITIONS) {
  script(`test_upload_part_copy_with_copy_source_${name}`, async (scenario) =>
    partCopyWith(scenario, stepName, condition),
  );
}
script('test_upload_part_copy_with_if_modified_since_failed', async (scenario) => {
  // Later than the object, but not in the future.
  const s3 = new Calls(scenario);
  await s3.put('source', '0123456789');
  const { LastModified } = await s3.head('source');
  await partCopyWith(scenario, 'source-modified-since-match', { CopySourceIfModifiedSince: LastModified });
});

async function partCopyWith(scenario: Scenario, stepName: string, condition: object): Promise<void> {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'destination_file.txt';
  await s3.put('source', '0123456789');
  const { UploadId = '' } = await s3.create(key);
  const name = stepName === '' ? 'upload-part-copy' : `upload-part-copy-${stepName}`;
  const answer: any = await step(name, () => s3.partCopy(key, UploadId, 'source', condition));
  if (answer !== undefined) await step('list-parts', () => s3.listParts(key, UploadId));
}

script('test_copy_object_if_match', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('source', SOURCE);
  const { ETag } = await s3.put('k', 'other');
  await step('copy-obj-if-match-fail-wrong-etag', () => s3.copy('source', 'k', { IfMatch: '"no"' }));
  await step('copy-obj-if-match', () => s3.copy('source', 'k', { IfMatch: ETag }));
  await step('copy-obj-if-match-fail-no-object', () => s3.copy('source', 'non-existent-key', { IfMatch: ETag }));
});

script('test_copy_object_if_match_in_place', async (scenario) => {
  const s3 = new Calls(scenario);
  const { ETag } = await s3.put('k', SOURCE);
  await scenario.step('copy-obj-if-match-in-place', () =>
    s3.copy('k', 'k', { IfMatch: ETag, MetadataDirective: 'REPLACE' }),
  );
});

script('test_copy_object_if_match_versioned_bucket', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const unknown = ['ETag', 'ChecksumCRC32'];
  await s3.versioning();
  await s3.put('source-object', SOURCE);
  const first = await step('put-obj', () => s3.put('dest-object', 'a'.repeat(15)), unknown);
  await step('copy-obj-if-match-wrong-etag', () => s3.copy('source-object', 'dest-object', { IfMatch: '"no"' }));
  await step('del-obj', () => s3.delete('dest-object'));
  await step('copy-obj-after-del-exc', () => s3.copy('source-object', 'dest-object', { IfMatch: first.ETag }));
  const second = await step('put-obj-after-del', () => s3.put('dest-object', 'b'.repeat(24)), unknown);
  await step('copy-obj-if-match', () => s3.copy('source-object', 'dest-object', { IfMatch: second.ETag }));
  await step('list-object-versions', () => s3.versions(), unknown);
});

script('test_copy_object_if_none_match', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('source', SOURCE);
  await step('copy-obj', () => s3.copy('source', 'k', { IfNoneMatch: '*' }));
  await step('copy-obj-if-none-match-fail', () => s3.copy('source', 'k', { IfNoneMatch: '*' }));
});

script('test_copy_object_if_none_match_in_place', async (scenario) => {
  const s3 = new Calls(scenario);
  await s3.put('k', SOURCE);
  const options = { IfNoneMatch: '*', MetadataDirective: 'REPLACE' } as const;
  await scenario.step('copy-obj-if-none-match-fail', () => s3.copy('k', 'k', options));
});

script('test_copy_object_if_none_match_versioned_bucket', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const copy = async () => s3.copy('source-object', 'dest-object', { IfNoneMatch: '*' });
  await s3.versioning();
  await s3.put('source-object', SOURCE);
  await step('copy-obj', copy);
  await step('copy-obj-if-none-match-fail', copy);
  await step('del-obj', () => s3.delete('dest-object'));
  await step('copy-obj-after-del', copy);
  await step('list-object-versions', () => s3.versions());
});

script('test_copy_object_precondition_write_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('source', SOURCE);
  await step('copy-obj-none-match-etag', () => s3.copy('source', 'k', { IfNoneMatch: '"etag"' }));
  await step('copy-obj-if-match-star', () => s3.copy('source', 'k', { IfMatch: '*' }));
  await step('copy-obj-both', () => s3.copy('source', 'k', { IfMatch: '"etag"', IfNoneMatch: '*' }));
});

export const copyScripts: Readonly<Record<string, Script>> = scripts;
