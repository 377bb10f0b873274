import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, ROOT } from './support';

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
