import type { S3Server } from '../../../local/s3';
import { raw, startServer } from './clients';

describe('lifecycle rules', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  it.each(['<NoncurrentDays>0</NoncurrentDays>', '<NewerNoncurrentVersions>1</NewerNoncurrentVersions>'])(
    'cannot have a NoncurrentVersionExpiration of %s',
    async (expiration) => {
      server.createBucket('bucket');
      const noncurrent = `<NoncurrentVersionExpiration>${expiration}</NoncurrentVersionExpiration>`;
      const body = `<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix/>${noncurrent}</Rule></LifecycleConfiguration>`;
      const answer = await raw(server, { method: 'PUT', path: '/bucket?lifecycle', body });
      expect(answer.body).toContain('<Code>MalformedXML</Code>');
    },
  );
});
