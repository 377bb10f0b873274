import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalDeployment, synthesize, SynthesisFailed } from '../../../../local/workflow';
import { cleanUp, temporaryFolder } from '../support';

afterEach(cleanUp);

const APP = `
  const { App, Stack } = require(${JSON.stringify(require.resolve('aws-cdk-lib'))});
  const { CfnBucket } = require(${JSON.stringify(require.resolve('aws-cdk-lib/aws-s3'))});
  const app = new App();
  const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
  const stack = new Stack(app, 'Stack', { env });
  new CfnBucket(stack, 'Bucket', { bucketName: app.node.getContext('name') + '-' + process.env.SUFFIX });
  console.log('what an app prints is no matter');
  app.synth();`;

test('an app command gets what the CDK CLI gives it', async () => {
  const cwd = temporaryFolder({ 'app.js': APP, 'cdk.json': '{"context":{"name":"from-cdk-json"}}' });
  const directory = await synthesize(`"${process.execPath}" app.js`, {
    cwd,
    outdir: 'out',
    region: 'eu-north-1',
    accountId: '210987654321',
    environment: { SUFFIX: 'x' },
  });
  expect(directory).toBe(join(cwd, 'out'));
  expect(LocalDeployment.fromAssembly(directory).buckets).toEqual([
    expect.objectContaining({ name: 'from-cdk-json-x', region: 'eu-north-1' }),
  ]);
});

test('context of the caller goes over cdk.json; the assembly goes to a new folder by default', async () => {
  const cwd = temporaryFolder({ 'app.js': APP, 'cdk.json': '{"context":{"name":"from-cdk-json"}}' });
  const directory = await synthesize(`"${process.execPath}" app.js`, { cwd, context: { name: 'mine' } });
  expect(existsSync(join(cwd, 'cdk.out'))).toBe(false);
  expect(LocalDeployment.fromAssembly(directory).buckets[0]!.name).toBe('mine-undefined');
});

test.each<[string, Record<string, string>, string, RegExp]>([
  ['an empty command', {}, ' ', /command is empty/],
  [
    'a command that fails',
    { 'a.js': "console.error('no such stack'); process.exit(7);" },
    'a.js',
    /exit code 7.*no such stack/s,
  ],
  [
    'a compiler that writes its errors to stdout',
    { 'a.js': "console.log('a.ts(1,1): error TS1005'); process.exit(2);" },
    'a.js',
    /exit code 2.*error TS1005/s,
  ],
  [
    'an app that refuses the placeholder of a lookup',
    { 'a.js': "console.error('Invalid name (value: dummy-value-for-/raw)'); process.exit(1);" },
    'a.js',
    /\ndummy-value-for-\/raw stands for an SSM parameter .* cdk\.context\.json does not have\. Run cdk synth/,
  ],
  ['an app that writes no assembly', { 'a.js': '' }, 'a.js', /wrote no cloud assembly/],
])('%s', async (_name, files, script, message) => {
  const cwd = temporaryFolder(files);
  const command = script.trim() === '' ? script : `"${process.execPath}" ${script}`;
  await expect(synthesize(command, { cwd })).rejects.toThrow(SynthesisFailed);
  await expect(synthesize(command, { cwd })).rejects.toThrow(message);
});

test('a cdk.json that is no JSON', async () => {
  const cwd = temporaryFolder({ 'cdk.json': '{' });
  await expect(synthesize('true', { cwd })).rejects.toMatchObject({ name: 'InvalidAssembly' });
});
