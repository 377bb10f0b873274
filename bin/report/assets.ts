import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageAssets } from './page/render-page';

/** Script and style of the page, which the build puts next to the bundle that this is part of. */
export function loadAssets(folder = __dirname): PageAssets {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: read('report-page.js'), style: read('report-page.css') };
}
