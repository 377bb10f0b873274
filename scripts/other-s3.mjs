// Copies on S3 servers that are not ours: `npm run test:other-s3`, after a build.
import { runBundled } from './bundled.mjs';

await runBundled('other-s3');
