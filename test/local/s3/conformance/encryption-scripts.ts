import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { Scenario } from './harness';
import { Calls, customerKey, type Script } from './scripts';

const scripts: Record<string, Script> = {};

function script(name: string, play: Script['play'], leftOut?: Script['leftOut']): void {
  scripts[name] = { play, ...(leftOut !== undefined && { leftOut }) };
}

const KEY = customerKey('0'.repeat(32));
const OTHER = customerKey('1'.repeat(32));
/** Bytes and keys that were not recorded. */
const UNKNOWN = ['ETag', 'ChecksumCRC32', 'SSECustomerKeyMD5', 'ContentLength', 'Body', 'ChecksumCRC64NVME'];

async function setRule(scenario: Scenario, rule: ServerSideEncryptionRule): Promise<any> {
  const ServerSideEncryptionConfiguration = { Rules: [rule] };
  return scenario.s3.send(
    new PutBucketEncryptionCommand({ Bucket: scenario.bucket, ServerSideEncryptionConfiguration }),
  );
}

async function getRule(scenario: Scenario): Promise<any> {
  return scenario.s3.send(new GetBucketEncryptionCommand({ Bucket: scenario.bucket }));
}

const wrongAlgorithm = { ...KEY, SSECustomerAlgorithm: 'KMS' };
const wrongSize = { ...customerKey('short') };

/** Sends a request with a wrong digest of the key, or none; the SDK always computes the correct one. */
async function withMd5<T>(scenario: Scenario, md5: string, call: () => Promise<T>): Promise<T> {
  const name = 'x-amz-server-side-encryption-customer-key-md5';
  const { middlewareStack } = scenario.s3;
  middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      if (md5 === '') delete headers[name];
      else headers[name] = md5;
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'another-md5' },
  );
  try {
    return await call();
  } finally {
    middlewareStack.remove('another-md5');
  }
}

script('test_put_object_validation_sse_c', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const put = async (more: object) => s3.put('k', 'body', more);
  const without = (name: keyof typeof KEY) => ({ ...KEY, [name]: undefined });
  await step('put-obj-sse-c-both-encryption', () => put({ ...KEY, ServerSideEncryption: 'AES256' }));
  await step('put-obj-sse-c-wrong-algo', () => put(wrongAlgorithm));
  await step('put-obj-sse-c-no-algo', () => put(without('SSECustomerAlgorithm')));
  await step('put-obj-sse-c-no-key', () => put(without('SSECustomerKey')));
  await step('put-obj-sse-c-wrong-key-size', () => put(wrongSize));
  await step('put-obj-sse-c-bad-md5', () => withMd5(scenario, OTHER.SSECustomerKeyMD5, () => put(KEY)));
  await step('put-obj-sse-c-no-md5', () => withMd5(scenario, '', () => put(KEY)));
});

script('test_object_retrieval_sse_c', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('put-obj-sse-c', () => s3.put('k', 'test data', KEY), UNKNOWN);
  await step('get-obj-no-sse-c', () => s3.get('k'));
  await step('get-obj-sse-c-wrong-key', () => s3.get('k', OTHER));
  await step('get-obj-sse-c-wrong-algo', () => s3.get('k', wrongAlgorithm));
  await step('head-obj-sse-c-wrong-algo', () => s3.head('k', wrongAlgorithm));
  await step('get-obj-attrs-sse-c-wrong-algo', () => s3.attributes('k', ['ETag'], wrongAlgorithm));
  await step('get-obj-sse-c-no-md5', () => withMd5(scenario, '', () => s3.get('k', KEY)));
  await step('head-obj-sse-c-no-md5', () => withMd5(scenario, '', () => s3.head('k', KEY)));
  await step('get-obj-sse-c-wrong-key-size', () => s3.get('k', wrongSize));
  await step('get-obj-sse-c-bad-md5', () => withMd5(scenario, OTHER.SSECustomerKeyMD5, () => s3.get('k', KEY)));
});

script('test_put_object_default_checksum_with_sse_c', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await s3.put('k', 'test data..', { ...KEY, ChecksumAlgorithm: 'CRC64NVME' });
  const unknown = ['ETag', 'SSECustomerKeyMD5'];
  await step('head-obj-sse-c', () => s3.headWithChecksum('k', KEY), unknown);
  await step('get-obj-sse-c', () => s3.get('k', KEY), unknown);
  await step('get-obj-attrs-sse-c', () => s3.attributes('k', ['ETag', 'Checksum'], KEY), unknown);
});

script('test_sse_c_with_versioning', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const unknown = ['ETag', 'SSECustomerKeyMD5'];
  await s3.versioning();
  const first = await step('put-obj-sse-c-version-1', () => s3.put('k', 'version1', KEY), unknown);
  const second = await step('put-obj-sse-c-version-2', () => s3.put('k', 'version2', OTHER), unknown);
  await step('get-obj-sse-c-last-version', () => s3.get('k', OTHER), unknown);
  await step('get-obj-sse-c-version-2', () => s3.get('k', { ...OTHER, VersionId: second.VersionId }), unknown);
  await step('get-obj-sse-c-last-version-wrong-key', () => s3.get('k', KEY));
  await step('get-obj-sse-c-version-1', () => s3.get('k', { ...KEY, VersionId: first.VersionId }), unknown);
});

script('test_copy_object_with_sse_c', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const source = {
    CopySourceSSECustomerAlgorithm: KEY.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: KEY.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: KEY.SSECustomerKeyMD5,
  };
  await step('put-obj-sse-c', () => s3.put('k', 'test data', KEY), UNKNOWN);
  await step('copy-obj-sse-c-target-no-sse-c', () => s3.copy('k', 'plain', source), UNKNOWN);
  await step('copy-obj-sse-c', () => s3.copy('k', 'copy', { ...source, ...KEY }), UNKNOWN);
  await step('get-obj-no-sse-c-param', () => s3.get('copy'));
  await step('copy-obj-no-src-sse-c', () => s3.copy('k', 'x'));
  await step('copy-obj-wrong-src-sse-c-algo', () =>
    s3.copy('k', 'x', { ...source, CopySourceSSECustomerAlgorithm: 'KMS' }),
  );
  await step('copy-obj-wrong-target-sse-c-algo', () => s3.copy('k', 'x', { ...source, ...wrongAlgorithm }));
  await step('copy-obj-target-double-encryption', () =>
    s3.copy('k', 'x', { ...source, ...KEY, ServerSideEncryption: 'AES256' }),
  );
});

script('test_multipart_upload_sse_c', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-sse-c-multipart';
  const unknown = ['ETag', 'ChecksumCRC32', 'SSECustomerKeyMD5'];
  const body = Buffer.alloc(5 * 1024 ** 2 + 1, 'a');
  const { UploadId } = await step('create-mpu-sse-c', () => s3.create(key, KEY), unknown);
  const parts: object[] = [];
  for (const index of [0, 1, 2]) {
    const { ETag } = await step(`upload-part-${index}`, () => s3.part(key, UploadId, index + 1, body, KEY), unknown);
    parts.push({ PartNumber: index + 1, ETag });
  }
  await step('list-parts', () => s3.listParts(key, UploadId), unknown);
  await step('complete-multipart-checksum', () => s3.complete(key, UploadId, parts), unknown);
  await step('get-obj-no-sse-c-param', () => s3.get(key));
  await step('get-obj-sse-c', () => s3.get(key, KEY), unknown);
});

script('test_multipart_upload_sse_c_validation', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-sse-c-multipart';
  const plain = await step('create-mpu-no-sse-c', () => s3.create(key));
  await step('mpu-no-sse-c-upload-part-with-sse-c', () => s3.part(key, plain.UploadId, 1, 'a', KEY));
  const { UploadId } = await step('create-mpu-sse-c', () => s3.create(key, KEY), ['SSECustomerKeyMD5']);
  await step('mpu-sse-c-upload-part-no-sse-c', () => s3.part(key, UploadId, 1, 'a'));
  await step('mpu-sse-c-upload-part-wrong-sse-c', () => s3.part(key, UploadId, 1, 'a', OTHER));
});

script('test_copy_object_kms', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const { arn } = server.createKmsKey();
  await s3.put('k', 'hello world');
  await step('get-object', () => s3.get('k'));
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn, BucketKeyEnabled: true } as const;
  await step('copy-object', () => s3.copy('k', 'copy', kms));
  await step('get-copied-object', () => s3.get('copy'));
});

script('test_s3_multipart_upload_sse', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const key = 'test-sse-field-multipart';
  const { keyId } = server.createKmsKey();
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId, BucketKeyEnabled: true } as const;
  const { UploadId } = await step('multi-sse-create-multipart', () => s3.create(key, kms));
  const { ETag } = await step('multi-sse-upload-part', () => s3.part(key, UploadId, 1, 'test-sse'), ['ETag']);
  await step('multi-sse-compete-multipart', () => s3.complete(key, UploadId, [{ PartNumber: 1, ETag }]), ['ETag']);
  await step('get-obj', () => s3.get(key), ['ETag']);
});

script('test_s3_copy_object_in_place_with_encryption', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const { keyId } = server.createKmsKey();
  await step('put-object-with-kms-encryption', () =>
    s3.put('k', 'test', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId, BucketKeyEnabled: true }),
  );
  await step('head-object', () => s3.head('k'));
  await step('copy-object-in-place-with-sse', () => s3.copy('k', 'k', { ServerSideEncryption: 'aws:kms' }), ['ETag']);
  await step('head-copy-with-sse', () => s3.head('k'), ['ETag']);
  await step('copy-object-in-place-without-kms-sse', () => s3.copy('k', 'k'));
  await step('head-copy-without-kms-sse', () => s3.head('k'));
  await step('copy-object-in-place-with-aes', () => s3.copy('k', 'k', { ServerSideEncryption: 'AES256' }));
  await step('head-copy-with-aes', () => s3.head('k'));
});

script('test_s3_bucket_encryption_sse_s3', async (scenario) => {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true } as const;
  await step('put-bucket-enc', () => setRule(scenario, rule));
  // Recorded in a bucket with KMS as default encryption.
  await step('put-object-encrypted', () => s3.put('k', 'test-encrypted'), ['ETag']);
  await step('head-object-encrypted', () => s3.head('k'), ['ETag']);
  await step('get-object-encrypted', () => s3.get('k'), ['ETag']);
});

script('test_s3_bucket_encryption_sse_kms', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const { keyId } = server.createKmsKey();
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId } as const;
  const rule = (BucketKeyEnabled: boolean) => ({ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled });
  await step('put-bucket-enc', () => setRule(scenario, rule(true)));
  await step('get-bucket-enc', () => getRule(scenario));
  await step('put-object-encrypted', () => s3.put('k', 'test-encrypted'));
  await step('head-object-encrypted', () => s3.head('k'));
  await step('get-object-encrypted', () => s3.get('k'));
  await step('put-bucket-enc-bucket-key-disabled', () => setRule(scenario, rule(false)));
  await step('put-object-encrypted-bucket-key-disabled', () => s3.put('k', 'test-encrypted'));
});

script(
  'test_s3_bucket_encryption_sse_kms_aws_managed_key',
  async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true } as const;
    await step('put-bucket-enc', () => setRule(scenario, rule));
    await step('get-bucket-enc', () => getRule(scenario));
    await step('put-object-encrypted', () => s3.put('k', 'test-encrypted'));
    await step('head-object-encrypted', () => s3.head('k'));
    await step('get-object-encrypted', () => s3.get('k'));
  },
  { 'managed-kms-key': 'an answer of KMS, not of S3' },
);

script('test_s3_sse_bucket_key_default', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const { keyId } = server.createKmsKey();
  await step('put-obj-default-before-setting', () => s3.put('before', 'test-sse'));
  await step('get-obj-default-before-setting', () => s3.get('before'));
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId } as const;
  await step('put-bucket-encryption', () =>
    setRule(scenario, { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }),
  );
  await step('get-bucket-encryption', () => getRule(scenario));
  await step('get-obj-default-after-setting', () => s3.get('before'));
  await step('put-obj-after-setting', () => s3.put('after', 'test-sse'));
  await step('get-obj-after-setting', () => s3.get('after'));
});

script('test_s3_sse_default_kms_key', async (scenario) => {
  const { step, server } = scenario;
  const s3 = new Calls(scenario);
  const second = `${scenario.bucket}-2`;
  server.createBucket(second);
  const kms = { ServerSideEncryption: 'aws:kms' } as const;
  await step('put-obj-default-kms-s3-key', () => s3.put('k', 'test-sse', kms));
  await step('get-obj-default-kms-s3-key', () => s3.get('k'));
  await step('put-obj-default-kms-s3-key-bucket-2', () => s3.put('k', 'test-sse', { ...kms, Bucket: second }));
  await step('get-obj-default-kms-s3-key-bucket-2', () => s3.get('k', { Bucket: second }));
  await step('put-bucket-encryption-default-kms-s3-key', () =>
    setRule(scenario, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }),
  );
  await step('get-bucket-encryption-default-kms-s3-key', () => getRule(scenario));
  await step('put-obj-default-kms-s3-key-from-bucket', () => s3.put('k2', 'test-sse'));
  await step('get-obj-default-kms-s3-key-from-bucket', () => s3.get('k2'));
  await scenario.s3.send(new DeleteBucketEncryptionCommand({ Bucket: scenario.bucket }));
});

script(
  'test_s3_sse_validate_kms_key',
  async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const uuid = '134f2428-cec1-4b25-a1ae-9048164dba47';
    const kms = (SSEKMSKeyId: string) => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId }) as const;
    const arn = (region: string) => `arn:aws:kms:${region}:123456789012:key/${uuid}`;
    await s3.put('source', 'a');
    await step('put-obj-wrong-kms-key', () => s3.put('k', 'a', kms('fake-key-id')));
    await step('put-obj-wrong-kms-key-real-uuid', () => s3.put('k', 'a', kms(uuid)));
    await step('put-obj-wrong-kms-key-real-uuid-arn', () => s3.put('k', 'a', kms(arn('us-east-1'))));
    await step('put-obj-different-region-kms-key', () => s3.put('k', 'a', kms(arn('us-west-2'))));
    await step('put-obj-different-region-kms-key-no-arn', () => s3.put('k', 'a', kms(uuid)));
    await step('create-multipart-wrong-kms-key', () => s3.create('k', kms('fake-key-id')));
    await step('copy-obj-wrong-kms-key', () => s3.copy('source', 'k', kms('fake-key-id')));
  },
  { 'create-kms-key': 'an answer of KMS, not of S3' },
);

script(
  'test_s3_sse_validate_kms_key_state',
  async (scenario) => {
    const { step, server } = scenario;
    const s3 = new Calls(scenario);
    const { keyId } = server.createKmsKey();
    const put = async () => s3.put('k', 'test-sse', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId });
    await step('success-put-object-sse', put);
    await step('success-get-object-sse', () => s3.get('k'));
    server.setKmsKeyState(keyId, 'Disabled');
    await step('get-obj-disabled-key', () => s3.get('k'));
    await step('put-obj-disabled-key', put);
    server.setKmsKeyState(keyId, 'PendingDeletion');
    await step('get-obj-pending-deletion-key', () => s3.get('k'));
  },
  { 'create-kms-key': 'an answer of KMS, not of S3' },
);

export const encryptionScripts: Readonly<Record<string, Script>> = scripts;
