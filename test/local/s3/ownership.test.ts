import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketOwnershipControlsCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetObjectAclCommand,
  ListObjectsV2Command,
  type ObjectCannedACL,
  type ObjectOwnership,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { canonicalId } from '../../../local/s3/wire/principal';
import { clientOf, startServer } from './clients';

const OWNER = '111111111111';
const WRITER = '222222222222';

describe('ownership', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer({ accountId: OWNER });
  });

  const by = (accessKeyId: string) => clientOf(server, { credentials: { accessKeyId, secretAccessKey: 's' } });

  describe.each<[ObjectOwnership, ObjectCannedACL | undefined, owner: string, grants: [string, string][] | 'refused']>([
    ['BucketOwnerEnforced', undefined, OWNER, [[OWNER, 'FULL_CONTROL']]],
    ['BucketOwnerEnforced', 'bucket-owner-full-control', OWNER, [[OWNER, 'FULL_CONTROL']]],
    ['BucketOwnerEnforced', 'bucket-owner-read', OWNER, 'refused'],
    ['BucketOwnerPreferred', undefined, WRITER, [[WRITER, 'FULL_CONTROL']]],
    ['BucketOwnerPreferred', 'bucket-owner-full-control', OWNER, [[OWNER, 'FULL_CONTROL']]],
    [
      'BucketOwnerPreferred',
      'bucket-owner-read',
      WRITER,
      [
        [WRITER, 'FULL_CONTROL'],
        [OWNER, 'READ'],
      ],
    ],
    [
      'ObjectWriter',
      'bucket-owner-full-control',
      WRITER,
      [
        [WRITER, 'FULL_CONTROL'],
        [OWNER, 'FULL_CONTROL'],
      ],
    ],
    ['ObjectWriter', 'private', WRITER, [[WRITER, 'FULL_CONTROL']]],
  ])('%s, and %s by another account', (objectOwnership, ACL, owner, grants) => {
    const object = { Bucket: 'bucket', Key: 'k', ...(ACL !== undefined && { ACL }) };

    const check = async (): Promise<void> => {
      const acl = await by(OWNER).send(new GetObjectAclCommand({ Bucket: 'bucket', Key: 'k' }));
      expect(acl.Owner?.ID).toBe(canonicalId(owner));
      const given = acl.Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission]);
      expect(given).toEqual(
        grants === 'refused' ? [] : grants.map(([id, permission]) => [canonicalId(id), permission]),
      );
      const list = await by(OWNER).send(new ListObjectsV2Command({ Bucket: 'bucket', FetchOwner: true }));
      expect(list.Contents?.[0]?.Owner?.ID).toBe(canonicalId(owner));
    };

    beforeEach(() => {
      server.createBucket('bucket', { objectOwnership });
    });

    it('holds for an object', async () => {
      const written = by(WRITER).send(new PutObjectCommand({ ...object, Body: 'x' }));
      if (grants === 'refused') {
        await expect(written).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
      } else {
        await written;
        await check();
      }
    });

    it('holds for an upload', async () => {
      const created = by(WRITER).send(new CreateMultipartUploadCommand(object));
      if (grants === 'refused') {
        await expect(created).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
        return;
      }
      const { UploadId } = await created;
      const part = { Bucket: 'bucket', Key: 'k', UploadId, PartNumber: 1 };
      const { ETag } = await by(WRITER).send(new UploadPartCommand({ ...part, Body: 'x' }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await by(WRITER).send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
      await check();
    });
  });

  it('controls can be deleted and set again', async () => {
    const Bucket = 'bucket';
    server.createBucket(Bucket);
    const s3 = by(OWNER);
    const controls = async () => {
      const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      return OwnershipControls?.Rules;
    };
    expect(await controls()).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    for (let time = 0; time < 2; time++) {
      await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
      await expect(controls()).rejects.toMatchObject({ name: 'OwnershipControlsNotFoundError', BucketName: Bucket });
    }
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
    expect(await controls()).toEqual(Rules);
  });

  it('BucketOwnerEnforced is refused for a bucket with an ACL for others', async () => {
    const s3 = by(OWNER);
    const Bucket = 'shared';
    const GrantRead = `id="${canonicalId(WRITER)}"`;
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerPreferred', GrantRead }));
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(['READ']);
    const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }];
    const enforce = new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } });
    await expect(s3.send(enforce)).rejects.toMatchObject({ name: 'InvalidBucketAclWithObjectOwnership' });
  });

  it('a new bucket has the tags of the request and a Location in its Region', async () => {
    const Tags = [{ Key: 'team', Value: 'a' }];
    const made = await by(OWNER).send(new CreateBucketCommand({ Bucket: 'here', CreateBucketConfiguration: { Tags } }));
    expect(made.Location).toBe('/here');
    expect((await by(OWNER).send(new GetBucketTaggingCommand({ Bucket: 'here' }))).TagSet).toEqual(Tags);
    const abroad = clientOf(server, { region: 'eu-west-1' });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
    const there = await abroad.send(new CreateBucketCommand({ Bucket: 'there', CreateBucketConfiguration }));
    expect(there.Location).toBe('http://there.s3.amazonaws.com/');
  });
});
