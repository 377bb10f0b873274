import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppOptions, chooseApp } from '../../bin/commands/local-app';
import type { CopyRunReport } from '../../local/run';
import { APP, FOLDER, mpcopyIn, ROOT } from './support';

/** A folder with these files. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(FOLDER, 'app-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const CDK_JSON = { 'cdk.json': JSON.stringify({ app: 'npx tsx bin/app.ts' }) };

describe('the app of mpcopy local', () => {
  test.each<[what: string, files: Record<string, string>, options: AppOptions, chosen: object]>([
    ['of cdk.json', CDK_JSON, {}, { app: 'npx tsx bin/app.ts', title: 'app of cdk.json: npx tsx bin/app.ts' }],
    [
      'of cdk.json after its build command',
      { 'cdk.json': JSON.stringify({ app: 'node app.js', build: 'npm run build' }) },
      {},
      { app: 'npm run build && node app.js' },
    ],
    ['of --app', CDK_JSON, { app: 'node other.js' }, { app: 'node other.js', title: 'app node other.js' }],
    ['of --template', CDK_JSON, { template: 'x.json' }, { template: 'x.json', app: undefined }],
    ['for --child-executions', CDK_JSON, { childExecutions: 'EXPRESS' }, { appReadsScenario: true }],
    ['for --source-setup', CDK_JSON, { sourceSetup: {} }, { appReadsScenario: true }],
    [
      'of --app with --source-setup',
      CDK_JSON,
      { app: 'x', sourceSetup: {} },
      { app: 'x', appReadsScenario: undefined },
    ],
    ['without a cdk.json', {}, {}, { appReadsScenario: true, title: 'demo app, there is no cdk.json here' }],
    [
      'of cdk.json whatever an input asks for',
      CDK_JSON,
      { input: { source: 's3://a/b', options: { aclDirective: 'COPY' } } },
      { app: 'npx tsx bin/app.ts' },
    ],
  ])('%s', (_what, files, options, chosen) => {
    const folder = folderOf(files);
    const found = chooseApp(options, folder);
    expect({ app: undefined, appReadsScenario: undefined, ...found }).toMatchObject(chosen);
    if (found.app !== undefined && found.appReadsScenario !== true) expect(found.appFolder).toBe(folder);
  });

  test('may be a cloud assembly, as for the CDK CLI', () => {
    const folder = folderOf({ 'cdk.json': JSON.stringify({ app: 'cdk.out' }) });
    mkdirSync(join(folder, 'cdk.out'));
    expect(chooseApp({}, folder)).toMatchObject({ assembly: join(folder, 'cdk.out') });
  });

  test('may be a JavaScript file, as for the CDK CLI', () => {
    const folder = folderOf({ 'app.js': '', 'cdk.json': JSON.stringify({ app: 'app.js' }) });
    expect(chooseApp({}, folder).app).toBe(`"${process.execPath}" "${join(folder, 'app.js')}"`);
    chmodSync(join(folder, 'app.js'), 0o755);
    expect(chooseApp({}, folder).app).toBe('app.js');
  });

  test.each([
    ['{', /cdk\.json cannot be read: /],
    ['{}', /cdk\.json names no "app"; add one, or specify --app or --template/],
    ['null', /cdk\.json names no "app"/],
  ])('is refused if cdk.json is %s', (text, message) => {
    expect(() => chooseApp({}, folderOf({ 'cdk.json': text }))).toThrow(message);
  });

  test('is the demo app in this checkout if an input needs more than the app of cdk.json has', () => {
    const input = (options: object) => ({ source: 's3://a/b', options });
    expect(chooseApp({ input: input({ storageClass: 'GLACIER' }) }, ROOT).app).toBe('node bin/dist/app.js');
    expect(chooseApp({ input: input({ aclDirective: 'COPY' }) }, ROOT).appReadsScenario).toBe(true);
  });
});

test('mpcopy local runs the app of cdk.json and says so', async () => {
  const folder = folderOf({ 'cdk.json': JSON.stringify({ app: APP, context: {} }) });
  const args = ['local', '--size', '1MiB', '--state-machine', 'Two/Encrypted'];
  const { stdout, stderr } = await mpcopyIn(folder, ...args);
  expect(stderr).toMatch(/^Running the app of cdk\.json: .*two-workflows\.cjs"\n/);
  expect(stdout).toContain('/incoming/object.bin');
  const json = await mpcopyIn(folder, ...args, '--json');
  expect(json.stderr).toBe('');
  expect((JSON.parse(json.stdout) as CopyRunReport).verified).toBe(true);
});

test('mpcopy local runs the demo app where there is no cdk.json, and says so', async () => {
  const { code, stderr } = await mpcopyIn(folderOf({}), 'local', '--size', '1MiB');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Running the demo app, there is no cdk\.json here\n/);
});

test('npx mpcopy runs the command of this checkout without building it again', () => {
  const built = () => statSync(join(ROOT, 'bin', 'dist', 'mpcopy.js')).mtimeMs;
  const before = built();
  const env = { ...process.env, npm_config_cache: join(FOLDER, 'npm-cache') };
  const help = execFileSync('npx', ['mpcopy', '--help'], { cwd: ROOT, encoding: 'utf8', env });
  expect(help).toContain('Usage: mpcopy');
  expect(built()).toBe(before);
});
