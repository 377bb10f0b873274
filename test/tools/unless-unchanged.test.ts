import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(join(__dirname, '..', '..', 'scripts', 'unless-unchanged.mjs')).href;

test('a build is left out only if its inputs and its outputs are those of the last one', () => {
  const script = `
    import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
    import { unlessUnchanged } from '${MODULE}';
    const built = [];
    function build(after, { fails, force, meanwhile } = {}) {
      const outputs = () => readdirSync('.').filter((path) => path.endsWith('.out'));
      try {
        unlessUnchanged({ name: 'test', inputs: () => ['in', 'absent'], outputs, force }, () => {
          built.push(after);
          writeFileSync('a.out', readFileSync('in'));
          meanwhile?.();
          if (fails) throw new Error('fails');
        });
      } catch (error) {
        if (error.message !== 'fails') throw error;
      }
    }
    writeFileSync('in', '1');
    build('nothing');
    build('a build');
    utimesSync('in', 0, 0);
    build('another time of the file');
    writeFileSync('a.out', '2');
    build('a changed output');
    rmSync('a.out');
    build('a deleted output');
    writeFileSync('b.out', '');
    build('an output that nobody wrote');
    writeFileSync('absent', '');
    build('a new input');
    writeFileSync('in', '2');
    build('a changed input', { fails: true });
    build('a build that failed', { meanwhile: () => writeFileSync('in', '3') });
    build('an input that changed meanwhile');
    build('a build', { force: true });
    console.log(JSON.stringify(built));`;
  const folder = mkdtempSync(join(tmpdir(), 'unless-unchanged-'));
  try {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
    expect(JSON.parse(output)).toEqual([
      'nothing',
      'a changed output',
      'a deleted output',
      'an output that nobody wrote',
      'a new input',
      'a changed input',
      'a build that failed',
      'an input that changed meanwhile',
      'a build',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
