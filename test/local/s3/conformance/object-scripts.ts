import {
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { Scenario } from './harness';
import { Calls, type Script } from './scripts';

const scripts: Record<string, Script> = {};

function script(name: string, play: Script['play'], leftOut?: Script['leftOut']): void {
  scripts[name] = { play, ...(leftOut !== undefined && { leftOut }) };
}

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const BODY_UNKNOWN = ['ETag', 'ChecksumCRC32'];

// Conditions of reads, writes and deletes

for (const operation of ['get_object', 'head_object'] as const) {
  script(`test_s3_get_object_preconditions[${operation}]`, async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    await s3.put('k', 'data');
    const { LastModified, ETag = '' } = await s3.head('k');
    const read = async (more: object) => (operation === 'get_object' ? s3.get('k', more) : s3.head('k', more));
    await step('precondition-if-match', () => read({ IfMatch: '"no"' }));
    await step('precondition-if-unmodified-since', () => read({ IfUnmodifiedSince: inDays(-1) }));
    await step('precondition-if-none-match', () => read({ IfNoneMatch: ETag }));
    await step('copy-precondition-if-modified-since', () => read({ IfModifiedSince: LastModified }));
    await step('obj-ignore-future-modified-since', () => read({ IfModifiedSince: inDays(1) }));
    await step('etag-missing-quotes', () => read({ IfNoneMatch: ETag.replaceAll('"', '') }));
    await step('precondition-if-unmodified-since-is-object', () => read({ IfUnmodifiedSince: LastModified }));
    await step('precondition-if-modified-since-is-object', () => read({ IfModifiedSince: LastModified }));
    const both = { IfMatch: ETag, IfNoneMatch: '"other"', IfModifiedSince: inDays(-1), IfUnmodifiedSince: inDays(-1) };
    await step('obj-success', () => read(both));
  });
}

script('test_precondition_failed_error', async (scenario) => {
  const s3 = new Calls(scenario);
  await s3.put('k', 'data');
  await scenario.step('get-object-if-match', () => s3.get('k', { IfMatch: '"not good etag"' }));
});

const KEY = 'test-precondition';

script('test_put_object_if_match', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { ETag } = await step('put-obj', () => s3.put(KEY, 'test'));
  await step('put-obj-if-match-wrong-etag', () => s3.put(KEY, '', { IfMatch: '"no"' }));
  await step('put-obj-overwrite', () => s3.put(KEY, '', { IfMatch: ETag }));
  await step('del-obj', () => s3.delete(KEY));
  await step('put-obj-if-match-key-not-exists', () => s3.put(KEY, '', { IfMatch: ETag }));
  await step('put-obj-after-del', () => s3.put(KEY, ''));
});

script('test_put_object_if_match_and_if_none_match_validation', async (scenario) => {
  const s3 = new Calls(scenario);
  await scenario.step('put-obj-both-precondition', () => s3.put(KEY, '', { IfMatch: '"etag"', IfNoneMatch: '*' }));
});

script('test_put_object_if_match_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-precondition-validation';
  await step('put-obj-if-match-star-value', () => s3.put(key, '', { IfMatch: '*' }));
  await step('put-obj-if-match-bad-value', () => s3.put(key, '', { IfMatch: 'abcd' }));
  await step('put-obj-if-match-bad-value-2', () => s3.put(key, '', { IfMatch: 'bad-char_/' }));
});

script('test_put_object_if_match_versioned_bucket', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.versioning();
  const first = await step('put-obj', () => s3.put(KEY, 'test'));
  await step('put-obj-if-none-match-bad-value', () => s3.put(KEY, '', { IfMatch: '"no"' }));
  await step('del-obj', () => s3.delete(KEY));
  await step('put-obj-after-del-exc', () => s3.put(KEY, '', { IfMatch: first.ETag }));
  const second = await step('put-obj-after-del', () => s3.put(KEY, 'test-after-del'));
  await step('put-obj-if-match', () => s3.put(KEY, 'test-if-match', { IfMatch: second.ETag }));
  await step('list-object-versions', () => s3.versions());
});

script('test_put_object_if_none_match', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-obj', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
  await step('put-obj-if-none-match', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
  await step('del-obj', () => s3.delete(KEY));
  await step('put-obj-after-del', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
});

script('test_put_object_if_none_match_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const { ETag } = await step('put-obj', () => s3.put(KEY, ''));
  await step('put-obj-if-none-match-bad-value', () => s3.put(KEY, '', { IfNoneMatch: ETag }));
});

script('test_put_object_if_none_match_versioned_bucket', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.versioning();
  await step('put-obj', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
  await step('put-obj-if-none-match', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
  await step('del-obj', () => s3.delete(KEY));
  await step('put-obj-after-del', () => s3.put(KEY, '', { IfNoneMatch: '*' }));
  await step('list-object-versions', () => s3.versions());
});

for (const [name, stepName, conditions] of [
  ['all', '-all', { IfMatch: '"a"', IfMatchLastModifiedTime: new Date(), IfMatchSize: 1 }],
  ['modified', '-last-modified', { IfMatchLastModifiedTime: new Date() }],
  ['size', '-size', { IfMatchSize: 1 }],
  ['', '', { IfMatch: '"no"' }],
] as const) {
  const scenarioName = ['test_delete_object_if_match', name, 'non_express'].filter((part) => part !== '').join('_');
  script(scenarioName, async (scenario) => {
    const s3 = new Calls(scenario);
    await s3.put('k', 'test');
    await scenario.step(`delete-obj-if-match${stepName}`, () => s3.delete('k', conditions));
  });
}

// Tags

async function putTags(scenario: Scenario, Key: string, TagSet: any, more: object = {}): Promise<any> {
  return scenario.s3.send(new PutObjectTaggingCommand({ Bucket: scenario.bucket, Key, Tagging: { TagSet }, ...more }));
}

async function getTags(scenario: Scenario, Key: string, more: object = {}): Promise<any> {
  return scenario.s3.send(new GetObjectTaggingCommand({ Bucket: scenario.bucket, Key, ...more }));
}

async function deleteTags(scenario: Scenario, Key: string, more: object = {}): Promise<any> {
  return scenario.s3.send(new DeleteObjectTaggingCommand({ Bucket: scenario.bucket, Key, ...more }));
}

const TWO_TAGS = [
  { Key: 'tag1', Value: 'tag1' },
  { Key: 'tag2', Value: '' },
];

script('test_object_tagging_crud', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-object', () => s3.put('k', 'test-tagging'));
  await step('get-object-tags-empty', () => getTags(scenario, 'k'));
  await step('put-object-tags', () => putTags(scenario, 'k', TWO_TAGS));
  await step('get-object-tags', () => getTags(scenario, 'k'));
  await step('put-object-tags-overwrite', () => putTags(scenario, 'k', [{ Key: 'tag3', Value: 'tag3' }]));
  await step('get-object-tags-overwritten', () => getTags(scenario, 'k'));
  await step('get-obj-after-tags', () => s3.get('k'));
  await step('delete-object-tags', () => deleteTags(scenario, 'k'));
  await step('get-object-tags-deleted', () => getTags(scenario, 'k'));
  await step('get-obj-after-tags-deleted', () => s3.get('k'));
});

script('test_delete_object_tagging', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('k', 'something');
  await step('get-obj', () => s3.get('k'));
  await deleteTags(scenario, 'k');
  await step('get-obj-after-tag-deletion', () => s3.get('k'));
});

script('test_object_tagging_exc', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const none = { Bucket: 'no-such-bucket-at-all' };
  await step('get-no-bucket-tags', () => getTags(scenario, 'k', none));
  await step('delete-no-bucket-tags', () => deleteTags(scenario, 'k', none));
  await step('put-no-bucket-tags', () => putTags(scenario, 'k', TWO_TAGS, none));
  await step('get-no-key-tags', () => getTags(scenario, 'fake-key'));
  await step('delete-no-key-tags', () => deleteTags(scenario, 'fake-key'));
  await step('put-no-key-tags', () => putTags(scenario, 'fake-key', TWO_TAGS));
  await step('put-obj-duplicate-tagging', () => s3.put('k', '', { Tagging: 'key1=val1&key1=val2' }));
  await step('put-obj-wrong-format', () => s3.put('k', '', { Tagging: 'key1=val1,key2=val2' }));
});

script('test_object_tagging_versioned', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.versioning();
  const { VersionId } = await step('put-obj-0', () => s3.put('k', 'test-0', { Tagging: 'test_tag=tagv1' }));
  await step('put-obj-1', () => s3.put('k', 'test-1'));
  const previous = { VersionId };
  await step('put-object-tags-current-version', () => putTags(scenario, 'k', [{ Key: 'tag3', Value: 'tag3' }]));
  await step('get-object-tags-current-version', () => getTags(scenario, 'k'));
  await step('get-object-tags-previous-version', () => getTags(scenario, 'k', previous));
  await step('put-object-tags-previous-version', () =>
    putTags(scenario, 'k', [{ Key: 'tag1', Value: 'tag1' }], previous),
  );
  await step('get-object-tags-previous-version-again', () => getTags(scenario, 'k', previous));
  await deleteTags(scenario, 'k');
  await step('get-object-tags-deleted-current', () => getTags(scenario, 'k'));
  await deleteTags(scenario, 'k', previous);
  // Recorded for the current version.
  await step('get-object-tags-previous-version-deleted', () => getTags(scenario, 'k'));
  const marker = await step('put-delete-marker', () => s3.delete('k'));
  const byId = { VersionId: marker.VersionId };
  await step('put-object-tags-delete-marker-id', () => putTags(scenario, 'k', TWO_TAGS, byId));
  await step('get-object-tags-delete-marker-id', () => getTags(scenario, 'k', byId));
  await step('delete-object-tags-delete-marker-id', () => deleteTags(scenario, 'k', byId));
  await step('put-object-tags-delete-marker-latest', () => putTags(scenario, 'k', TWO_TAGS));
  await step('get-object-tags-delete-marker-latest', () => getTags(scenario, 'k'));
  await step('delete-object-tags-delete-marker-latest', () => deleteTags(scenario, 'k'));
});

script('test_put_object_tagging_empty_list', async (scenario) => {
  const { step } = scenario;
  await new Calls(scenario).put('k', 'something');
  await putTags(scenario, 'k', []);
  await step('created-object-tags', () => getTags(scenario, 'k'));
  await putTags(scenario, 'k', TWO_TAGS);
  await step('updated-object-tags', () => getTags(scenario, 'k'));
  await putTags(scenario, 'k', []);
  await step('deleted-object-tags', () => getTags(scenario, 'k'));
});

script('test_put_object_tagging_none_value', async (scenario) => {
  const { step } = scenario;
  await new Calls(scenario).put('k', 'something');
  await step('put-none-tag-set', () => putTags(scenario, 'k', []));
  await step('get-object-tags-none', () => getTags(scenario, 'k'));
});

script('test_tagging_validation', async (scenario) => {
  const { step, s3: client, bucket: Bucket } = scenario;
  await new Calls(scenario).put('k', 'something');
  const bucketTags = async (TagSet: any) => client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  const objectTags = async (TagSet: any) => putTags(scenario, 'k', TagSet);
  const duplicate = [
    { Key: 'Key1', Value: 'Val1' },
    { Key: 'Key1', Value: 'Val1' },
  ];
  await step('put-bucket-tags-duplicate-keys', () => bucketTags(duplicate));
  await step('put-bucket-tags-invalid-key', () => bucketTags([{ Key: 'Key1,Key2', Value: 'Val1' }]));
  await step('put-bucket-tags-none-key', () => bucketTags([{ Value: 'Val1' }]));
  await step('put-bucket-tags-invalid-value', () => bucketTags([{ Key: 'Key1', Value: 'Val1,Val2' }]));
  await step('put-bucket-tags-none-value', () => bucketTags([{ Key: 'Key1' }]));
  await step('put-bucket-tags-aws-prefixed', () => bucketTags([{ Key: 'aws:prefixed', Value: 'Val1' }]));
  await step('put-object-tags-duplicate-keys', () => objectTags(duplicate));
  await step('put-object-tags-invalid-field', () => objectTags([{ Key: 'Key1,Key2', Value: 'Val1' }]));
  await step('put-object-tags-aws-prefixed', () => objectTags([{ Key: 'aws:prefixed', Value: 'Val1' }]));
  await step('put-object-tags-none-key', () => objectTags([{ Value: 'Val1' }]));
  await step('put-object-tags-none-value', () => objectTags([{ Key: 'Key1' }]));
});

// Object Lock

/** Calls on a bucket with Object Lock. */
function locked(scenario: Scenario): Calls {
  const bucket = `${scenario.bucket}-locked`;
  scenario.server.createBucket(bucket, { objectLock: true, objectOwnership: 'ObjectWriter' });
  return new Calls({ ...scenario, bucket });
}

async function hold(scenario: Scenario, Key: string, Status: 'ON' | 'OFF', more: object = {}): Promise<any> {
  const Bucket = `${scenario.bucket}-locked`;
  return scenario.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status }, ...more }));
}

const GOVERNED = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(1) } as const;

script('test_delete_locked_object', async (scenario) => {
  const { step, s3: client } = scenario;
  const s3 = locked(scenario);
  const Key = 'test-delete-locked';
  const { VersionId } = await step('put-obj', () => s3.put(Key, 'test'));
  await step('put-object-legal-hold', () => hold(scenario, Key, 'ON'));
  await step('delete-object-locked', () => s3.delete(Key, { VersionId }));
  const Delete = { Objects: [{ Key, VersionId }] };
  const Bucket = `${scenario.bucket}-locked`;
  await step('delete-objects-locked', () => client.send(new DeleteObjectsCommand({ Bucket, Delete })));
  await step('put-object-legal-hold-off', () => hold(scenario, Key, 'OFF'));
});

script('test_delete_object_with_no_locking', async (scenario) => {
  const { step, s3: client, bucket: Bucket } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('k', 'test');
  for (const [suffix, BypassGovernanceRetention] of [
    ['', true],
    ['-false', false],
  ] as const) {
    await step(`delete-object-bypass-no-lock${suffix}`, () => s3.delete('k', { BypassGovernanceRetention }));
  }
  const Delete = { Objects: [{ Key: 'k' }] };
  await step('delete-objects-bypass-no-lock', () =>
    client.send(new DeleteObjectsCommand({ Bucket, Delete, BypassGovernanceRetention: true })),
  );
});

script('test_disable_versioning_on_locked_bucket', async (scenario) => {
  const { step } = scenario;
  const s3 = locked(scenario);
  await step('disable-versioning-on-locked-bucket', () => s3.versioning('Suspended'));
  await step('enable-versioning-again-on-locked-bucket', () => s3.versioning());
});

const getLock = async (scenario: Scenario, Bucket: string): Promise<any> =>
  scenario.s3.send(new GetObjectLockConfigurationCommand({ Bucket }));

const putLock = async (scenario: Scenario, Bucket: string, ObjectLockConfiguration?: any): Promise<any> =>
  scenario.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));

const ENABLED = { ObjectLockEnabled: 'Enabled' };

script('test_get_object_lock_configuration_exc', async (scenario) => {
  const { step } = scenario;
  await step('get-lock-config-no-enabled', () => getLock(scenario, scenario.bucket));
  await step('get-lock-config-bucket-not-exists', () => getLock(scenario, 'no-such-bucket-at-all'));
});

script('test_get_put_object_lock_configuration', async (scenario) => {
  const { step } = scenario;
  locked(scenario);
  const bucket = `${scenario.bucket}-locked`;
  const rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } };
  await step('get-lock-config-start', () => getLock(scenario, bucket));
  await step('put-lock-config', () => putLock(scenario, bucket, { ...ENABLED, Rule: rule }));
  await step('get-lock-config', () => getLock(scenario, bucket));
  await step('put-lock-config-enabled', () => putLock(scenario, bucket, ENABLED));
  await step('get-lock-config-only-enabled', () => getLock(scenario, bucket));
});

script('test_put_object_lock_configuration_exc', async (scenario) => {
  const { step } = scenario;
  locked(scenario);
  const put = async (configuration: any) => putLock(scenario, `${scenario.bucket}-locked`, configuration);
  const rule = (DefaultRetention: any) => ({ ...ENABLED, Rule: { DefaultRetention } });
  await step('put-lock-config-no-enabled', () =>
    put(rule({ Mode: 'GOVERNANCE', Days: 1 }).Rule && { Rule: rule({}).Rule }),
  );
  await step('put-lock-config-empty', () => put({}));
  await step('put-lock-config-empty-rule', () => put({ ...ENABLED, Rule: {} }));
  await step('put-lock-config-empty-retention', () => put(rule({})));
  await step('put-lock-config-no-days', () => put(rule({ Mode: 'GOVERNANCE' })));
  await step('put-lock-config-bad-mode', () => put(rule({ Mode: 'BAD-VALUE', Days: 1 })));
  await step('put-lock-config-both-days-years', () => put(rule({ Mode: 'GOVERNANCE', Days: 1, Years: 1 })));
});

script('test_put_object_lock_configuration_on_existing_bucket', async (scenario) => {
  const { step, bucket, s3: client } = scenario;
  const versioning = async (Status: 'Enabled' | 'Suspended') =>
    client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
  const put = async () => putLock(scenario, bucket, ENABLED);
  await step('get-object-lock-existing-bucket-no-config', () => getLock(scenario, bucket));
  await step('put-object-lock-existing-bucket-no-versioning', put);
  await step('suspended-versioning', () => versioning('Suspended'));
  await step('put-object-lock-existing-bucket-versioning-disabled', put);
  await step('enabled-versioning', () => versioning('Enabled'));
  await step('put-object-lock-existing-bucket-enabled', put);
  await step('get-object-lock-existing-bucket-enabled', () => getLock(scenario, bucket));
});

script('test_object_lock_delete_markers', async (scenario) => {
  const { step, s3: client } = scenario;
  const s3 = locked(scenario);
  const Bucket = `${scenario.bucket}-locked`;
  await step('put-object-with-lock', () => s3.put('k', 'x'.repeat(20), GOVERNED), BODY_UNKNOWN);
  await step('head-object-with-lock', () => s3.head('k'), BODY_UNKNOWN);
  const { VersionId } = await step('put-delete-marker', () => s3.delete('k'));
  const named = { Bucket, Key: 'k', VersionId };
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) } as const;
  await step('put-object-retention-delete-marker', () =>
    client.send(new PutObjectRetentionCommand({ ...named, Retention })),
  );
  await step('get-object-retention-delete-marker', () => client.send(new GetObjectRetentionCommand(named)));
  await step('head-object-locked-delete-marker', () => s3.head('k', { VersionId }));
});

script('test_object_lock_extend_duration', async (scenario) => {
  const { step, s3: client } = scenario;
  const s3 = locked(scenario);
  const retain = async (days: number) =>
    client.send(
      new PutObjectRetentionCommand({
        Bucket: `${scenario.bucket}-locked`,
        Key: 'k',
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: inDays(days) },
      }),
    );
  await step('put-object-with-lock', () => s3.put('k', 'x'.repeat(20), GOVERNED), BODY_UNKNOWN);
  await step('head-object-with-lock', () => s3.head('k'), BODY_UNKNOWN);
  await step('put-object-retention-extend', () => retain(3));
  await step('head-object-with-lock-extended', () => s3.head('k'), BODY_UNKNOWN);
  await step('put-object-retention-reduce', () => retain(2));
});

script('test_s3_copy_object_legal_hold', async (scenario) => {
  const { step } = scenario;
  const s3 = locked(scenario);
  await step('put-object', () => s3.put('k', '{"key": "value"}', { ObjectLockLegalHoldStatus: 'ON' }));
  await step('head-object', () => s3.head('k'));
  await step('copy-legal-hold', () => s3.copy('k', 'copy'));
  await step('head-dest-key', () => s3.head('copy'));
});

script('test_s3_copy_object_retention_lock', async (scenario) => {
  const { step } = scenario;
  const s3 = locked(scenario);
  await step('put-source-object', () => s3.put('k', '{"key": "value"}', GOVERNED));
  await step('head-source-object', () => s3.head('k'));
  await step('copy-lock', () => s3.copy('k', 'copy'));
  await step('head-dest-key', () => s3.head('copy'));
});

script('test_s3_legal_hold_lock_versioned', async (scenario) => {
  const { step } = scenario;
  const s3 = locked(scenario);
  const first = await step('put-object', () => s3.put('k', 'test'));
  await step('put-object-legal-hold-ver1', () => hold(scenario, 'k', 'ON'));
  await step('head-object-ver1', () => s3.head('k'));
  await step('put-object-2', () => s3.put('k', 'test'));
  await step('put-object-legal-hold-ver2', () => hold(scenario, 'k', 'ON'));
  await step('head-object-ver2', () => s3.head('k'));
  const named = { VersionId: first.VersionId };
  await step('remove-object-legal-hold-ver1', () => hold(scenario, 'k', 'OFF', named));
  await step('head-object-ver1-no-lock', () => s3.head('k', named));
  await step('delete-object-ver1', () => s3.delete('k', named));
});

script('test_s3_object_lock_mode_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = locked(scenario);
  const { ObjectLockMode, ObjectLockRetainUntilDate } = GOVERNED;
  await step('put-obj-locked-error-no-retain-date', () => s3.put('k', 'a', { ObjectLockMode }));
  await step('put-obj-locked-error-no-mode', () => s3.put('k', 'a', { ObjectLockRetainUntilDate }));
  const bad = { ...GOVERNED, ObjectLockMode: 'BAD-VALUE' as any };
  await step('put-obj-locked-bad-value', () => s3.put('k', 'a', bad));
  await step('create-mpu-locked-bad-value', () => s3.create('k', bad));
});

// ACLs

const getAcl = async (scenario: Scenario, Key: string, more: object = {}): Promise<any> =>
  scenario.s3.send(new GetObjectAclCommand({ Bucket: scenario.bucket, Key, ...more }));

const putAcl = async (scenario: Scenario, Key: string, more: object): Promise<any> =>
  scenario.s3.send(new PutObjectAclCommand({ Bucket: scenario.bucket, Key, ...more }));

script('test_put_object_acl_on_delete_marker', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-key-versioned';
  await s3.versioning();
  await step('put-obj-1', () => s3.put(key, 'something'));
  await step('put-obj-2', () => s3.put(key, 'something-v2'));
  const { VersionId } = await step('delete-object', () => s3.delete(key));
  const ACL = 'public-read';
  await step('put-acl-delete-marker', () => putAcl(scenario, key, { ACL }));
  await step('get-acl-delete-marker', () => getAcl(scenario, key));
  await step('put-acl-delete-marker-version-id', () => putAcl(scenario, key, { ACL, VersionId }));
  await step('get-acl-delete-marker-version-id', () => getAcl(scenario, key, { VersionId }));
});

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const FAKE_GROUP = 'http://acs.amazonaws.com/groups/s3/FakeGroup';

async function ownerOf(scenario: Scenario): Promise<any> {
  return (await scenario.s3.send(new ListBucketsCommand({}))).Owner;
}

script('test_s3_object_acl', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const Owner = await ownerOf(scenario);
  await step('put-object-default-acl', () => s3.put('k', ''));
  await step('get-object-acl-default', () => getAcl(scenario, 'k'));
  await step('put-object-acl', () => putAcl(scenario, 'k', { ACL: 'public-read' }));
  await step('get-object-acl', () => getAcl(scenario, 'k'));
  await putAcl(scenario, 'k', { GrantRead: `uri="${LOG_DELIVERY}"` });
  await step('get-object-grant-acl', () => getAcl(scenario, 'k'));
  const Grants = [
    { Grantee: { ID: Owner.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
    { Grantee: { URI: LOG_DELIVERY, Type: 'Group' }, Permission: 'WRITE' },
  ];
  await putAcl(scenario, 'k', { AccessControlPolicy: { Owner, Grants } });
  await step('get-object-acp-acl', () => getAcl(scenario, 'k'));
});

script('test_s3_object_acl_exceptions', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const Owner = await ownerOf(scenario);
  await s3.put('k', '');
  const put = async (more: object) => putAcl(scenario, 'k', more);
  await step('put-object-canned-acl', () => s3.put('k', '', { ACL: 'fake-acl' as any }));
  await step('put-object-acl-canned-acl', () => put({ ACL: 'fake-acl' }));
  await step('put-object-grant-acl-fake-uri', () => put({ GrantWrite: `uri="${FAKE_GROUP}"` }));
  await step('put-object-grant-acl-fake-key', () => put({ GrantWrite: 'fakekey="1234"' }));
  await step('put-object-grant-acl-wrong-id', () => put({ GrantWrite: 'id="wrong-id"' }));
  const policy = async (owner: any, Grantee: any, Permission: string) =>
    put({ AccessControlPolicy: { ...(owner !== undefined && { Owner: owner }), Grants: [{ Grantee, Permission }] } });
  const group = { URI: LOG_DELIVERY, Type: 'Group' };
  await step('put-object-acp-acl-1', () => policy(undefined, group, 'WRITE'));
  await step('put-object-acp-acl-2', () => policy(Owner, group, 'WRONG-PERMISSION'));
  await step('put-object-acp-acl-3', () => policy({ ID: 'wrong-id' }, group, 'FULL_CONTROL'));
  await step('put-object-acp-acl-4', () => policy(Owner, { URI: FAKE_GROUP, Type: 'Group' }, 'FULL_CONTROL'));
  await step('put-object-acp-acl-5', () => policy(Owner, { ID: 'wrong-id', Type: 'CanonicalUser' }, 'FULL_CONTROL'));
  await step('put-object-acp-acl-6', () => policy(Owner, { ID: 'wrong-id', Type: 'BadType' }, 'FULL_CONTROL'));
  await step('put-object-empty-acp', () => put({ AccessControlPolicy: {} }));
  await step('put-object-acl-empty', () => put({}));
  await step('put-object-two-type-acl', () => put({ ACL: 'private', GrantRead: `uri="${LOG_DELIVERY}"` }));
  const Grants = [{ Grantee: { ID: Owner.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }];
  await step('put-object-two-type-acl-acp', () => put({ ACL: 'private', AccessControlPolicy: { Owner, Grants } }));
});

export const objectScripts: Readonly<Record<string, Script>> = scripts;
