// Checks the library for its users in other languages: examples compile, Python, Java, .NET and Go are generated, and the API
// is compared with the last release. Run it after a build. A check whose tools are missing is skipped, with the reason.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const assembly = JSON.parse(readFileSync(join(root, '.jsii'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'check-jsii-'));
const tablet = join(root, '.jsii.tabl.json');

class CheckFailed extends Error {}

try {
  checkExamples();
  checkLanguages();
  checkCompatibility();
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  console.error(`not ok: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Compiles every example of the README and of the doc comments, and writes their translations to the tablet. */
function checkExamples() {
  rmSync(tablet, { force: true });
  jsii('jsii-rosetta', ['extract', '--strict', root]);
  const { snippets } = JSON.parse(readFileSync(tablet, 'utf8'));
  const count = Object.keys(snippets).length;
  if (count === 0) throw new CheckFailed('jsii-rosetta found no examples');
  console.log(`ok: ${count} examples compile`);
}

function checkLanguages() {
  const outdir = join(folder, 'dist');
  const options = ['--outdir', outdir, '--rosetta-tablet', tablet, '--rosetta-unknown-snippets', 'fail'];
  const targets = ['python', 'java', 'dotnet', 'go'].flatMap((target) => ['--target', target]);
  // pacmak runs `npm pack`, whose scripts would build the library again.
  const environment = { npm_config_ignore_scripts: 'true' };
  jsii('jsii-pacmak', [root, '--code-only', '--no-npmignore', ...options, ...targets], environment);

  const { python, java, dotnet } = assembly.targets;
  const modules = {
    python: join(outdir, 'python', 'src', python.module),
    java: join(outdir, 'java', 'src', 'main', 'java', ...java.package.split('.')),
    dotnet: join(outdir, 'dotnet', dotnet.namespace, dotnet.namespace),
    go: join(outdir, 'go', readdirSync(join(outdir, 'go'))[0]),
  };
  const declaration = '^\\s*public .*\\b(?:class|interface|enum)';
  checkTypes('Python', filesOf(modules.python, '.py'), '^class');
  checkTypes('Java', filesOf(modules.java, '.java'), declaration);
  checkTypes('.NET', filesOf(modules.dotnet, '.cs'), `${declaration} I?`);
  checkTypes('Go', filesOf(modules.go, '.go'), '^type');

  checkSyntax('Python', 'python3', ['-m', 'compileall', '-q', modules.python]);
  // Without the classes of aws-cdk-lib, the code cannot be compiled, so javac stops after parsing.
  const parseOnly = ['-proc:none', '-XDshould-stop.ifNoError=PARSE', '-d', join(folder, 'classes')];
  checkSyntax('Java', 'javac', [...parseOnly, ...filesOf(modules.java, '.java')]);
  checkSyntax('Go', 'gofmt', ['-e', '-l', ...filesOf(modules.go, '.go')]);
  console.log(
    'skipped: the syntax of .NET, because dotnet cannot parse code before it has downloaded the dependencies',
  );
}

function filesOf(path, extension) {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(path, name));
}

/** Checks that the generated code contains every type of the API. */
function checkTypes(language, files, declaration) {
  const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const names = Object.values(assembly.types).map(({ name }) => name);
  const missing = names.filter((name) => !new RegExp(`${declaration}\\s?${name}\\b`, 'm').test(code));
  if (missing.length > 0) throw new CheckFailed(`the ${language} code does not contain ${missing.join(', ')}`);
  console.log(`ok: the ${language} code contains all ${names.length} types`);
}

function checkSyntax(language, tool, args) {
  try {
    execFileSync(tool, args, { cwd: folder, stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (error.code === 'ENOENT')
      return console.log(`skipped: the syntax of ${language}, because ${tool} is not installed`);
    throw new CheckFailed(`${tool} reports errors in the ${language} code:\n${outputOf(error).slice(-4000)}`);
  }
  console.log(`ok: ${tool} reports no errors in the ${language} code`);
}

/** Fails for breaking changes of stable API, and prints those of experimental API. */
function checkCompatibility() {
  const tag = lastTag();
  if (tag === undefined) {
    return console.log('skipped: the comparison with the last release, because this repository has no version tag');
  }
  const checkout = join(folder, 'released');
  git('worktree', 'add', '--detach', '--force', checkout, tag);
  try {
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
    jsii('jsii', ['--silence-warnings=metadata/missing-dev-dependency'], {}, checkout);
    const differences = jsii('jsii-diff', ['--error-on', 'non-experimental', checkout, root]);
    console.log(`ok: no breaking change of stable API between ${tag} and ${version}`);
    if (differences !== '') console.log(differences);
  } finally {
    git('worktree', 'remove', '--force', checkout);
  }
}

/** The newest version tag on an ancestor of the current commit. */
function lastTag() {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*', 'HEAD^').trim();
  } catch {
    return undefined;
  }
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Runs a tool of jsii, and returns its output. */
function jsii(name, args, environment = {}, cwd = root) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const script = join(root, 'node_modules', name, typeof bin === 'string' ? bin : bin[name]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  const output = `${stdout}${stderr}`.trim();
  if (status !== 0) throw new CheckFailed(`${name} ${args.join(' ')}:\n${output}`);
  return output;
}

function outputOf(error) {
  return [error.stdout, error.stderr].map(String).join('\n').trim() || error.message;
}
