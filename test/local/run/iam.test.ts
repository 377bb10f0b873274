import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyRunReport, parseSetup, runCopy, withoutAction } from '../../../local/run';
import { synthesize } from '../../../local/workflow';
import { temporaryFolder } from '../../../local/workflow/template/temporary';
import '../../spare-threads';

const ROOT = join(__dirname, '..', '..', '..');
const SETUP = parseSetup(JSON.stringify({ object: { size: '300MiB', tags: { a: 'b' } } }), 'setup');

let outdir: string;
beforeAll(async () => {
  outdir = temporaryFolder('iam-test-');
  await synthesize(`"${process.execPath}" bin/dist/app.js`, { cwd: ROOT, outdir });
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

async function run(transformRoles?: Parameters<typeof runCopy>[0]['transformRoles']): Promise<CopyRunReport> {
  const template = join(outdir, 'MultipartCopy.template.json');
  const options = { template, enforceIam: true, timeScale: 1000, sourceSetup: SETUP };
  return (await runCopy({ ...options, ...(transformRoles && { transformRoles }) })).report;
}

test('the report lists the actions that no request needed', async () => {
  const { iam, verified } = await run();
  expect([verified, iam!.denied]).toEqual([true, []]);
  expect(iam!.checked).toBeGreaterThan(10);
  const unused = iam!.unusedByResource.map(
    ({ action, resource }) => `${action} ${resource.join().replace(/-.*?(\/|$)/, '$1')}`,
  );
  expect(unused.sort()).toEqual([
    's3:AbortMultipartUpload arn:aws:s3:::multipartcopy/*',
    's3:ListBucket arn:aws:s3:::multipartcopy',
    's3:ListBucket arn:aws:s3:::multipartcopy',
    's3:ListBucketMultipartUploads arn:aws:s3:::multipartcopy',
  ]);
});

test.each([
  ['s3:GetObject', 'source', 'HeadObject'],
  ['s3:GetObjectVersion', 'source', 'UploadPartCopy'],
  ['s3:PutObject', 'destination', 'CreateMultipartUpload'],
  ['s3:PutObjectTagging', 'destination', 'CreateMultipartUpload'],
  ['s3:ListMultipartUploadParts', 'destination', 'ListParts'],
  ['s3:GetObject', 'destination', 'HeadObject'],
])('the copy fails without %s on the %s', async (action, side, operation) => {
  const { execution, iam } = await run((roles) => withoutAction(roles, action, `multipartcopy-${side}`));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
  expect(iam!.denied).toContainEqual(expect.objectContaining({ action, operation }));
});
