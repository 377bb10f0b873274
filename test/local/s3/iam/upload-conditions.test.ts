import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  PutBucketPolicyCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../../local/s3';
import { clientOf, startServer } from '../clients';

const object = { Bucket: 'lake', Key: 'k' };

describe('parts and the completion of an upload', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer({ enforceIam: true, unknownKmsKeys: 'create' });
    server.createBucket('lake', { objectOwnership: 'BucketOwnerPreferred' });
    server.createBucket('raw');
    server.putGenerated({ bucket: 'raw', key: 'source', size: 10 });
    const Statement = { Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' };
    server.addPrincipal({ accessKeyId: 'COPIER', policies: [{ Version: '2012-10-17', Statement }] });
  });

  const s3 = () => clientOf(server, { credentials: { accessKeyId: 'COPIER', secretAccessKey: 'any' } });

  async function denyUnless(Condition: object): Promise<void> {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::lake/*',
      Condition,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await clientOf(server).send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy }));
  }

  /** An upload with both kinds of parts, completed twice, as a client does that has lost the first answer. */
  async function upload(created: Partial<CreateMultipartUploadCommandInput>): Promise<void> {
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...object, ...created }));
    const part = { ...object, UploadId, PartNumber: 1 };
    await s3().send(new UploadPartCopyCommand({ ...part, CopySource: 'raw/source' }));
    const { ETag } = await s3().send(new UploadPartCommand({ ...part, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    for (let time = 0; time < 2; time++) {
      await s3().send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
    }
  }

  const KMS = 's3:x-amz-server-side-encryption';
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-4111-8111-111111111111';

  it.each<[name: string, condition: object, created: Partial<CreateMultipartUploadCommandInput>]>([
    ['an encryption', { StringNotEquals: { [KMS]: 'aws:kms' } }, { ServerSideEncryption: 'aws:kms' }],
    ['that there is one', { Null: { [KMS]: 'true' } }, { ServerSideEncryption: 'AES256' }],
    [
      'a key',
      { StringNotEquals: { [`${KMS}-aws-kms-key-id`]: KEY } },
      { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY },
    ],
    [
      'an ACL',
      { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      { ACL: 'bucket-owner-full-control' },
    ],
  ])('are evaluated with headers of CreateMultipartUpload: a policy requires %s', async (_, condition, created) => {
    await denyUnless(condition);
    await expect(upload(created)).resolves.toBeUndefined();
    await expect(upload({})).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('are denied if the policy has changed', async () => {
    const { UploadId } = await s3().send(
      new CreateMultipartUploadCommand({ ...object, ServerSideEncryption: 'AES256' }),
    );
    await denyUnless({ StringNotEquals: { [KMS]: 'aws:kms' } });
    const part = s3().send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'part' }));
    await expect(part).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('do not apply these values to the source of a copy', async () => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::raw/*',
      Condition: { StringEquals: { [KMS]: 'AES256' } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await clientOf(server).send(new PutBucketPolicyCommand({ Bucket: 'raw', Policy }));
    await expect(upload({ ServerSideEncryption: 'AES256' })).resolves.toBeUndefined();
  });
});
