import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type KmsKeyState, NotFoundError, type S3Server } from '../../../local/s3';
import { clientOf, startServer } from './clients';

const object = { Bucket: 'bucket', Key: 'k' };

describe('a KMS key that cannot be used', () => {
  let server: S3Server;
  let UploadId: string | undefined;

  beforeEach(async () => {
    server = await startServer();
    server.createBucket('plain');
    server.createBucket('bucket', { encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: 'alias/copies' } });
    for (const bucket of ['plain', 'bucket']) server.putGenerated({ bucket, key: 'k', size: 10 });
    ({ UploadId } = await s3().send(new CreateMultipartUploadCommand(object)));
  });

  const s3 = () => clientOf(server);

  describe.each<[state: KmsKeyState, status: number, name: string, message: string]>([
    ['Disabled', 400, 'KMS.DisabledException', 'is disabled.'],
    ['PendingDeletion', 400, 'KMS.KMSInvalidStateException', 'is pending deletion.'],
    ['Deleted', 400, 'KMS.NotFoundException', 'does not exist'],
    ['Throttled', 503, 'SlowDown', 'Please reduce your request rate for operations involving AWS KMS.'],
  ])('%s', (state, httpStatusCode, name, message) => {
    beforeEach(() => server.setKmsKeyState('alias/copies', state));

    it.each<[string, () => Promise<unknown>]>([
      ['reading', () => s3().send(new GetObjectCommand(object))],
      ['writing', () => s3().send(new PutObjectCommand({ ...object, Body: 'x' }))],
      ['copying from', () => s3().send(new CopyObjectCommand({ Bucket: 'plain', Key: 'c', CopySource: 'bucket/k' }))],
      ['copying to', () => s3().send(new CopyObjectCommand({ ...object, CopySource: 'plain/k' }))],
      ['beginning an upload', () => s3().send(new CreateMultipartUploadCommand(object))],
      [
        'copying a part to',
        () => s3().send(new UploadPartCopyCommand({ ...object, UploadId, PartNumber: 1, CopySource: 'plain/k' })),
      ],
      ['listing parts', () => s3().send(new ListPartsCommand({ ...object, UploadId }))],
    ])('fails %s', async (_, send) => {
      await expect(send()).rejects.toMatchObject({
        name,
        message: expect.stringContaining(message),
        $metadata: { httpStatusCode },
      });
    });

    it('fails only a HEAD that requests the checksum, with a status and no body', async () => {
      const head = s3().send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
      await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode } });
      await expect(head).rejects.not.toMatchObject({ name });
      await expect(s3().send(new HeadObjectCommand(object))).resolves.toMatchObject({ ContentLength: 10 });
    });

    it('can be used again after it is enabled', async () => {
      server.setKmsKeyState('alias/copies', 'Enabled');
      await expect(s3().send(new GetObjectCommand(object))).resolves.toBeDefined();
    });
  });

  it('is not created again if the server creates unknown keys', async () => {
    const lenient = await startServer({ unknownKmsKeys: 'create' });
    const key = lenient.createKmsKey();
    lenient.setKmsKeyState(key.arn, 'Deleted');
    lenient.createBucket('bucket');
    const put = new PutObjectCommand({ ...object, Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn });
    await expect(clientOf(lenient).send(put)).rejects.toMatchObject({ name: 'KMS.NotFoundException' });
  });

  it('must exist to change its state', () => {
    expect(() => server.setKmsKeyState('alias/other', 'Disabled')).toThrow(NotFoundError);
    expect(() => server.setKmsKeyState('no key', 'Disabled')).toThrow("KMS key 'no key' does not exist in account");
  });
});
