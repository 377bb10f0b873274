// Synthesizes the app with the oldest aws-cdk-lib and constructs that `peerDependencies` allow. Run it after a build.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dependencies = Object.fromEntries(
  Object.entries(peerDependencies).map(([name, range]) => [name, range.replace(/^\^/, '')]),
);

const folder = mkdtempSync(join(tmpdir(), 'floor-'));
try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: folder,
    stdio: 'inherit',
  });
  for (const part of ['lib', 'lambda/dist', 'bin/dist'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  const outdir = join(folder, 'cdk.out');
  execFileSync(process.execPath, ['bin/dist/app.js'], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, CDK_OUTDIR: outdir },
  });
  const { Resources } = JSON.parse(readFileSync(join(outdir, 'MultipartCopy.template.json'), 'utf8'));
  const types = Object.values(Resources).map(({ Type }) => Type);
  if (!types.includes('AWS::StepFunctions::StateMachine')) throw new Error('the template contains no state machine');
  console.log(
    `the app synthesizes with ${Object.entries(dependencies)
      .map((entry) => entry.join('@'))
      .join(' and ')}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
