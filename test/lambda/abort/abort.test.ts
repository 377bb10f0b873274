import { Harness, MIB } from '../harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

async function abort(error = { Error: 'Throttled', Cause: '{"errorMessage":"slow"}' }) {
  const { handler } = await import('../../../lambda/abort');
  harness.server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 12 * MIB });
  const begun = await harness.begin(
    await harness.planParts({ source: 's3://raw/in/object.bin', options: { partSize: 5 * MIB } }),
  );
  await harness.copyPart(begun, 1);
  return handler({ ...begun, error });
}

test('aborts the upload and returns the error unchanged', async () => {
  await expect(abort()).resolves.toEqual({ error: 'Throttled', cause: '{"errorMessage":"slow"}' });
  expect(harness.server.openUploads()).toEqual([]);
});

test('aborts again until S3 says that the upload no longer exists', async () => {
  harness.server.faults.add({
    operation: 'AbortMultipartUpload',
    times: 6,
    fault: { kind: 'error', status: 500, code: 'InternalError', message: 'x' },
  });
  await abort();
  expect(harness.server.openUploads()).toEqual([]);
});

test('fails with AbortFailed that names the upload and the first error if it is denied', async () => {
  harness.server.faults.add({
    operation: 'AbortMultipartUpload',
    fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' },
  });
  await expect(abort()).rejects.toMatchObject({
    name: 'AbortFailed',
    message: expect.stringMatching(/upload \S+ to s3:\/\/lake\/out\/object.bin could not be aborted.*Throttled: slow$/),
  });
});

test('blames a refused ListParts on the permission for ListParts', async () => {
  // S3 answers that the upload is aborted, and it is not.
  harness.server.faults.add({ operation: 'AbortMultipartUpload', fault: { kind: 'empty-200' } });
  harness.server.faults.add({
    operation: 'ListParts',
    fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' },
  });
  await expect(abort()).rejects.toMatchObject({
    name: 'AbortFailed',
    message: expect.stringMatching(
      /ListParts: .* It needs on s3:\/\/lake\/out\/object.bin: s3:ListMultipartUploadParts;/,
    ),
  });
});
