// Copies on other S3 servers: `npm run test:other-s3`, after a build.
import { runBundled } from './bundled.mjs';

await runBundled('other-s3');
