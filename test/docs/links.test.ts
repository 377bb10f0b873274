import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Not of this project, or written by others. */
const SKIPPED = ['node_modules', 'cdk.out', 'dist'];

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return SKIPPED.includes(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Without code, in which brackets are no links and a # is a comment. */
function prose(file: string): string {
  return readFileSync(file, 'utf8')
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
}

/** The anchors that GitHub makes of headings, and those that are written as HTML. */
function anchors(file: string): Set<string> {
  const found = new Set<string>();
  const text = readFileSync(file, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.*?)(?: *<a .*)?$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let n = 1; found.has(anchor); n++) anchor = `${slug}-${n}`;
    found.add(anchor);
  }
  for (const [, id = ''] of text.matchAll(/<a\s[^>]*?\bid="([^"]+)"/g)) found.add(id);
  return found;
}

function problemOf(file: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
  if (!existsSync(target)) return 'there is no such file';
  if (anchor === undefined || !target.endsWith('.md') || statSync(target).isDirectory()) return undefined;
  return anchors(target).has(decodeURIComponent(anchor)) ? undefined : 'the file has no such heading';
}

const FILES = markdownFiles(ROOT);

test('finds the Markdown files', () => {
  const names = FILES.map((file) => relative(ROOT, file).replaceAll('\\', '/'));
  expect(names).toEqual(expect.arrayContaining(['README.md', 'API.md', 'docs/local.md', 'local/s3/README.md']));
});

/** As Markdown and as HTML, which API.md has. */
function linksOf(file: string): string[] {
  const markdown = [...prose(file).matchAll(/\]\(<?([^)\s>]+)>?(?:\s"[^"]*")?\)/g)];
  const html = [...prose(file).matchAll(/<a\s[^>]*?href="([^"]+)"/g)];
  const links = [...markdown, ...html].map(([, link = '']) => link);
  return [...new Set(links)].filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
}

const CASES = FILES.map((file): [name: string, file: string] => [relative(ROOT, file), file]);

test.each(CASES)('the relative links of %s have a target', (_name, file) => {
  const broken = linksOf(file).flatMap((link) => {
    const problem = problemOf(file, link);
    return problem === undefined ? [] : [`${link}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

test.each(CASES)('the files that %s mentions exist', (_name, file) => {
  const text = readFileSync(file, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  const paths = [...text.matchAll(/`((?:bench|bin|docs|examples|lambda|lib|local|schema|scripts|test)\/[\w./-]+)`/g)];
  expect(paths.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
