import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { GetObjectTaggingCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { S3Server } from '../../../local/s3';
import { clientOf, raw } from './clients';

const SECRETS = { accessKeyId: 'FORMS', secretAccessKey: 'a secret' };
const MIB = 1024 ** 2;

let server: S3Server;
let client: S3Client;

beforeAll(async () => {
  server = await S3Server.start();
  server.addPrincipal(SECRETS);
  server.createBucket('bucket', { versioning: 'Enabled', objectOwnership: 'ObjectWriter' });
  client = clientOf(server, { credentials: SECRETS });
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

interface Upload {
  fields?: Record<string, string>;
  /** Beside those of the fields. */
  conditions?: unknown[];
  file?: string | Blob;
  expiresIn?: number;
  secretAccessKey?: string;
  signed?: boolean;
}

/** Posts a form as a browser does, with a policy that allows its fields. */
async function post(upload: Upload = {}, path = '/bucket'): Promise<Response> {
  const { fields = {}, file = 'bytes', signed = true } = upload;
  const all = signed ? signedFields({ key: 'key', ...fields }, upload) : { key: 'key', ...fields };
  const form = new FormData();
  for (const [name, value] of Object.entries(all)) form.append(name, value);
  if (typeof file === 'string') form.append('file', new File([file], 'name.txt'));
  else form.append('file', file);
  form.append('submit', 'Upload');
  return fetch(`${server.endpoint}${path}`, { method: 'POST', body: form, redirect: 'manual' });
}

function signedFields(fields: Record<string, string>, upload: Upload): Record<string, string> {
  const { conditions = [], expiresIn = 60, secretAccessKey = SECRETS.secretAccessKey } = upload;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), 'us-east-1', 's3', 'aws4_request'];
  const all = {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${SECRETS.accessKeyId}/${scope.join('/')}`,
    'x-amz-date': date,
  };
  const expiration = new Date(Date.now() + expiresIn * 1000).toISOString();
  const covered = Object.entries(all).map(([name, value]) =>
    value.includes('${filename}') ? ['starts-with', `$${name}`, ''] : { [name]: value },
  );
  const document = { expiration, conditions: [{ bucket: 'bucket' }, ...covered, ...conditions] };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  return { ...all, policy, 'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex') };
}

const md5 = (text: string | Buffer): string => `"${createHash('md5').update(text).digest('hex')}"`;

describe('uploads by a form', () => {
  it('are objects with all that their fields say', async () => {
    const fields = {
      key: 'a b/ü/${filename}',
      acl: 'bucket-owner-full-control',
      'Content-Type': 'text/plain',
      'Cache-Control': 'max-age=60',
      'Content-Disposition': 'attachment',
      'x-amz-meta-Colour': 'grün',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-website-redirect-location': '/other',
      'x-amz-checksum-sha256': createHash('sha256').update('bytes').digest('base64'),
      tagging: '<Tagging><TagSet><Tag><Key>a b</Key><Value>1+1</Value></Tag></TagSet></Tagging>',
    };
    const answer = await post({ fields });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.get('etag')).toBe(md5('bytes'));
    const Key = 'a b/ü/name.txt';
    expect(answer.headers.get('location')).toBe(`${server.endpoint}/bucket/${encodeURIComponent(Key)}`);
    const object = { Bucket: 'bucket', Key };
    const head = await client.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment',
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      WebsiteRedirectLocation: '/other',
      ChecksumSHA256: fields['x-amz-checksum-sha256'],
      VersionId: answer.headers.get('x-amz-version-id'),
    });
    expect(Object.keys(head.Metadata ?? {})).toEqual(['colour']);
    const { TagSet } = await client.send(new GetObjectTaggingCommand(object));
    expect(TagSet).toEqual([{ Key: 'a b', Value: '1+1' }]);
    expect(server.requestLog.entries().at(-3)).toMatchObject({ operation: 'PutObject', key: Key, principal: 'FORMS' });
  });

  it('may be large', async () => {
    const bytes = Buffer.alloc(20 * MIB, 'twenty mebibytes\r\n--');
    const answer = await post({ file: new Blob([bytes]) });
    expect([answer.status, answer.headers.get('etag')]).toEqual([204, md5(bytes)]);
  });

  it.each([1, 2, 7, 50, 1000])('may come in pieces of %i bytes', async (size) => {
    const field = '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\npieces\r\n';
    const file = '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n\r\n--a\r\n\r\n--b--\r\n';
    const body = Buffer.from(field + file);
    const { port } = new URL(server.endpoint);
    const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
    const answer = once(socket, 'data');
    const type = 'Content-Type: multipart/form-data; boundary=b';
    socket.write(`POST /bucket HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n`);
    for (let start = 0; start < body.length; start += size) {
      socket.write(body.subarray(start, start + size));
      await new Promise(setImmediate);
    }
    expect(String(await answer)).toMatch(/^HTTP\/1.1 204 /);
    socket.destroy();
    expect(server.describeObject('bucket', 'pieces')).toMatchObject({ size: '\r\n--a\r\n'.length });
  });

  it.each<[string, Record<string, string>, number]>([
    ['no field', {}, 204],
    ['success_action_status 200', { success_action_status: '200' }, 200],
    ['success_action_status 201', { success_action_status: '201' }, 201],
    ['success_action_status 404', { success_action_status: '404' }, 204],
    ['success_action_redirect', { success_action_redirect: 'https://example.com/a?b=c' }, 303],
    ['redirect', { redirect: 'http://example.com/ü' }, 303],
    ['a redirect to nowhere', { success_action_redirect: '/a' }, 204],
  ])('are answered as they ask: %s', async (_, fields, status) => {
    const answer = await post({ fields: { key: 'a/b c', ...fields } });
    expect(answer.status).toBe(status);
    const result = `bucket=bucket&key=a%2Fb+c&etag=${encodeURIComponent(md5('bytes'))}`;
    const object = `${server.endpoint}/bucket/a%2Fb%20c`;
    const places: Record<string, string> = {
      success_action_redirect: `https://example.com/a?b=c&${result}`,
      redirect: `http://example.com/%C3%BC?${result}`,
    };
    const [name = ''] = Object.keys(fields);
    expect(answer.headers.get('location')).toBe(status === 303 ? places[name] : object);
    const text = await answer.text();
    if (status !== 201) expect(text).toBe('');
    else {
      expect(answer.headers.get('content-type')).toBe('application/xml');
      const etag = md5('bytes').replaceAll('"', '&quot;');
      expect(text).toBe(
        `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${object}</Location><Bucket>bucket</Bucket><Key>a/b c</Key><ETag>${etag}</ETag></PostResponse>`,
      );
    }
  });

  const range = (least: number, most: number): Upload => ({ conditions: [['content-length-range', least, most]] });

  it.each<[string, Upload, number, string]>([
    ['another secret', { secretAccessKey: 'a guess' }, 403, '<Code>SignatureDoesNotMatch<'],
    ['an old policy', { expiresIn: -1 }, 403, 'Invalid according to Policy: Policy expired.'],
    ['another value', { conditions: [{ key: 'other' }] }, 403, 'Policy Condition failed: [&quot;eq&quot;, &quot;$key'],
    ['a large file', range(0, 4), 400, '<ProposedSize>5</ProposedSize><MaxSizeAllowed>4<'],
    ['a large file, whole', { ...range(0, 4 * MIB), file: 'a'.repeat(5 * MIB) }, 400, '<ProposedSize>5242880<'],
    ['a small file', range(6, 9), 400, '<ProposedSize>5</ProposedSize><MinSizeAllowed>6<'],
    ['a wrong checksum', { fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } }, 400, '<Code>BadDigest<'],
    ['no checksum', { fields: { 'x-amz-checksum-algorithm': 'CRC32' } }, 400, '<Code>InvalidRequest<'],
    ['a wrong MD5', { fields: { 'Content-MD5': Buffer.alloc(16).toString('base64') } }, 400, '<Code>BadDigest<'],
    ['a storage class', { fields: { 'x-amz-storage-class': 'COLD' } }, 400, '<Code>InvalidStorageClass<'],
    ['an ACL', { fields: { acl: 'nobody' } }, 400, '<ArgumentValue>nobody<'],
    ['tags', { fields: { tagging: 'a=1' } }, 400, '<Code>MalformedXML<'],
    ['an empty key', { fields: { key: '' } }, 400, 'User key must have a length greater than 0.'],
    ['a long key', { fields: { key: 'k'.repeat(1025) } }, 400, '<Code>KeyTooLongError<'],
  ])('are refused for %s', async (_, upload, status, text) => {
    const key = `refused ${Math.random()}`;
    const answer = await post({ ...upload, fields: { key, ...upload.fields } });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)]);
    expect(server.describeObject('bucket', key)).toBeUndefined();
  });

  it('are refused for a field that their policy does not name', async () => {
    const fields = { ...signedFields({ key: 'key' }, {}), expires: 'never' };
    const answer = await post({ fields, signed: false });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Extra input fields: expires')]);
  });

  it('have the name of the file in any field', async () => {
    const fields = { key: '${filename}', 'Content-Disposition': 'attachment; filename="${filename}"' };
    expect((await post({ fields })).status).toBe(204);
    const head = await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'name.txt' }));
    expect(head.ContentDisposition).toBe('attachment; filename="name.txt"');
  });

  it('have no tags by another document', async () => {
    expect((await post({ fields: { key: 'untagged', tagging: '<Labels/>' } })).status).toBe(204);
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket: 'bucket', Key: 'untagged' }));
    expect(TagSet).toEqual([]);
  });

  it.each([
    ['POST', 204],
    ['REST-HEADER', 403],
  ])('are signed as by %s where policies are enforced', async (type, status) => {
    const strict = await S3Server.start({ enforceIam: true });
    strict.createBucket('bucket');
    const Condition = { StringEquals: { 's3:authType': type, 's3:signatureversion': 'AWS4-HMAC-SHA256' } };
    const Statement = [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/key', Condition }];
    strict.addPrincipal({ ...SECRETS, policies: [{ Statement }] });
    const form = new FormData();
    for (const [name, value] of Object.entries(signedFields({ key: 'key' }, {}))) form.append(name, value);
    form.append('file', new File(['x'], 'name.txt'));
    expect((await fetch(`${strict.endpoint}/bucket`, { method: 'POST', body: form })).status).toBe(status);
    await strict.close();
  });

  it('need no policy where anybody may write', async () => {
    const answer = await post({ signed: false, fields: { key: 'unsigned' } });
    expect(answer.status).toBe(204);
    expect(server.describeObject('bucket', 'unsigned')).toBeDefined();
    expect((await post({}, '/no-such-bucket')).status).toBe(403);
    expect((await post({ signed: false }, '/no-such-bucket')).status).toBe(404);
  });

  it.each<[string, Record<string, string>, string, number, string]>([
    ['no key', {}, '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\n\r\n--b--', 400, "field named 'key'"],
    ['half a form', {}, '--b\r\ncontent-disposition: form-data; name="key"\r\n', 400, '<Code>MalformedPOSTRequest<'],
    ['no length', { 'transfer-encoding': 'chunked' }, '', 411, '<Code>MissingContentLength<'],
    ['another type', { 'content-type': 'text/plain' }, '', 412, 'must be of the enclosure-type multipart/form-data'],
  ])('are refused with %s', async (_, headers, body, status, text) => {
    const type = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await raw(server, { method: 'POST', path: '/bucket', headers: { ...type, ...headers }, body });
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(text)]);
  });
});

describe('uploads by a form, with policies', () => {
  it('ask for what a PutObject asks for', async () => {
    const strict = await S3Server.start({ enforceIam: true });
    const kept = server;
    try {
      strict.createBucket('bucket');
      const Statement = [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/mine/*' }];
      strict.addPrincipal({ ...SECRETS, policies: [{ Version: '2012-10-17', Statement }] });
      server = strict;
      expect((await post({ fields: { key: 'mine/key' } })).status).toBe(204);
      expect((await post({ fields: { key: 'yours/key' } })).status).toBe(403);
      expect((await post({ signed: false, fields: { key: 'mine/key' } })).status).toBe(403);
    } finally {
      server = kept;
      await strict.close();
    }
  });
});
