import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CreateSessionCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectAnnotationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectAnnotationsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';
import { customerKey } from './conformance/scripts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

describe("S3's rules", () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
  });

  const s3 = () => clientOf(server);
  const as = (accountId: string) => clientOf(server, { credentials: { accessKeyId: accountId, secretAccessKey: 's' } });

  /** Copies an object in parts and returns the response of CompleteMultipartUpload. */
  async function multipartCopy(
    key: string,
    target: string,
    size: number,
    partSize: number,
    create: object = {},
    complete: object = {},
  ) {
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: target, ...create }));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let offset = 0; offset < size; offset += partSize) {
      const PartNumber = Parts.length + 1;
      const last = Math.min(offset + partSize, size) - 1;
      const part = await s3().send(
        new UploadPartCopyCommand({
          Bucket,
          Key: target,
          UploadId,
          PartNumber,
          CopySource: `${Bucket}/${key}`,
          CopySourceRange: `bytes=${offset}-${last}`,
        }),
      );
      Parts.push({ PartNumber, ETag: part.CopyPartResult?.ETag });
    }
    return s3().send(
      new CompleteMultipartUploadCommand({ Bucket, Key: target, UploadId, MultipartUpload: { Parts }, ...complete }),
    );
  }

  describe('multipart copies', () => {
    it('of generated content have the checksum and content of the source', async () => {
      const size = 12 * GIB + 12_345;
      server.putGenerated({ bucket: Bucket, key: 'source', size });
      const source = await s3().send(new HeadObjectCommand({ Bucket, Key: 'source', ChecksumMode: 'ENABLED' }));
      const done = await multipartCopy(
        'source',
        'target',
        size,
        3 * GIB + 1,
        { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' },
        { ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: source.ChecksumCRC64NVME, MpuObjectSize: size },
      );
      expect(done.ChecksumCRC64NVME).toBe(source.ChecksumCRC64NVME);
      expect(server.contentIdentity(Bucket, 'target')).toBe(server.contentIdentity(Bucket, 'source'));
    });

    it('with wrong ranges fail by the checksum of the source', async () => {
      const size = 20 * MIB;
      server.putGenerated({ bucket: Bucket, key: 'source', size });
      const source = await s3().send(new HeadObjectCommand({ Bucket, Key: 'source', ChecksumMode: 'ENABLED' }));
      const create = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;
      const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 't', ...create }));
      const Parts: object[] = [];
      for (const [index, offset] of [10, 0].entries()) {
        const CopySourceRange = `bytes=${offset * MIB}-${(offset + 10) * MIB - 1}`;
        const part = await s3().send(
          new UploadPartCopyCommand({
            Bucket,
            Key: 't',
            UploadId,
            PartNumber: index + 1,
            CopySource: `${Bucket}/source`,
            CopySourceRange,
          }),
        );
        Parts.push({ PartNumber: index + 1, ETag: part.CopyPartResult?.ETag });
      }
      const complete = new CompleteMultipartUploadCommand({
        Bucket,
        Key: 't',
        UploadId,
        MultipartUpload: { Parts },
        ChecksumType: 'FULL_OBJECT',
        ChecksumCRC64NVME: source.ChecksumCRC64NVME,
      });
      await expect(s3().send(complete)).rejects.toMatchObject({ name: 'BadDigest' });
      expect(server.openUploads()).toHaveLength(1);
    });

    it('of stored bytes give the same bytes', async () => {
      const bytes = Buffer.alloc(11 * MIB, 'abcdefg');
      await s3().send(new PutObjectCommand({ Bucket, Key: 'source', Body: bytes }));
      await multipartCopy('source', 'target', bytes.length, 5 * MIB + 3);
      const target = await s3().send(new GetObjectCommand({ Bucket, Key: 'target', ChecksumMode: 'ENABLED' }));
      expect(Buffer.from((await target.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
      const range = await s3().send(
        new GetObjectCommand({ Bucket, Key: 'target', Range: `bytes=${5 * MIB}-${5 * MIB + 9}` }),
      );
      expect(await range.Body?.transformToString()).toBe(bytes.subarray(5 * MIB, 5 * MIB + 10).toString());
    });

    it('accept parts of at most 5 GiB, and CopyObject objects of at most 5 GiB', async () => {
      server.putGenerated({ bucket: Bucket, key: 'source', size: 5 * GIB + 1 });
      const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 't' }));
      const part = { Bucket, Key: 't', UploadId, PartNumber: 1, CopySource: `${Bucket}/source` };
      await expect(s3().send(new UploadPartCopyCommand(part))).rejects.toMatchObject({ name: 'InvalidRequest' });
      await s3().send(new UploadPartCopyCommand({ ...part, CopySourceRange: `bytes=0-${5 * GIB - 1}` }));
      const copy = new CopyObjectCommand({ Bucket, Key: 't', CopySource: `${Bucket}/source` });
      await expect(s3().send(copy)).rejects.toThrow(
        'larger than the maximum allowable size for a copy source: 5368709120',
      );
    });

    it('have the version order and date of their initiation', async () => {
      await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      server.putGenerated({ bucket: Bucket, key: 'source', size: 10 });
      const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
      const { Initiated } = (await s3().send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.[0] ?? {};
      const part = await s3().send(
        new UploadPartCopyCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, CopySource: `${Bucket}/source` }),
      );
      const put = await s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'newer' }));
      const Parts = [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }];
      const done = await s3().send(
        new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts } }),
      );
      const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket, Prefix: 'k' }));
      expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
        [put.VersionId, true],
        [done.VersionId, false],
      ]);
      expect(Versions[1]?.LastModified).toEqual(Initiated);
    });

    it('list their parts in pages', async () => {
      server.putGenerated({ bucket: Bucket, key: 'source', size: 100 });
      const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
      for (const PartNumber of [9, 2, 5]) {
        await s3().send(
          new UploadPartCopyCommand({ Bucket, Key: 'k', UploadId, PartNumber, CopySource: `${Bucket}/source` }),
        );
      }
      const first = await s3().send(new ListPartsCommand({ Bucket, Key: 'k', UploadId, MaxParts: 2 }));
      expect(first.Parts?.map((part) => part.PartNumber)).toEqual([2, 5]);
      expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '5' });
      const rest = await s3().send(new ListPartsCommand({ Bucket, Key: 'k', UploadId, PartNumberMarker: '5' }));
      expect(rest.Parts?.map((part) => part.PartNumber)).toEqual([9]);
      expect(rest.IsTruncated).toBe(false);
    });

    it.each(['SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128'] as const)(
      'declare %s as COMPOSITE only',
      async (ChecksumAlgorithm) => {
        const create = { Bucket, Key: 'k', ChecksumAlgorithm };
        const refused = new CreateMultipartUploadCommand({ ...create, ChecksumType: 'FULL_OBJECT' });
        await expect(s3().send(refused)).rejects.toThrow(
          `cannot be used with the ${ChecksumAlgorithm.toLowerCase()} checksum algorithm`,
        );
        const { UploadId, ChecksumType } = await s3().send(new CreateMultipartUploadCommand(create));
        expect(ChecksumType).toBe('COMPOSITE');
        await s3().send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'a part' }));
        const part = await s3().send(
          new UploadPartCopyCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, CopySource: `${Bucket}/source` }),
        );
        const field = `Checksum${ChecksumAlgorithm}` as const;
        const { ETag, [field]: value } = part.CopyPartResult ?? {};
        expect(value).toBeDefined();
        const Parts = [{ PartNumber: 1, ETag, [field]: value }];
        const done = await s3().send(
          new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts } }),
        );
        expect(done[field]).toMatch(/-1$/);
      },
    );
  });

  describe('versions', () => {
    it('keep the null version below versions with an ID', async () => {
      const put = async (Body: string) => s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
      const versioning = async (Status: 'Enabled' | 'Suspended') =>
        s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      const before = await put('before');
      await versioning('Enabled');
      const first = await put('first');
      await versioning('Suspended');
      await put('null again');
      const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket }));
      expect(before.VersionId).toBeUndefined();
      expect(Versions.map(({ VersionId }) => VersionId)).toEqual(['null', first.VersionId]);
      const marker = await s3().send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      expect(marker).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
      await s3().send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: 'null' }));
      const current = await s3().send(new GetObjectCommand({ Bucket, Key: 'k' }));
      expect(await current.Body?.transformToString()).toBe('first');
    });

    it.each([
      ['nope', true, 400, 'InvalidArgument'],
      ['a'.repeat(32), true, 404, 'NoSuchVersion'],
      ['null', true, 404, 'NoSuchVersion'],
      ['a'.repeat(32), false, 400, 'InvalidArgument'],
    ])('%s is not a version ID if versioning is %s', async (VersionId, versioned, httpStatusCode, name) => {
      if (versioned) {
        const VersioningConfiguration = { Status: 'Enabled' } as const;
        await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
      server.putGenerated({ bucket: Bucket, key: 'k', size: 1 });
      const get = new GetObjectCommand({ Bucket, Key: 'k', VersionId });
      await expect(s3().send(get)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    });
  });

  describe('accounts', () => {
    it('in x-amz-expected-bucket-owner must own the bucket', async () => {
      server.createBucket('theirs', { ownerAccountId: '999999999999' });
      server.putGenerated({ bucket: 'theirs', key: 'k', size: 1 });
      const head = { Bucket: 'theirs', Key: 'k' };
      await s3().send(new HeadObjectCommand({ ...head, ExpectedBucketOwner: '999999999999' }));
      const wrong = new GetObjectCommand({ ...head, ExpectedBucketOwner: '123456789012' });
      await expect(s3().send(wrong)).rejects.toMatchObject({ name: 'AccessDenied' });
      const copy = { Bucket, Key: 'k', CopySource: 'theirs/k', ExpectedBucketOwner: '123456789012' };
      const refused = new CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: '123456789012' });
      await expect(s3().send(refused)).rejects.toMatchObject({ name: 'AccessDenied' });
      await s3().send(new CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: '999999999999' }));
      const malformed = new HeadBucketCommand({ Bucket: 'theirs', ExpectedBucketOwner: 'me' });
      await expect(s3().send(malformed)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    });

    it('that are not the owner must pay in a Requester Pays bucket', async () => {
      server.createBucket('paid', { ownerAccountId: '999999999999', requesterPays: true });
      server.putGenerated({ bucket: 'paid', key: 'k', size: 1 });
      const get = { Bucket: 'paid', Key: 'k' };
      await as('999999999999').send(new GetObjectCommand(get));
      await expect(s3().send(new GetObjectCommand(get))).rejects.toMatchObject({ name: 'AccessDenied' });
      const paid = await s3().send(new GetObjectCommand({ ...get, RequestPayer: 'requester' }));
      expect(paid.RequestCharged).toBe('requester');
      const copy = { Bucket, Key: 'k', CopySource: 'paid/k' };
      await expect(s3().send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'AccessDenied' });
      await s3().send(new CopyObjectCommand({ ...copy, RequestPayer: 'requester' }));
    });

    it('cannot create a bucket that another account owns', async () => {
      const create = new CreateBucketCommand({ Bucket });
      await s3().send(create);
      await expect(as('999999999999').send(create)).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
    });
  });

  describe('encryption', () => {
    it('with customer-provided keys is blocked by default', async () => {
      const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...customerKey('0'.repeat(32)) });
      await expect(s3().send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
      const rule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
      } as const;
      await s3().send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ...rule, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }],
          },
        }),
      );
      expect(await s3().send(put)).toMatchObject({ SSECustomerAlgorithm: 'AES256' });
    });

    it('with KMS needs a KMS request for each part, or one with a bucket key', async () => {
      server.putGenerated({ bucket: Bucket, key: 'source', size: 20 * MIB });
      const { arn } = server.createKmsKey();
      const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn } as const;
      await multipartCopy('source', 'a', 20 * MIB, 5 * MIB, kms);
      expect(server.kmsRequests()).toEqual({ GenerateDataKey: 1, Decrypt: 4 });
      await multipartCopy('source', 'b', 20 * MIB, 5 * MIB, { ...kms, BucketKeyEnabled: true });
      expect(server.kmsRequests()).toEqual({ GenerateDataKey: 2, Decrypt: 5 });
    });

    it('with DSSE-KMS never uses bucket keys', async () => {
      const answer = await s3().send(
        new PutObjectCommand({
          Bucket,
          Key: 'k',
          Body: 'x',
          ServerSideEncryption: 'aws:kms:dsse',
          BucketKeyEnabled: true,
        }),
      );
      expect(answer.ServerSideEncryption).toBe('aws:kms:dsse');
      expect(answer.BucketKeyEnabled).toBeUndefined();
    });
  });

  describe('archived objects', () => {
    it('must be restored before they are read or copied', async () => {
      server.putGenerated({ bucket: Bucket, key: 'cold', size: 10, storageClass: 'GLACIER' });
      const get = new GetObjectCommand({ Bucket, Key: 'cold' });
      const copy = new CopyObjectCommand({ Bucket, Key: 'warm', CopySource: `${Bucket}/cold` });
      for (const command of [get, copy]) {
        await expect(s3().send(command as GetObjectCommand)).rejects.toMatchObject({ name: 'InvalidObjectState' });
      }
      const restore = new RestoreObjectCommand({ Bucket, Key: 'cold', RestoreRequest: { Days: 1 } });
      expect((await s3().send(restore)).$metadata.httpStatusCode).toBe(202);
      expect((await s3().send(restore)).$metadata.httpStatusCode).toBe(200);
      await s3().send(copy);
      const head = await s3().send(new HeadObjectCommand({ Bucket, Key: 'cold' }));
      expect(head).toMatchObject({
        StorageClass: 'GLACIER',
        Restore: expect.stringContaining('ongoing-request="false"'),
      });
    });
  });

  describe('annotations', () => {
    it('are copied by CopyObject, but not by a multipart copy', async () => {
      server.putGenerated({ bucket: Bucket, key: 'k', size: 10 });
      const annotation = { Bucket, Key: 'k', AnnotationName: 'note' };
      await s3().send(new PutObjectAnnotationCommand({ ...annotation, AnnotationPayload: Buffer.from('höflich') }));
      await s3().send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
      await s3().send(
        new CopyObjectCommand({ Bucket, Key: 'bare', CopySource: `${Bucket}/k`, AnnotationDirective: 'EXCLUDE' }),
      );
      await multipartCopy('k', 'multi', 10, 10);
      const names = async (Key: string) =>
        (await s3().send(new ListObjectAnnotationsCommand({ Bucket, Key }))).Annotations?.map(
          (entry) => entry.AnnotationName,
        ) ?? [];
      expect(await names('copy')).toEqual(['note']);
      expect(await names('bare')).toEqual([]);
      expect(await names('multi')).toEqual([]);
      const read = await s3().send(new GetObjectAnnotationCommand({ ...annotation, Key: 'copy' }));
      expect(await read.AnnotationPayload?.transformToString()).toBe('höflich');
      const stale = new PutObjectAnnotationCommand({
        ...annotation,
        AnnotationPayload: Buffer.from('x'),
        ObjectIfMatch: '"no"',
      });
      await expect(s3().send(stale)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    });
  });

  describe('access points', () => {
    it('replace the bucket in requests and in copy sources of the same Region', async () => {
      server.createBucket('behind', { accessPoints: ['point'] });
      server.putGenerated({ bucket: 'behind', key: 'a b', size: 10 });
      const arn = (region: string) =>
        encodeURIComponent(`arn:aws:s3:${region}:123456789012:accesspoint/point/object/a b`);
      await s3().send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: arn('us-east-1') }));
      const elsewhere = new CopyObjectCommand({ Bucket, Key: 'k', CopySource: arn('eu-west-1') });
      await expect(s3().send(elsewhere)).rejects.toMatchObject({ name: 'InvalidArgument' });
      const hosted = await raw(server, {
        path: '/a%20b',
        method: 'HEAD',
        headers: { host: 'point-123456789012.localhost' },
      });
      expect(hosted).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
      const named = `/${encodeURIComponent('arn:aws:s3:us-east-1:123456789012:accesspoint/point')}/a%20b`;
      expect((await raw(server, { path: named, method: 'HEAD' })).status).toBe(200);
    });
  });

  describe('directory buckets', () => {
    const Directory = 'fast--use1-az4--x-s3';
    const express = () => clientOf(server, { disableS3ExpressSessionAuth: true });

    beforeEach(() => {
      server.createBucket(Directory);
      server.putGenerated({ bucket: Directory, key: 'k', size: 11 * MIB });
    });

    it('support CreateSession, general purpose buckets do not', async () => {
      const { Credentials } = await express().send(new CreateSessionCommand({ Bucket: Directory }));
      expect(Credentials?.SessionToken).toBeTruthy();
      expect((await raw(server, { path: `/${Bucket}?session` })).status).toBe(405);
    });

    it('can be copied to and from general purpose buckets', async () => {
      await s3().send(new CopyObjectCommand({ Bucket, Key: 'out', CopySource: `${Directory}/k` }));
      await express().send(new CopyObjectCommand({ Bucket: Directory, Key: 'in', CopySource: `${Bucket}/out` }));
      expect(server.contentIdentity(Directory, 'in')).toBe(server.contentIdentity(Directory, 'k'));
      const head = await express().send(new HeadObjectCommand({ Bucket: Directory, Key: 'in' }));
      expect(head.StorageClass).toBe('EXPRESS_ONEZONE');
    });

    it('refuse unsupported features', async () => {
      const put = { Bucket: Directory, Key: 'x', Body: 'x' };
      const refused = [
        new PutObjectCommand({ ...put, Tagging: 'a=b' }),
        new PutObjectCommand({ ...put, WebsiteRedirectLocation: '/x' }),
        new PutObjectCommand({ ...put, ACL: 'private' }),
        new PutObjectCommand({ ...put, ObjectLockLegalHoldStatus: 'ON' }),
        new PutObjectTaggingCommand({ Bucket: Directory, Key: 'k', Tagging: { TagSet: [] } }),
        new PutBucketVersioningCommand({ Bucket: Directory, VersioningConfiguration: { Status: 'Enabled' } }),
      ];
      for (const command of refused) {
        await expect(express().send(command as PutObjectCommand)).rejects.toMatchObject({
          $metadata: { httpStatusCode: 501 },
        });
      }
      server.putGenerated({ bucket: Bucket, key: 'tagged', size: 1, tags: { a: 'b' } });
      const tagged = { Bucket: Directory, Key: 'x', CopySource: `${Bucket}/tagged` };
      await expect(express().send(new CopyObjectCommand(tagged))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 501 },
      });
      const gap = { Bucket: Directory, Key: 'm' };
      const { UploadId } = await express().send(new CreateMultipartUploadCommand(gap));
      const part = await express().send(new UploadPartCommand({ ...gap, UploadId, PartNumber: 2, Body: 'x' }));
      const Parts = [{ PartNumber: 2, ETag: part.ETag }];
      const complete = new CompleteMultipartUploadCommand({ ...gap, UploadId, MultipartUpload: { Parts } });
      await expect(express().send(complete)).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    });
  });

  describe('listings', () => {
    const keys = ['a', 'b/1', 'b/2', 'c/1', 'd', 'é', '日本', '\u{1f600}'];

    it.each([1, 2, 3, 1000])('have pages of %d without loss or repetition', async (MaxKeys) => {
      for (const key of keys) server.putGenerated({ bucket: Bucket, key, size: 1 });
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3().send(
          new ListObjectsV2Command({
            Bucket,
            MaxKeys,
            Delimiter: '/',
            ...(ContinuationToken && { ContinuationToken }),
          }),
        );
        seen.push(
          ...(page.Contents ?? []).map(({ Key = '' }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
        );
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(seen.sort()).toEqual(['a', 'b/', 'c/', 'd', 'é', '日本', '\u{1f600}'].sort());
    });

    it('encode all characters of keys', async () => {
      const key = 'a\r\n\t<&>"\'\u0001 +%';
      server.putGenerated({ bucket: Bucket, key, size: 1 });
      const list = await s3().send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
      // Form encoding: a space is a plus.
      expect(new URLSearchParams(`key=${list.Contents?.[0]?.Key}`).get('key')).toBe(key);
    });

    it('of versions continue within a key', async () => {
      await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      for (let version = 0; version < 5; version++) server.putGenerated({ bucket: Bucket, key: 'k', size: version });
      server.putGenerated({ bucket: Bucket, key: 'l', size: 9 });
      const sizes: (number | undefined)[] = [];
      let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await s3().send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...next }));
        sizes.push(...(page.Versions ?? []).map(({ Size }) => Size));
        if (page.IsTruncated !== true) break;
        next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      expect(sizes).toEqual([4, 3, 2, 1, 0, 9]);
    });
  });

  describe('buckets', () => {
    it('return their location', async () => {
      expect((await s3().send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
      expect((await s3().send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
    });

    it('can be deleted only if they are empty', async () => {
      server.putGenerated({ bucket: Bucket, key: 'k', size: 1 });
      await expect(s3().send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
      await s3().send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      await s3().send(new DeleteBucketCommand({ Bucket }));
      await expect(s3().send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
        name: 'NoSuchBucket',
      });
    });

    it('return when a lifecycle rule will abort an upload', async () => {
      const Rules = [
        {
          ID: 'r',
          Status: 'Enabled' as const,
          Filter: { Prefix: 'tmp/' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        },
      ];
      await s3().send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
      const inside = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'tmp/k' }));
      const outside = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
      expect(inside.AbortRuleId).toBe('r');
      expect(inside.AbortDate?.getTime()).toBeGreaterThan(Date.now() + 2 * 24 * 3600 * 1000 - 1000);
      expect(outside.AbortDate).toBeUndefined();
    });
  });
});
