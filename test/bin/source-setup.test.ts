import type { CopyRunReport } from '../../local/run';
import { APP, file, mpcopy } from './support';

const KEY_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:source-key-AbCdEf';
const KEY = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';

async function local(setup: object, ...args: string[]): Promise<CopyRunReport> {
  const { stdout, stderr } = await mpcopy(
    'local',
    '--source-setup',
    file('setup.json', setup),
    '--enforce-iam',
    '--json',
    ...args,
  );
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as CopyRunReport;
  expect(report).toMatchObject({ execution: { status: 'SUCCEEDED' }, verified: true, iam: { denied: [] } });
  return report;
}

describe('mpcopy local --source-setup copies', () => {
  test('between buckets with given names, versioning and KMS keys', async () => {
    const { result } = await local(
      {
        sourceBucket: {
          name: 'raw',
          versioning: 'Suspended',
          encryption: { sseAlgorithm: 'aws:kms:dsse', kmsKeyId: 'alias/raw' },
        },
        destinationBucket: {
          name: 'lake',
          versioning: 'Enabled',
          encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: 'alias/lake', bucketKeyEnabled: true },
        },
        object: { serverSideEncryption: 'aws:kms', ssekmsKeyId: 'alias/object' },
        existing: [{ content: 'older' }],
      },
      '--size',
      '300MiB',
    );
    expect(result).toMatchObject({
      source: { bucket: 'raw', versionId: 'null' },
      destination: { bucket: 'lake', versionId: expect.stringMatching(/^.{32}$/) },
      serverSideEncryption: 'aws:kms',
      bucketKeyEnabled: true,
    });
  });

  test('between two access points', async () => {
    const buckets = { sourceBucket: { accessPoint: 'readers' }, destinationBucket: { accessPoint: 'writers' } };
    const { result } = await local(buckets, '--size', '300MiB');
    expect(result).toMatchObject({
      source: { bucket: 'arn:aws:s3:us-east-1:123456789012:accesspoint/readers' },
      destination: { bucket: 'arn:aws:s3:us-east-1:123456789012:accesspoint/writers' },
    });
  });

  test('from an access point of another account', async () => {
    const { result } = await local(
      { sourceBucket: { accessPoint: 'readers', owner: '210987654321' } },
      '--size',
      '1MiB',
    );
    expect(result!.source.bucket).toBe('arn:aws:s3:us-east-1:210987654321:accesspoint/readers');
  });

  test.each(['sourceBucket', 'destinationBucket'])('with a directory bucket as %s', async (side) => {
    const { result, requests } = await local({ [side]: { directoryBucket: true } }, '--size', '300MiB');
    expect(JSON.stringify(result)).toContain('--use1-az4--x-s3');
    expect(requests.CreateSession).toBeGreaterThan(0);
  });

  test('between buckets of other accounts and Regions, with the policies that the workflow prints for their owners', async () => {
    const setup = {
      sourceBucket: { owner: '210987654321', versioning: 'Enabled' },
      destinationBucket: { owner: '210987654322', region: 'eu-central-1', objectOwnership: 'ObjectWriter' },
      object: { tags: { a: 'b' } },
    };
    const { result } = await local(setup, '--size', '300MiB');
    expect(result).toMatchObject({
      source: { bucket: 'mpcopy-source' },
      destination: { bucket: 'mpcopy-destination' },
    });
  });

  test('with the features that the options of the execution need', async () => {
    const { requests } = await local({
      sourceBucket: { objectLock: true, objectOwnership: 'ObjectWriter' },
      destinationBucket: { objectLock: true, objectOwnership: 'ObjectWriter' },
      object: {
        size: '300MiB',
        objectLockLegalHoldStatus: 'ON',
        annotations: { note: 'text' },
        grants: [{ permission: 'READ', group: 'AllUsers' }],
      },
      options: { objectLockDirective: 'COPY', annotationDirective: 'COPY', aclDirective: 'COPY' },
    });
    expect(requests).toMatchObject({ GetObjectAcl: 1, GetObjectAnnotation: 2, PutObjectAnnotation: 1 });
  });

  test('with a KMS key that an option names', async () => {
    const options = {
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555',
    };
    const { result } = await local({ object: { size: '300MiB' }, options });
    expect(result!.ssekmsKeyId).toBe(options.ssekmsKeyId);
  });

  test('an SSE-C object, with its key from a secret', async () => {
    const { result } = await local({
      sourceBucket: { blockCustomerKeys: false },
      object: { size: '300MiB', sseCustomerKeySecret: KEY_ARN },
      secrets: { [KEY_ARN]: KEY },
    });
    expect(result!.parts).toBeGreaterThan(1);
  });

  test('an archived source after waiting for its restore', async () => {
    const { execution, requests } = await local(
      {
        object: { size: '1MiB', storageClass: 'DEEP_ARCHIVE' },
        restoreSeconds: 2000,
        options: { restore: { tier: 'Bulk', days: 3 }, storageClass: 'STANDARD' },
      },
      '--time-scale',
      '10000',
    );
    expect(requests.RestoreObject).toBe(1);
    expect(requests.HeadObject).toBeGreaterThan(2);
    expect(execution.states).toContain('WaitForRestore');
  });
});

test('the version of the setup is copied although a newer one exists, also if its ID is not given', async () => {
  const setup = { object: { content: 'this' }, newerVersions: [{ content: 'not that one' }, { deleteMarker: true }] };
  expect((await local(setup)).result).toMatchObject({ source: { pinnedBy: 'version', size: 4 } });
});

test('the copy of a range is compared with that range of the source', async () => {
  const setup = { object: { content: '0123456789' }, options: { range: 'bytes=2-5' } };
  expect((await local(setup)).result).toMatchObject({ destination: { size: 4 } });
});

test('a setup changes only the embedded buckets of an app given by --app', async () => {
  const setup = { object: { tags: { a: 'b' } }, existing: [{ content: 'x' }] };
  const { result } = await local(setup, '--app', APP, '--state-machine', 'Encrypted', '--size', '1MiB');
  expect(result).toMatchObject({ source: { key: 'incoming/object.bin' }, destination: { key: 'copies/object.bin' } });
  const named = await mpcopy(
    'local',
    '--app',
    APP,
    '--state-machine',
    'Encrypted',
    '--source-setup',
    file('setup.json', { sourceBucket: { name: 'other' } }),
  );
  expect(named.stderr).toMatch(
    /InvalidRun: sourceBucket.name: the bucket of this run is ".*", not "other"; leave the name out/,
  );
});

test('the table shows the number of IAM checks and the unused actions', async () => {
  const { stdout } = await mpcopy('local', '--size', '1MiB', '--enforce-iam');
  expect(stdout).toMatch(/^IAM checks +\d+, 0 denied$/m);
  expect(stdout).toMatch(/^not used +s3:GetObjectTagging, .* on arn:aws:s3:::/m);
});

test.each([
  [['local', '--source-setup', '/does/not/exist'], /--source-setup \/does\/not\/exist cannot be read/],
  [['s3', '--port', '0', '--faults', '/does/not/exist'], /InvalidRun: --faults \/does\/not\/exist cannot be read/],
])('%j is refused before anything runs', async (args, message) => {
  const { code, stdout, stderr } = await mpcopy(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
