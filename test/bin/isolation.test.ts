import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FOLDER, MPCOPY, ROOT } from './support';

const SECRET = 'the-secret-of-the-user';

/** What SDKs look at, and what a function may look at besides. */
const SPY = `(() => {
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const read = (file) => { try { return fs.readFileSync(file, 'latin1'); } catch (error) { return error.code; } };
const seen = {
  variables: process.env,
  home: os.homedir(),
  homeVariable: process.env.HOME,
  shared: read(path.join(os.homedir(), '.aws', 'credentials')),
  process: read('/proc/self/environ'),
  child: execFileSync(process.execPath, ['-p', 'JSON.stringify([process.env, os.homedir()])'], { encoding: 'utf8' }),
};
fs.writeFileSync(FILE, JSON.stringify(seen));
})();
`;

test('a handler finds no credentials of the user, the app does', async () => {
  const folder = mkdtempSync(join(FOLDER, 'isolation-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, '.aws'), { recursive: true });
  writeFileSync(join(home, '.aws', 'credentials'), `[default]\naws_secret_access_key = ${SECRET}\n`);
  const assembly = join(folder, 'cdk.out');
  execFileSync(process.execPath, ['bin/dist/app.js'], {
    cwd: ROOT,
    // Without the context of the tests, which leaves assets where they are.
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false', CDK_CONTEXT_JSON: '{}' },
  });
  spyOnPlan(assembly, join(folder, 'seen.json'));

  const app = join(folder, 'app.js');
  const appSees = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'app.json'))}, JSON.stringify(process.env));`;
  const copies = `require('node:fs').cpSync(${JSON.stringify(assembly)}, process.env.CDK_OUTDIR, { recursive: true });`;
  writeFileSync(app, appSees + copies);
  const env = { ...process.env, HOME: home, AWS_PROFILE: SECRET, AWS_SECRET_ACCESS_KEY: SECRET, NPM_TOKEN: SECRET };
  const args = [MPCOPY, 'local', '--size', '1KiB', '--json', '--app', app];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: folder });

  expect(JSON.parse(stdout)).toMatchObject({ verified: true });
  expect(readFileSync(join(folder, 'app.json'), 'utf8')).toContain(SECRET);
  const seen = readFileSync(join(folder, 'seen.json'), 'utf8');
  expect(seen).toContain('AWS_LAMBDA_FUNCTION_NAME');
  expect(seen).not.toContain(SECRET);
  expect(seen).not.toContain(home);
});

/** Puts the spy before the code of the Plan function. */
function spyOnPlan(assembly: string, file: string): void {
  const template = JSON.parse(readFileSync(join(assembly, 'MultipartCopy.template.json'), 'utf8')) as {
    Resources: Record<string, { Properties: { Code: { S3Key: string } } }>;
  };
  const [, plan] = Object.entries(template.Resources).find(([id]) => /^CopyPlan(Function)?[0-9A-F]{8}$/.test(id)) ?? [];
  const bundle = join(assembly, `asset.${plan!.Properties.Code.S3Key.replace('.zip', '')}`, 'index.js');
  writeFileSync(bundle, SPY.replace('FILE', JSON.stringify(file)) + readFileSync(bundle, 'utf8'));
}
