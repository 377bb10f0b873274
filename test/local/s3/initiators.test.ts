import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { canonicalId } from '../../../local/s3';
import { clientOf, startServer } from './clients';

const SESSION = 'arn:aws:sts::123456789012:assumed-role/Copy/Begin';

describe('the initiator of an upload', () => {
  it.each([
    ['ASIASESSION', { ID: SESSION, DisplayName: 'Begin' }],
    ['AKIAUSER', { ID: 'arn:aws:iam::123456789012:user/team/ann', DisplayName: 'ann' }],
    ['123456789012', { ID: canonicalId('123456789012'), DisplayName: 'account-123456789012' }],
  ])('%s is listed with uploads and with parts', async (accessKeyId, initiator) => {
    const server = await startServer();
    server.createBucket('bucket');
    server.addPrincipal({ accessKeyId: 'ASIASESSION', arn: SESSION });
    server.addPrincipal({ accessKeyId: 'AKIAUSER', arn: 'arn:aws:iam::123456789012:user/team/ann' });
    const client = clientOf(server, { credentials: { accessKeyId, secretAccessKey: 'secret' } });
    const named = { Bucket: 'bucket', Key: accessKeyId };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(named));
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket', Prefix: accessKeyId }));
    expect(Uploads).toMatchObject([{ UploadId, Initiator: initiator }]);
    expect(await client.send(new ListPartsCommand({ ...named, UploadId }))).toMatchObject({ Initiator: initiator });
    client.destroy();
  });
});
