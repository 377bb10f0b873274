// Packs the library as npm would publish it, checks the files of the tarball, installs it into an empty project and
// synthesizes an app with it. Run it after a build.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const { STEPS } = createRequire(import.meta.url)('../lib/private/protocol/steps.js');
/** The peer dependencies, which every CDK app has. */
const PEERS = ['aws-cdk-lib', 'constructs'];

const REQUIRED = [
  'lib/index.js',
  'lib/index.d.ts',
  // test/lambda/bundles.test.ts lists the files of each worker.
  ...[...STEPS, 'sweep', 'notify'].flatMap((step) =>
    readdirSync(join(root, 'lambda', 'dist', step)).map((file) => `lambda/dist/${step}/${file}`),
  ),
  'bin/dist/aws.js',
  'bin/dist/cli.js',
  'bin/dist/mpcopy.js',
  'bin/dist/report.js',
  'bin/dist/report-page.js',
  'bin/dist/report-page.css',
  'bin/dist/scenario-app.js',
  'schema/copy-event.schema.json',
  'schema/execution-input.schema.json',
  '.jsii',
  'API.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'README.md',
  'THIRD-PARTY-LICENSES',
  'package.json',
];

const APP = `
const { App, Stack } = require('aws-cdk-lib');
const s3 = require('aws-cdk-lib/aws-s3');
const { CopyDestination, CopySource, MultipartCopyWorkflow } = require('${manifest.name}');

const app = new App({ outdir: 'assembly' });
const stack = new Stack(app, 'Blank');
new MultipartCopyWorkflow(stack, 'Copy', {
  sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix: 'raw/' })],
  destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'))],
});
app.synth();
`;

class CheckFailed extends Error {}

const folder = mkdtempSync(join(tmpdir(), 'check-pack-'));
try {
  const packed = pack();
  checkFiles(packed.files.map((file) => file.path));
  checkManifest();
  const project = install(join(folder, packed.filename));
  checkSynthesis(project);
  checkCommand(project);
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  console.error(`not ok: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack() {
  // The scripts of npm would build again, and print to stdout besides the JSON.
  const output = run(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  const [packed] = Object.values(JSON.parse(output));
  ok(`npm pack: ${packed.filename}, ${packed.files.length} files, ${(packed.size / 1e6).toFixed(1)} MB`);
  return packed;
}

function checkFiles(files) {
  const missing = REQUIRED.filter((file) => !files.includes(file));
  check(missing.length === 0, 'all required files are included', `missing: ${missing.join(', ')}`);

  const others = files.filter((file) => !REQUIRED.includes(file) && !isOfLibrary(file));
  check(others.length === 0, 'no sources, tests, source maps or other files', `unexpected: ${others.join(', ')}`);

  const modules = files.filter((file) => file.startsWith('lib/') && file.endsWith('.js'));
  const untyped = modules.filter((file) => !files.includes(file.replace(/\.js$/, '.d.ts')));
  check(untyped.length === 0, `all ${modules.length} modules of lib have types`, `no .d.ts of: ${untyped.join(', ')}`);

  const orphans = modules.filter((file) => !existsSync(join(root, file.replace(/\.js$/, '.ts'))));
  check(orphans.length === 0, 'every module has a source', `no source of: ${orphans.join(', ')}`);
}

function isOfLibrary(file) {
  return /^lib\/.*(?:\.js|\.d\.ts)$/.test(file) && !/\.(?:test|spec)\./.test(file);
}

/** Installs the tarball without downloads: it includes everything except the peer dependencies, which are linked. */
function install(tarball) {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'blank', version: '1.0.0', private: true }));
  const options = ['--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  run(npm, ['install', ...options, tarball], project);
  // Linked afterwards, because npm removes packages that it has not installed itself.
  const modules = join(project, 'node_modules');
  for (const peer of PEERS) symlinkSync(join(root, 'node_modules', peer), join(modules, peer), 'junction');
  const installed = readdirSync(modules).filter((name) => !name.startsWith('.'));
  const expected = [...PEERS, manifest.name].sort();
  check(
    installed.sort().join() === expected.join(),
    'installs into an empty project',
    `installs: ${installed.join(', ')}`,
  );
  return project;
}

function checkManifest() {
  const runtime = [manifest.dependencies, manifest.optionalDependencies].flatMap((field) => Object.keys(field ?? {}));
  check(runtime.length === 0, 'no runtime dependencies', `runtime dependencies: ${runtime.join(', ')}`);
  const peers = Object.keys(manifest.peerDependencies ?? {}).sort();
  check(peers.join() === PEERS.join(), `the peers are ${PEERS.join(' and ')}`, `the peers are: ${peers.join(', ')}`);
}

function checkSynthesis(project) {
  writeFileSync(join(project, 'app.js'), APP);
  run(process.execPath, ['app.js'], project);
  const assembly = join(project, 'assembly');
  const { Resources } = JSON.parse(readFileSync(join(assembly, 'Blank.template.json'), 'utf8'));
  const ofType = (type) => Object.values(Resources).filter((resource) => resource.Type === type);

  const machines = ofType('AWS::StepFunctions::StateMachine').length;
  check(machines === 1, 'an app synthesizes a state machine', `the template has ${machines} state machines, not 1`);
  const functions = ofType('AWS::Lambda::Function');
  // The function of the step `restore` exists only with `allowRestore`. The sweeper is not a step.
  const expected = [...STEPS.filter((step) => step !== 'restore'), 'sweep'].length;
  check(
    functions.length === expected,
    `and ${expected} functions`,
    `the template has ${functions.length} functions, not ${expected}`,
  );

  const assets = functions.map(({ Properties }) => `asset.${Properties.Code.S3Key.replace('.zip', '')}/index.js`);
  const absent = assets.filter((asset) => !existsSync(join(assembly, asset)));
  check(absent.length === 0, 'whose bundles are in the assembly', `not in the assembly: ${absent.join(', ')}`);
}

function checkCommand(project) {
  const mpcopy = join('node_modules', manifest.name, manifest.bin.mpcopy);
  const help = run(process.execPath, [mpcopy, '--help'], project);
  check(/^Usage: mpcopy\b/m.test(help), 'mpcopy --help', `mpcopy --help prints:\n${help}`);
  const report = run(process.execPath, [mpcopy, 'local', '--size', '1GiB', '--json'], project);
  check(JSON.parse(report).verified === true, 'mpcopy local --size 1GiB', `mpcopy local reports:\n${report}`);
}

/** Runs a command and returns its stdout. If it fails, its output is the error message. */
function run(command, args, cwd) {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: environment(),
      // Windows can start npm.cmd only in a shell.
      shell: command.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const output = [error.stdout, error.stderr].filter(Boolean).join('\n').trim();
    throw new CheckFailed(`${[command, ...args].join(' ')}: ${output || error.message}`);
  }
}

/** The environment of a user, without the settings that `npm run` adds, and with a writable cache of npm. */
function environment() {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_PATH$|NODE_OPTIONS$|INIT_CWD$)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'error',
  };
}

function check(passes, what, otherwise) {
  if (!passes) throw new CheckFailed(otherwise);
  ok(what);
}

function ok(what) {
  console.log(`ok: ${what}`);
}
