import { raw, startServer } from './clients';

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(NAMES)('%s is no', (name) => {
  it('operation of KMS', async () => {
    const server = await startServer();
    const headers = { 'x-amz-target': `TrentService.${name}` };
    const answer = await raw(server, { method: 'POST', path: '/', headers, body: '{}' });
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'UnsupportedOperationException',
      message: `TrentService.${name} is not served here`,
    });
  });

  it('canned ACL', async () => {
    const server = await startServer();
    server.createBucket('bucket', { objectOwnership: 'ObjectWriter' });
    const answer = await raw(server, { method: 'PUT', path: '/bucket/k', headers: { 'x-amz-acl': name }, body: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<ArgumentName>x-amz-acl</ArgumentName>');
  });

  it('operator or field of a policy', async () => {
    const server = await startServer();
    server.createBucket('bucket');
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '123456789012' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::bucket/*',
    };
    for (const changed of [{ Condition: { [name]: { k: 'v' } } }, Object.fromEntries([[name, 'x']])]) {
      const body = JSON.stringify({ Statement: [{ ...statement, ...changed }] });
      const answer = await raw(server, { method: 'PUT', path: '/bucket?policy', body });
      expect(answer.body).toContain('<Code>MalformedPolicy</Code>');
    }
  });

  it('name of metadata that is lost', async () => {
    const server = await startServer();
    server.createBucket('bucket');
    const metadata = `x-amz-meta-${name}`.toLowerCase();
    await raw(server, { method: 'PUT', path: '/bucket/k', headers: { [metadata]: 'kept' }, body: 'x' });
    expect((await raw(server, { path: '/bucket/k' })).headers[metadata]).toBe('kept');
  });
});
