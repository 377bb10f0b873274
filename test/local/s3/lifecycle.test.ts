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

  const rule = (id: string, more = '<Expiration><Days>1</Days></Expiration>'): string =>
    `<Rule><ID>${id}</ID><Status>Enabled</Status><Prefix/>${more}</Rule>`;
  const put = (...rules: string[]) =>
    raw(server, {
      method: 'PUT',
      path: '/bucket?lifecycle',
      body: `<LifecycleConfiguration>${rules.join('')}</LifecycleConfiguration>`,
    });

  it.each<[name: string, rules: string[], message: string]>([
    ['an ID over 255 characters', [rule('x'.repeat(256))], 'ID length should not exceed allowed limit of 255'],
    ['doubled IDs', [rule('a'), rule('a')], 'Rule ID must be unique. Found same ID for more than one rule'],
    [
      'a date that is not midnight UTC',
      [rule('a', '<Expiration><Date>2099-01-01T01:00:00Z</Date></Expiration>')],
      "'Date' must be at midnight GMT",
    ],
    [
      'a transition on such a date',
      [rule('a', '<Transition><Date>2099-01-01T01:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition>')],
      "'Date' must be at midnight GMT",
    ],
  ])('are refused for %s', async (_, rules, message) => {
    server.createBucket('bucket');
    const answer = await put(...rules);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(`<Code>InvalidArgument</Code><Message>${message}</Message>`);
  });

  it('accept IDs of 255 characters and dates at midnight', async () => {
    server.createBucket('bucket');
    const dated = rule('b', '<Expiration><Date>2099-01-01T00:00:00Z</Date></Expiration>');
    expect((await put(rule('x'.repeat(255)), dated)).status).toBe(200);
  });
});
