// Random copies, judged by what S3 holds: `npm run campaign -- --runs N --seed S [--json]`, after a build.
import { runBundled } from './bundled.mjs';

await runBundled('campaign');
