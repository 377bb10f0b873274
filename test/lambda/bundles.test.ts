import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Step, STEPS } from '../../lib/private/protocol';

const DIST = join(__dirname, '..', '..', 'lambda', 'dist');

/**
 * What a worker may load before its first request, in 1,000 bytes: 2 to 4 % more than it does. After a larger change, see what the
 * bundle got with `npm run bench:coldstart`, and either leave it out or change the number here.
 */
const BUDGET: Record<Step | 'sweep' | 'notify', number> = {
  plan: 330,
  restore: 255,
  begin: 258,
  'copy-part': 257,
  'check-parts': 259,
  complete: 270,
  verify: 276,
  abort: 300,
  'copy-object': 267,
  sweep: 312,
  notify: 217,
};

/** Files that a worker loads only when it needs them. */
const LOADED_LATER: Partial<Record<Step | 'sweep' | 'notify', string[]>> = {
  notify: [],
  'check-parts': ['composite-checksum.js', 'secrets-manager-sdk.js'],
  complete: ['composite-checksum.js', 'secrets-manager-sdk.js'],
};

describe.each([...STEPS, 'sweep', 'notify'] as const)('the bundle of %s', (step) => {
  const code = readFileSync(join(DIST, step, 'index.js'), 'utf8');
  const later = LOADED_LATER[step] ?? ['secrets-manager-sdk.js'];

  test('exports an async handler without a callback, which nodejs24.x rejects', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { handler } = require(join(DIST, step, 'index.js')) as { handler: (event: unknown) => Promise<unknown> };
    expect(handler.length).toBeLessThan(3);
    expect(handler.constructor.name).toBe('AsyncFunction');
  });

  test('requires only modules of Node.js', () => {
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name!.replace(/^node:/, ''));
    expect(required.length).toBeGreaterThan(0);
    // Only named, in the advice that the SDK gives to callers of multi-Region access points.
    const advised = '@aws-sdk/signature-v4-crt';
    const own = later.map((file) => `./${file}`);
    expect(required.filter((name) => ![...own, advised, ...builtinModules].includes(name))).toEqual([]);
  });

  test('stays within its budget', () => {
    expect(statSync(join(DIST, step, 'index.js')).size).toBeLessThanOrEqual(BUDGET[step] * 1000);
  });

  test('holds only what is loaded with it or later', () => {
    expect(readdirSync(join(DIST, step)).sort()).toEqual([...later, 'index.js'].sort());
    for (const file of later) expect(code).toContain(`require("./${file}")`);
  });

  test('contains no path of the machine that built it', () => {
    expect(code).not.toContain(process.cwd());
  });
});

describe('the endpoint of a worker, by the environment that Lambda gives it', () => {
  test.each<[string, Record<string, string>, string]>([
    ['in a Region', { AWS_REGION: 'eu-central-1' }, 'lake.s3.eu-central-1.amazonaws.com'],
    ['in China', { AWS_REGION: 'cn-north-1' }, 'lake.s3.cn-north-1.amazonaws.com.cn'],
    ['in GovCloud', { AWS_REGION: 'us-gov-west-1' }, 'lake.s3.us-gov-west-1.amazonaws.com'],
    [
      'with FIPS',
      { AWS_REGION: 'us-gov-west-1', AWS_USE_FIPS_ENDPOINT: 'true' },
      'lake.s3-fips.us-gov-west-1.amazonaws.com',
    ],
    [
      'with dual-stack',
      { AWS_REGION: 'eu-west-1', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      'lake.s3.dualstack.eu-west-1.amazonaws.com',
    ],
    ['with an endpoint of its own', { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: 'http://s3.test' }, 'lake.s3.test'],
    [
      'with a configuration file, which Lambda does not have',
      { AWS_REGION: 'us-east-1', AWS_CONFIG_FILE: join(__dirname, '..', 'fixtures', 'aws-config') },
      'lake.s3.us-east-1.amazonaws.com',
    ],
  ])('%s', async (_, environment, expected) => {
    expect(await hostOf('lake', environment)).toBe(expected);
  });

  test('of an access point in another Region', async () => {
    const arn = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/lake';
    const host = 'lake-123456789012.s3-accesspoint.eu-west-1.amazonaws.com';
    expect(await hostOf(arn, { AWS_REGION: 'us-east-1' })).toBe(host);
  });

  test('of a directory bucket', async () => {
    const host = 'lake--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com';
    expect(await hostOf('lake--use1-az4--x-s3', { AWS_REGION: 'us-east-1' })).toBe(host);
  });
});

/** The host that CopyPart asks DNS for. The process ends there. */
async function hostOf(bucket: string, environment: Record<string, string>): Promise<string> {
  const state = {
    partNumber: 1,
    source: { bucket: 'raw', key: 'a', etag: '"0"', size: 1 },
    destination: { bucket, key: 'a' },
    plan: { parts: 1, partSize: 1, offset: 0, length: 1, boundaries: 'EVEN' },
    upload: { uploadId: 'u' },
  };
  const script = `
    require('node:dns').lookup = (host) => {
      console.log(host);
      process.exit();
    };
    const [, bundle, event] = process.argv;
    void require(bundle).handler(JSON.parse(event), { getRemainingTimeInMillis: () => 60_000 });`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-e', script, join(DIST, 'copy-part', 'index.js'), JSON.stringify({ state, retryCount: 0 })],
    { env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', ...environment } },
  );
  return stdout.trim();
}
