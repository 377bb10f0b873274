import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { UploadState } from '../../../lib/private/protocol';
import type { FaultRule } from '../../../local/s3';
import { BEGIN, Harness, MIB } from '../harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

const THROTTLED = { Error: 'Throttled', Cause: '{"errorMessage":"slow"}' };
const DENIED: FaultRule['fault'] = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' };
const GONE: FaultRule['fault'] = { kind: 'error', status: 404, code: 'NoSuchBucket', message: 'x' };

async function begin(): Promise<UploadState> {
  harness.server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 12 * MIB });
  const begun = await harness.begin(
    await harness.planParts({ source: 's3://raw/in/object.bin', options: { partSize: 5 * MIB } }),
  );
  await harness.copyPart(begun, 1);
  return begun;
}

async function abort(state: UploadState) {
  const { handler } = await import('../../../lambda/abort');
  return handler({ state: { ...state, error: THROTTLED }, beginFunctionName: BEGIN });
}

test('aborts the upload', async () => {
  await expect(abort(await begin())).resolves.toEqual({ aborted: true, problem: '' });
  expect(harness.server.openUploads()).toEqual([]);
});

test('aborts again until S3 says that the upload no longer exists', async () => {
  const state = await begin();
  harness.server.faults.add({ operation: 'AbortMultipartUpload', times: 3, fault: { kind: 'empty-200' } });
  await expect(abort(state)).resolves.toEqual({ aborted: true, problem: '' });
  expect(harness.server.openUploads()).toEqual([]);
});

test('throws what time may mend, so that the state machine retries it', async () => {
  const state = await begin();
  const fault: FaultRule['fault'] = { kind: 'error', status: 500, code: 'InternalError', message: 'x' };
  harness.server.faults.add({ operation: 'AbortMultipartUpload', times: 6, fault });
  await expect(abort(state)).rejects.toMatchObject({ name: 'TransientS3Error' });
  await expect(abort(state)).resolves.toEqual({ aborted: true, problem: '' });
  expect(harness.server.openUploads()).toEqual([]);
});

test('takes an upload for gone that somebody else aborted, or whose bucket was deleted', async () => {
  const state = await begin();
  const { destination, upload } = state;
  await harness.client.send(
    new AbortMultipartUploadCommand({ Bucket: destination.bucket, Key: destination.key, UploadId: upload.uploadId }),
  );
  await expect(abort(state)).resolves.toEqual({ aborted: true, problem: '' });
  harness.server.faults.add({ operation: 'AbortMultipartUpload', fault: GONE });
  await expect(abort(state)).resolves.toEqual({ aborted: true, problem: '' });
});

test('returns why the upload may be left', async () => {
  const state = await begin();
  harness.server.faults.add({ operation: 'AbortMultipartUpload', times: 1, fault: DENIED });
  await expect(abort(state)).resolves.toMatchObject({
    aborted: false,
    problem: expect.stringMatching(
      /^AbortMultipartUpload: .*not allowed.* s3:\/\/lake\/out\/object.bin: s3:AbortMultipartUpload\./,
    ),
  });
  await abort(state);
});

test('blames a refused ListParts on the permission for ListParts', async () => {
  const state = await begin();
  // S3 answers that the upload is aborted, and it is not.
  harness.server.faults.add({ operation: 'AbortMultipartUpload', fault: { kind: 'empty-200' } });
  harness.server.faults.add({ operation: 'ListParts', fault: DENIED });
  await expect(abort(state)).resolves.toMatchObject({
    aborted: false,
    problem: expect.stringMatching(
      /ListParts: .* It needs on s3:\/\/lake\/out\/object.bin: s3:ListMultipartUploadParts;/,
    ),
  });
  harness.server.faults.clear();
  await abort(state);
});
