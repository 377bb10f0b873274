import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageAssets } from './page/render-page';

/** Reads the script and the style of the page. The build writes them next to the bundle that contains this module. */
export function loadAssets(folder = __dirname): PageAssets {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: read('report-page.js'), style: read('report-page.css') };
}
