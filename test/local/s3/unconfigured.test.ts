import {
  GetBucketAccelerateConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketWebsiteCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('a bucket without further configurations', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
  });

  it.each([
    ['NoSuchCORSConfiguration', new GetBucketCorsCommand({ Bucket })],
    ['NoSuchWebsiteConfiguration', new GetBucketWebsiteCommand({ Bucket })],
    ['ReplicationConfigurationNotFoundError', new GetBucketReplicationCommand({ Bucket })],
  ])('has none: %s', async (name, command) => {
    await expect(clientOf(server).send(command)).rejects.toMatchObject({
      name,
      BucketName: Bucket,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it.each([
    ['NotificationConfiguration', new GetBucketNotificationConfigurationCommand({ Bucket })],
    ['BucketLoggingStatus', new GetBucketLoggingCommand({ Bucket })],
    ['AccelerateConfiguration', new GetBucketAccelerateConfigurationCommand({ Bucket })],
  ])('has an empty %s', async (_, command) => {
    const { $metadata, ...rest } = await clientOf(server).send(command);
    expect($metadata.httpStatusCode).toBe(200);
    expect(rest).toEqual({});
  });

  it.each(['cors', 'website', 'replication', 'notification', 'logging', 'accelerate'])(
    'takes no %s, and has none when it is missing itself',
    async (name) => {
      expect((await raw(server, { method: 'PUT', path: `/bucket?${name}`, body: '<X/>' })).status).toBe(501);
      expect((await raw(server, { path: `/nowhere?${name}` })).body).toContain('<Code>NoSuchBucket</Code>');
    },
  );

  const origin = 'https://page.example';

  it.each([
    ['a bucket', '/bucket', { origin }, 'CORS is not enabled for this bucket.', 'OPTIONS'],
    [
      'an object, of which only its bucket counts',
      '/bucket/k',
      { origin, 'access-control-request-method': 'PUT' },
      'CORS is not enabled for this bucket.',
      'PUT',
    ],
    ['a bucket that is not there', '/nowhere/k', { origin }, 'Bucket not found', 'OPTIONS'],
  ])('lets no page of another origin send requests to %s', async (_, path, headers, message, method) => {
    const answer = await raw(server, { method: 'OPTIONS', path, headers });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain(
      `<Code>AccessForbidden</Code><Message>CORSResponse: ${message}</Message><Method>${method}</Method><ResourceType>BUCKET<`,
    );
  });

  it('asks whoever asks for that for an origin', async () => {
    const answer = await raw(server, { method: 'OPTIONS', path: '/bucket/k' });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('Origin request header needed.') });
  });
});
