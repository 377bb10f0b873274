import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Licences that only require the distribution of their texts. Other licences need a decision. */
const ACCEPTED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/**
 * The full licence texts and notices of all packages that a bundle contains.
 *
 * @param inputs paths of the bundled files
 * @throws if a licence is not accepted, or its text is unknown
 */
export function thirdPartyLicenses(inputs) {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]).filter(Boolean);
  const sections = [...new Set(folders)].sort().map(sectionOf);
  return [...new Set(sections)].join(`\n${'-'.repeat(80)}\n\n`);
}

function sectionOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  if (!ACCEPTED.includes(license))
    throw new Error(`${name} ${version} has the licence ${license}, which is not accepted`);
  const files = readdirSync(folder);
  const read = (file) => readFileSync(join(folder, file), 'utf8').trim();
  const texts = files.filter((file) => /^(?:licen[cs]e|copying)/i.test(file)).map(read);
  const notices = files.filter((file) => /^notice/i.test(file)).map(read);
  return [`${name} ${version} (${license})`, ...(texts.length > 0 ? texts : [spdxText(manifest)]), ...notices, ''].join(
    '\n\n',
  );
}

/** The licence text from SPDX, for packages that name their licence but do not include its text. */
function spdxText({ name, license, author, contributors = [] }) {
  const holders = [author, ...contributors].filter(Boolean).map((holder) => holder.name ?? holder);
  if (holders.length === 0) throw new Error(`${name} names no author, so its copyright notice is unknown`);
  const { licenseText } = createRequire(import.meta.url)(`spdx-license-list/licenses/${license}.json`);
  const notice = `Copyright (c) ${holders.join(', ')}`;
  const text = licenseText.replace(/Copyright \(c\) <year> <[^>]+>/i, notice).trim();
  return text.includes(notice) ? text : `${notice}\n\n${text}`;
}
