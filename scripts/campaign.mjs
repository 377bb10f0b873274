// Random copies, judged by the state of S3: `npm run campaign -- --runs N --seed S [--json]`, after a build.
import { runBundled } from './bundled.mjs';

await runBundled('campaign');
