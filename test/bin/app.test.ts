import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { app } from '../../bin/app';
import { FOLDER, ROOT } from './support';

process.env.CDK_VALIDATION = 'false';

afterAll(() => CloudAssembly.cleanupTemporaryDirectories());

function synthesize(bundle: string): unknown {
  const outdir = join(FOLDER, bundle);
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' };
  execFileSync(process.execPath, [join('bin', 'dist', `${bundle}.js`)], { cwd: ROOT, env });
  return JSON.parse(readFileSync(join(outdir, 'MultipartCopy.template.json'), 'utf8'));
}

test('the scenario app without a scenario is the app of cdk.json', () => {
  expect(synthesize('scenario-app')).toEqual(synthesize('app'));
});

test('the app of cdk.json is short enough to be read at a glance', () => {
  const lines = readFileSync(join(ROOT, 'bin', 'app.ts'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines.length).toBeLessThanOrEqual(25);
});

// A change of the construct shows here as CloudFormation will see it. If it is intended, run npx jest test/bin/app -u.
test('the template of the app is what it was', () => {
  const template = JSON.stringify(Template.fromStack(app.node.findChild('MultipartCopy') as Stack).toJSON());
  const masked = template.replaceAll(/\b[0-9a-f]{64}\b/g, 'ASSET-HASH');
  expect(JSON.parse(masked)).toMatchSnapshot();
});
