import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Front } from '../../../local/run/serve/front';
import { type S3Server } from '../../../local/s3';
import { SecretsServer } from '../../../local/secrets';
import { clientOf, raw, type RawResponse, startServer } from '../s3/clients';
import { cleanUp, deploy, newStack, runnerOf } from '../workflow/support';

type Ask = (headers: Record<string, string>, body?: string) => Promise<RawResponse>;

/** Each server with a request that it answers by 200. */
const SERVERS: Record<string, () => Promise<Ask>> = {
  S3: async () => {
    const server = await startServer();
    server.createBucket('bucket');
    return (headers, body = DELETE) => {
      const md5 = createHash('md5').update(body).digest('base64');
      return raw(server, { path: '/bucket?delete', method: 'POST', headers: { 'content-md5': md5, ...headers }, body });
    };
  },
  KMS: async () => {
    const server = await startServer();
    return api(server.endpoint, 'TrentService.ListKeys', '{}');
  },
  'Secrets Manager': async () => {
    secrets = await SecretsServer.start([{ arn: 'arn', name: 'name', text: 'text' }]);
    return api(secrets.endpoint, 'secretsmanager.GetSecretValue', '{"SecretId":"name"}');
  },
  'Step Functions': async () => api((await workflowEndpoint()).origin, 'AWSStepFunctions.ListStateMachines', '{}'),
  'Step Functions behind --serve': async () => api(await front(), 'AWSStepFunctions.ListStateMachines', '{}'),
  'Secrets Manager behind --serve': async () =>
    api(await front(), 'secretsmanager.GetSecretValue', '{"SecretId":"name"}'),
  'S3 behind --serve': async () => {
    const endpoint = await front();
    return (headers, body = DELETE) => {
      const md5 = createHash('md5').update(body).digest('base64');
      return raw(
        { endpoint },
        { path: '/bucket?delete', method: 'POST', headers: { 'content-md5': md5, ...headers }, body },
      );
    };
  },
};

/** All services at the one endpoint of `mpcopy local --serve`. */
async function front(): Promise<string> {
  const server = await startServer();
  server.createBucket('bucket');
  secrets = await SecretsServer.start([{ arn: 'arn', name: 'name', text: 'text' }]);
  const workflow = await workflowEndpoint();
  served = await Front.start(0, { s3: new URL(server.endpoint), secrets: new URL(secrets.endpoint), workflow });
  return served.endpoint;
}

async function workflowEndpoint(): Promise<URL> {
  const { app, stack } = newStack();
  const definitionBody = sfn.DefinitionBody.fromString(
    JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
  );
  new sfn.StateMachine(stack, 'Machine', { definitionBody });
  const { runner } = await runnerOf(deploy(app), {});
  return new URL(await runner.endpointUrl());
}

const DELETE = '<Delete><Object><Key>k</Key></Object></Delete>';

let secrets: SecretsServer | undefined;
let served: Front | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
  await secrets?.close();
  secrets = undefined;
  await cleanUp();
});

function api(endpoint: string, target: string, text: string): Ask {
  return (headers, body = text) =>
    raw({ endpoint }, { path: '/', method: 'POST', headers: { 'x-amz-target': target, ...headers }, body });
}

describe.each(Object.keys(SERVERS))('%s', (name) => {
  it('answers programs, and pages of its own', async () => {
    const ask = await SERVERS[name]!();
    expect((await ask({})).status).toBe(200);
    for (const host of ['localhost:1', '127.0.0.1:1', 'localhost.:80', '[::1]:1']) {
      expect((await ask({ host })).status).toBe(200);
    }
    expect(
      (await ask({ host: 'localhost:1', origin: 'http://localhost:1', 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(200);
  });

  it.each([
    [{ host: 'evil.example' }, "The Host header names 'evil.example'"],
    [{ host: `${'a'.repeat(300)}.localhost` }, 'The Host header has 310 characters'],
    [{ origin: 'http://evil.example' }, 'Origin: http://evil.example'],
    [{ origin: 'null' }, 'Origin: null'],
    [{ referer: 'http://evil.example/page' }, 'Referer: http://evil.example/page'],
    [{ 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch-Site: cross-site'],
    [{ 'sec-fetch-site': 'same-site' }, 'Sec-Fetch-Site: same-site'],
  ])('refuses web pages: %j', async (headers, reason) => {
    const ask = await SERVERS[name]!();
    const answer = await ask(headers);
    expect(answer.status).toBe(name.startsWith('S3') ? 403 : 400);
    expect(answer.body).toContain('AccessDenied');
    expect(answer.body.replaceAll('&apos;', "'")).toContain(reason);
  });
});

describe.each(Object.keys(SERVERS).filter((name) => !name.includes('behind')))('%s', (name) => {
  it('refuses a long body, and answers the next request', async () => {
    const ask = await SERVERS[name]!();
    const answer = await ask({}, ' '.repeat(5 * 1024 ** 2));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/too large|exceeds/);
    expect((await ask({})).status).toBe(200);
  });
});

describe('S3 behind --serve', () => {
  // The SDK sends a body of this size only when it is asked for it (Expect: 100-continue).
  it.each([1, 16])('refuses an upload of %i MiB with the error of S3', async (mebibytes) => {
    const client = clientOf({ endpoint: await front(), region: 'us-east-1' });
    const Body = Buffer.alloc(mebibytes * 1024 ** 2);
    const put = (Bucket: string) => client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
    await expect(put('missing')).rejects.toThrow(expect.objectContaining({ name: 'NoSuchBucket' }));
    await expect(put('bucket')).resolves.toHaveProperty('ETag');
    client.destroy();
  });

  it('reads the rest of an upload that it refused, and answers the next request of the connection', async () => {
    const { hostname, port } = new URL(await front());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const put = (bucket: string, bytes: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'content-length': bytes };
        const call = request({ hostname, port, method: 'PUT', path: `/${bucket}/k`, headers, agent }, (response) => {
          sockets.add(response.socket);
          // The rest of the body is sent when the refusal has arrived.
          response.resume().on('end', () => call.end(Buffer.alloc(bytes - 1)));
          response.on('close', () => resolve(response.statusCode));
        });
        call.on('error', reject).write('x');
        if (bytes === 1) call.end();
      });
    expect(await put('missing', 16 * 1024 ** 2)).toBe(404);
    expect(await put('bucket', 1)).toBe(200);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });
});

describe('the embedded S3', () => {
  const page = { origin: 'http://app.example', referer: 'http://app.example/', 'sec-fetch-site': 'cross-site' };

  it('takes verified requests of web pages, and lets these show the answer', async () => {
    const server = await startServer();
    server.createBucket('bucket');
    server.addPrincipal({ accessKeyId: 'VERIFIED', secretAccessKey: 'secret' });
    const credentials = { accessKeyId: 'VERIFIED', secretAccessKey: 'secret' };
    const client = clientOf(server, { credentials });
    const sent: Record<string, unknown>[] = [];
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign((args.request as { headers: object }).headers, page);
        const result = await next(args);
        sent.push((result.response as { headers: Record<string, unknown> }).headers);
        return result;
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
    await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    expect(sent.map((headers) => headers['cross-origin-resource-policy'])).toEqual([undefined, undefined]);
    const wrong = clientOf(server, { credentials: { ...credentials, secretAccessKey: 'wrong' } });
    await expect(wrong.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))).rejects.toThrow('signature');
  });

  it('tells browsers not to run what is stored, and not to embed it', async () => {
    const server = await startServer();
    server.createBucket('bucket');
    for (const path of ['/bucket', '/bucket/missing']) {
      expect((await raw(server, { path })).headers).toMatchObject({
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it.each([
    'photos.s3.eu-west-1.amazonaws.com',
    'photos.127.0.0.1.nip.io',
    'photos.s3.localhost.localstack.cloud:4566',
  ])('has the known name %s', async (host) => {
    const server = await startServer();
    server.createBucket('photos');
    expect((await raw(server, { path: '/', headers: { host } })).status).toBe(200);
  });

  it.each(['photos.10.0.0.1.nip.io', 's3.localhost.evil.example', 'amazonaws.com', 's3.amazonaws.com.evil.example'])(
    'has not the name %s',
    async (host) => {
      const server = await startServer();
      expect((await raw(server, { path: '/', headers: { host } })).status).toBe(403);
    },
  );

  it('has names that are added, and any name on an address that is not loopback', async () => {
    const named = await startServer({ allowedHosts: ['Host.docker.internal'] });
    const ask = async (server: Pick<S3Server, 'endpoint'>, host: string) =>
      (await raw(server, { path: '/', headers: { host } })).status;
    expect(await ask(named, 'host.docker.internal:9000')).toBe(200);
    expect(await ask(named, 'other.docker.internal:9000')).toBe(403);
    const open = await startServer({ host: '0.0.0.0' });
    const { port } = new URL(open.endpoint);
    expect(await ask({ endpoint: `http://127.0.0.1:${port}` }, 'any.example')).toBe(200);
  });

  it('asks who sends a request of KMS before it reads the body', async () => {
    const server = await startServer({ refuseUnknownAccessKeys: true });
    const credential = `AWS4-HMAC-SHA256 Credential=UNKNOWN/20261127/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=${createHash('sha256').digest('hex')}`;
    const ask = api(server.endpoint, 'TrentService.CreateKey', ' '.repeat(1024 ** 2));
    expect((await ask({ authorization: credential })).body).toContain('UnrecognizedClientException');
  });
});
