import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectAnnotationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { parseSetup, type SourceSetup } from '../../../local/run';
import { keyOf, makeNamedKey, setKeyStates } from '../../../local/run/keys';
import { customerKeyOf } from '../../../local/run/setup/parameters';
import { ownerClient, prepareObjects } from '../../../local/run/setup/prepare';
import type { RunBucket } from '../../../local/run/storage/plan';
import { type BucketOptions, canonicalId, S3Server } from '../../../local/s3';

const KEY = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
const VERSION = 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e';
const OWNER = '123456789012';

let server: S3Server;
let client: S3Client;
beforeEach(async () => {
  server = await S3Server.start();
  client = ownerClient(server, { owner: OWNER, region: 'us-east-1' });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

/** Makes the buckets `from` and `into`, and prepares `from/k` as the setup says. */
async function prepare(setup: object, options: BucketOptions = {}, owner = OWNER): Promise<SourceSetup> {
  const parsed = parseSetup(JSON.stringify(setup), 'setup.json');
  server.createBucket('from', { ...options, ownerAccountId: owner });
  server.createBucket('into');
  const bucketOf = (name: string): RunBucket => ({ name, owner: name === 'from' ? owner : OWNER, region: 'us-east-1' });
  await prepareObjects(server, parsed, bucketOf, {
    source: { bucket: 'from', key: 'k' },
    destination: { bucket: 'into', key: 'copy' },
    content: { size: 1000 },
    copyRole: 'arn:aws:iam::123456789012:role/copy',
  });
  return parsed;
}

function head(more: object = {}, who = client): Promise<HeadObjectCommandOutput> {
  return who.send(new HeadObjectCommand({ Bucket: 'from', Key: 'k', ChecksumMode: 'ENABLED', ...more }));
}

describe('a setup file', () => {
  test('of the documentation is accepted', () => {
    const markdown = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'local.md'), 'utf8');
    const section = markdown.slice(markdown.indexOf('## The source setup'), markdown.indexOf('## The report'));
    const examples = [...section.matchAll(/```json\n([^`]+)```/g)].map(([, text = '']) => text);
    expect(examples.length).toBeGreaterThan(6);
    for (const example of examples) expect(() => parseSetup(example, 'example')).not.toThrow();
    const fields = Object.keys(Object.assign({}, ...examples.map((text) => JSON.parse(text))));
    expect(fields.sort()).toEqual([
      'destinationBucket',
      'existing',
      'kmsKeyStates',
      'latePartsReopenUploads',
      'newerVersions',
      'object',
      'olderVersions',
      'options',
      'repeatCompleteSeconds',
      'restoreSeconds',
      'secrets',
      'sourceBucket',
    ]);
  });

  test('is refused with a list of all its problems', () => {
    const file = {
      objects: 1,
      object: { size: 'big', storageClass: 'GLACIAL', tags: 3, objectLockMode: 'SOFT', hat: 1 },
      sourceBucket: { owner: '12', versioning: 'on' },
      olderVersions: [{ grants: [{ permission: 'READ' }] }],
      secrets: { a: 3 },
    };
    let message = '';
    try {
      parseSetup(JSON.stringify(file), 'bad.json');
    } catch (error) {
      expect((error as Error).name).toBe('InvalidRun');
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^--source-setup bad.json has 10 problems:\n/);
    for (const part of [
      'object.size: "big" is not valid; write whole bytes, or a number and a unit such as "5MiB"',
      'object.storageClass: "GLACIAL" is not valid; write "STANDARD" or',
      'object.tags: 3 is not valid; write an object',
      'object.objectLockMode: "SOFT" is not valid; write "GOVERNANCE" or "COMPLIANCE"',
      'object.hat: unknown field; docs/local.md',
      'sourceBucket.owner: "12" is not valid; write the 12 digits of an account',
      'sourceBucket.versioning: "on" is not valid; write "Enabled" or "Suspended" or "none"',
      'olderVersions.0.grants.0: {"permission":"READ"} is not valid; name one grantee: account, id or group',
      'secrets.a: 3 is not valid; write a string, or { "binary": "…" } with Base64',
      'objects: unknown field',
    ]) {
      expect(message).toContain(`  ${part}`);
    }
  });

  test.each([
    ['{', /bad.json is not JSON: /],
    [{ object: { content: 'x', size: 1 } }, /object.size: 1 is not valid; leave it out/],
    [{ object: { parts: [1, 2] } }, /object.parts: \[1,2\] is not valid; make every part but the last 5 MiB/],
    [{ object: { parts: ['5MiB', 1], size: 7 } }, /object.size: 7 is not valid; leave it out or write 5242881/],
    [{ object: { acl: 'private', grants: [{ permission: 'READ', account: OWNER }] } }, /not both/],
    [{ object: { objectLockMode: 'COMPLIANCE' } }, /together/],
    [{ object: { restoredUntil: '2099-01-01' } }, /needs storageClass GLACIER or DEEP_ARCHIVE/],
    [{ object: { archiveStatus: 'ARCHIVE_ACCESS' } }, /needs storageClass INTELLIGENT_TIERING/],
    [{ existing: [{ sseCustomerKeySecret: 'k' }] }, /existing.0.sseCustomerKeySecret: "k" is not in secrets/],
    [{ object: { versionId: 'short' } }, /object.versionId: "short" is not valid; write 32 letters/],
  ])('%j is refused', (file, message) => {
    const text = typeof file === 'string' ? file : JSON.stringify(file);
    expect(() => parseSetup(text, 'bad.json')).toThrow(message);
  });
});

describe('the object of a setup', () => {
  test('has headers, metadata, tags, annotations and a redirect', async () => {
    const headers = {
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="ü.txt"',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      contentType: 'text/plain',
      websiteRedirectLocation: '/elsewhere',
    };
    await prepare({
      object: {
        content: 'bytes',
        ...headers,
        expires: 'when the cows come home',
        metadata: { origin: 'plain', empty: '' },
        tags: { project: 'blue + green = both', empty: '' },
        annotations: { summary: 'text', other: 'ü' },
        lastModified: '2020-02-29T12:00:00Z',
        storageClass: 'STANDARD_IA',
      },
    });
    expect(await head()).toMatchObject({
      ContentLength: 5,
      CacheControl: headers.cacheControl,
      ContentEncoding: headers.contentEncoding,
      ContentLanguage: headers.contentLanguage,
      ContentType: headers.contentType,
      WebsiteRedirectLocation: headers.websiteRedirectLocation,
      ExpiresString: 'when the cows come home',
      Metadata: { origin: 'plain', empty: '' },
      LastModified: new Date('2020-02-29T12:00:00Z'),
      StorageClass: 'STANDARD_IA',
      TagCount: 2,
    });
    const tagging = await client.send(new GetObjectTaggingCommand({ Bucket: 'from', Key: 'k' }));
    expect(tagging.TagSet).toContainEqual({ Key: 'project', Value: 'blue + green = both' });
    const annotation = { Bucket: 'from', Key: 'k', AnnotationName: 'other' };
    const { AnnotationPayload } = await client.send(new GetObjectAnnotationCommand(annotation));
    expect(await AnnotationPayload!.transformToString()).toBe('ü');
  });

  test('has parts of given sizes and a composite checksum', async () => {
    await prepare({ object: { parts: ['5MiB', '6MiB', 7], checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' } });
    const found = await head();
    expect(found).toMatchObject({ ContentLength: 11 * 1024 ** 2 + 7, ChecksumType: 'COMPOSITE' });
    expect(found.ChecksumSHA256).toMatch(/=-3$/);
    expect(found.ETag).toMatch(/-3"$/);
    expect(await head({ PartNumber: 2 })).toMatchObject({ ContentLength: 6 * 1024 ** 2, PartsCount: 3 });
  });

  test.each([
    [{ parts: ['5MiB', 7], checksumAlgorithm: 'CRC32', checksumType: 'FULL_OBJECT' }, 'ChecksumCRC32', 'FULL_OBJECT'],
    [{ checksumAlgorithm: 'SHA1' }, 'ChecksumSHA1', 'FULL_OBJECT'],
    [{ size: 7, checksumAlgorithm: 'CRC32C', checksumType: 'COMPOSITE' }, 'ChecksumCRC32C', 'COMPOSITE'],
    [{}, 'ChecksumCRC64NVME', 'FULL_OBJECT'],
  ] as const)('%j has %s', async (object, field, type) => {
    await prepare({ object });
    const found = await head();
    expect(found[field]).toBeDefined();
    expect(found.ChecksumType).toBe(type);
  });

  test.each([{ checksumAlgorithm: 'none' }, { checksumAlgorithm: 'none', parts: ['5MiB', 1] }])(
    '%j has no checksum, as one of old times',
    async (object) => {
      await prepare({ object });
      const found = await head();
      expect(Object.keys(found).filter((name) => name.startsWith('Checksum'))).toEqual([]);
    },
  );

  test('can be larger than the 5 GiB of CopyObject', async () => {
    await prepare({ object: { size: '11GiB', tags: { a: 'b' } } });
    expect(await head({ PartNumber: 1 })).toMatchObject({ PartsCount: 3, ContentLength: 5 * 1024 ** 3, TagCount: 1 });
  });

  test('has retention, legal hold and event hold', async () => {
    const lock = {
      objectLockMode: 'COMPLIANCE',
      objectLockRetainUntilDate: '2099-01-01T00:00:00Z',
      objectLockLegalHoldStatus: 'ON',
      objectLockEventHold: 'ON',
      objectLockEventHoldDurationDays: 3,
    };
    await prepare({ object: { content: 'x', ...lock } }, { objectLock: true });
    expect(await head()).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date('2099-01-01T00:00:00Z'),
      ObjectLockLegalHoldStatus: 'ON',
      ObjectLockEventHold: 'ON',
      ObjectLockEventHoldDurationDays: 3,
    });
  });

  test('has the given grants', async () => {
    const grants = [
      { permission: 'FULL_CONTROL', account: OWNER },
      { permission: 'READ', account: '210987654321' },
      { permission: 'READ', group: 'AllUsers' },
    ];
    await prepare({ object: { grants } }, { objectOwnership: 'ObjectWriter' });
    const acl = await client.send(new GetObjectAclCommand({ Bucket: 'from', Key: 'k' }));
    expect(acl.Grants).toHaveLength(3);
    expect(acl.Grants).toContainEqual({
      Grantee: { ID: canonicalId('210987654321'), Type: 'CanonicalUser' },
      Permission: 'READ',
    });
  });

  test('is encrypted with DSSE-KMS by a key that the run makes', async () => {
    await prepare({ object: { serverSideEncryption: 'aws:kms:dsse', ssekmsKeyId: 'alias/own' } });
    expect(await head()).toMatchObject({ ServerSideEncryption: 'aws:kms:dsse' });
  });

  test('is encrypted with the SSE-C key of a secret', async () => {
    const secrets = { mine: KEY };
    await prepare({ object: { content: 'x', sseCustomerKeySecret: 'mine' }, secrets }, { blockCustomerKeys: false });
    await expect(head()).rejects.toThrow();
    expect(await head(customerKeyOf('mine', { mine: { text: KEY } }))).toMatchObject({ ContentLength: 1 });
  });

  test('is archived, restored, or in an archive tier', async () => {
    await prepare(
      {
        olderVersions: [
          { content: 'a', storageClass: 'GLACIER', versionId: 'a'.repeat(32) },
          {
            content: 'b',
            storageClass: 'DEEP_ARCHIVE',
            restoredUntil: '2099-01-01T00:00:00Z',
            versionId: 'b'.repeat(32),
          },
        ],
        object: { content: 'c', storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'ARCHIVE_ACCESS' },
      },
      { versioning: 'Enabled' },
    );
    expect(await head({ VersionId: 'a'.repeat(32) })).toMatchObject({ StorageClass: 'GLACIER' });
    expect((await head({ VersionId: 'b'.repeat(32) })).Restore).toMatch(
      /^ongoing-request="false", expiry-date=".*2099/,
    );
    expect(await head()).toMatchObject({ ArchiveStatus: 'ARCHIVE_ACCESS' });
    const read = client.send(new GetObjectCommand({ Bucket: 'from', Key: 'k' }));
    await expect(read).rejects.toMatchObject({ name: 'InvalidObjectState', AccessTier: 'ARCHIVE_ACCESS' });
  });

  test('has older and newer versions with given ids', async () => {
    await prepare(
      {
        olderVersions: [{ content: 'first' }, { deleteMarker: true, versionId: 'd'.repeat(32) }],
        object: { content: 'second', versionId: VERSION },
        newerVersions: [{ content: 'third' }],
      },
      { versioning: 'Enabled' },
    );
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: 'from' }));
    expect(listed.Versions?.map(({ Size, IsLatest }) => [Size, IsLatest])).toEqual([
      [5, true],
      [6, false],
      [5, false],
    ]);
    expect(listed.Versions?.[1]?.VersionId).toBe(VERSION);
    expect(listed.DeleteMarkers?.[0]?.VersionId).toBe('d'.repeat(32));
  });

  test('is put by the owner of its bucket before the bucket policy is set', async () => {
    const Statement = [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::{bucket}/*',
        Condition: { StringNotEquals: { 'aws:PrincipalArn': '{copyRole}' } },
      },
    ];
    const policy = { Version: '2012-10-17', Statement };
    await prepare({ sourceBucket: { policy }, object: { content: 'x' } }, {}, '210987654321');
    const partner = ownerClient(server, { owner: '210987654321', region: 'us-east-1' });
    const { Policy = '' } = await partner.send(new GetBucketPolicyCommand({ Bucket: 'from' }));
    expect(JSON.parse(Policy).Statement[0]).toMatchObject({
      Resource: 'arn:aws:s3:::from/*',
      Condition: { StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/copy' } },
    });
    expect(await head({ ExpectedBucketOwner: '210987654321' }, partner)).toMatchObject({ ContentLength: 1 });
    partner.destroy();
  });

  test('removes its staging bucket, and puts existing objects into the destination', async () => {
    await prepare({ object: { content: 'x' }, existing: [{ content: 'there' }, { key: 'more', tags: { a: 'b' } }] });
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['from', 'into']);
    expect(await head({ Bucket: 'into', Key: 'copy' })).toMatchObject({ ContentLength: 5 });
    expect(await head({ Bucket: 'into', Key: 'more' })).toMatchObject({ ContentLength: 1024, TagCount: 1 });
  });

  test.each([
    [{ object: { acl: 'public-read' } }, /^object: S3 refuses it: AccessControlListNotSupported: /],
    [{ object: { objectLockLegalHoldStatus: 'ON' } }, /^object: S3 refuses it: InvalidRequest: /],
    [
      { object: { ssekmsKeyId: 'alias/none', serverSideEncryption: 'AES256' } },
      /^object: S3 refuses it: InvalidArgument/,
    ],
    [{ existing: [{ tags: { ['k'.repeat(129)]: 'v' } }] }, /^existing.0: S3 refuses it: InvalidTag: /],
    [{ sourceBucket: { policy: { Statement: [] } } }, /^sourceBucket.policy: S3 refuses it: MalformedPolicy: /],
    [
      { object: { content: 'x', parts: ['5MiB', 1] } },
      /^object.parts: the parts have 5242881 bytes in total, the object has 1/,
    ],
  ])('is refused as %j', async (setup, message) => {
    await expect(prepare(setup)).rejects.toMatchObject({ name: 'InvalidRun', message: expect.stringMatching(message) });
  });
});

describe('states of KMS keys', () => {
  test('are those of the keys that a setup names', async () => {
    const { arn, alias } = keyOf('alias/raw', OWNER, 'us-east-1');
    makeNamedKey(server, { arn, alias });
    const encryption = { sseAlgorithm: 'aws:kms', kmsKeyId: 'alias/raw' } as const;
    const { kmsKeyStates = {} } = await prepare({ kmsKeyStates: { 'alias/raw': 'Disabled' } }, { encryption });
    setKeyStates(server, kmsKeyStates, OWNER, 'us-east-1');
    await expect(head()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    setKeyStates(server, { [arn]: 'Enabled' }, OWNER, 'us-east-1');
    await expect(head()).resolves.toMatchObject({ SSEKMSKeyId: arn });
  });

  test('are refused for a key that nothing has', () => {
    expect(() => setKeyStates(server, { 'alias/other': 'Disabled' }, OWNER, 'us-east-1')).toThrow(
      '--source-setup: kmsKeyStates names the key alias/other, which no bucket and no object has',
    );
  });
});
