import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { CopyResult } from '../../lib/private/protocol';
import type { CopyRunReport } from '../../local/run';
import type { FaultRule, S3Server } from '../../local/s3';
import { COPY, Executions, withInvoker } from './executions';
import { clientOf, type Copy, copy, failed } from './support';

// An execution that fails may keep its upload, and another one goes on with it: it copies what is missing, and proves the same.

const DENIED = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
const PART_3: FaultRule = { operation: 'UploadPartCopy', partNumber: 3, fault: DENIED };
const KEEP = { onFailure: 'KEEP' };
/** Five parts of 5 MiB, one after the other. */
const PARTS: Copy = { setup: { object: { size: '22MiB' } }, options: { ...KEEP, maxConcurrency: 1 } };

interface Ended {
  readonly status?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly result?: CopyResult;
  /** Requests of this execution by operation. */
  readonly requests: Record<string, number>;
}

interface Resumed {
  readonly report: CopyRunReport;
  readonly uploadId: string;
  readonly ended: Ended;
}

/** Copies until part 3 is denied, and goes on with the upload in a second execution. */
async function resume(
  given: Copy,
  options: (uploadId: string, cause: string) => object = (resumeUploadId) => ({ resumeUploadId }),
  before: (server: S3Server) => void | Promise<void> = () => undefined,
): Promise<Resumed> {
  let server!: S3Server;
  let ended!: Ended;
  let uploadId = '';
  const run: Copy['run'] = {
    stateMachine: COPY,
    // The end of the execution is read as soon as it is there.
    platformFaults: undefined,
    onReady: (s3) => {
      server = s3;
      s3.faults.add(PART_3);
    },
    onFinished: async (finished) => {
      const executions = new Executions(finished);
      const { cause = '', input } = await executions.describe();
      server.faults.clear();
      uploadId = server.openUploads()[0]!.uploadId;
      await before(server);
      server.requestLog.clear();
      const first = JSON.parse(input!) as { options: object };
      const again = { ...first, options: { ...first.options, ...options(uploadId, cause) } };
      const { status, error, cause: why, output } = await executions.run(again);
      const requests = { ...server.requestLog.counts() };
      ended = { status, error, cause: why, requests, ...(output && { result: JSON.parse(output) as CopyResult }) };
    },
  };
  const report = await copy({ ...withInvoker, ...given, run: { ...run, ...given.run } }, 'parts');
  expect(report.execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
  expect(report.iam!.denied).toEqual([]);
  return { report, uploadId, ended };
}

describe('a copy that fails with onFailure KEEP', () => {
  test('says in its cause how to go on, and how to remove the upload', async () => {
    const { report, uploadId } = await resume(PARTS, () => ({}));
    const { cause } = report.execution;
    expect(cause).toContain('UploadPartCopy of part 3');
    expect(cause).toContain(`upload ${uploadId} is kept for 7 days`);
    expect(cause).toContain(`options.resumeUploadId ${uploadId} and options.copySourceIfMatch ${report.source!.etag}`);
    expect(cause).toContain(`aws s3api abort-multipart-upload --bucket lake --key out/object.bin --upload-id`);
    expect(report.execution.states).not.toContain('Abort');
  });

  test('aborts the upload all the same if nothing can go on with it', async () => {
    const changed: FaultRule = {
      operation: 'UploadPartCopy',
      fault: { kind: 'error', status: 412, code: 'PreconditionFailed', message: 'x' },
    };
    const run = { onReady: (server: S3Server) => server.faults.add(changed) };
    await failed({ ...PARTS, run }, 'parts', 'SourceChanged');
  });

  test('aborts the upload by default', async () => {
    const run = { onReady: (server: S3Server) => server.faults.add(PART_3) };
    await failed({ ...PARTS, options: {}, run }, 'parts', 'AccessDenied');
  });
});

describe('an execution with resumeUploadId', () => {
  test('copies only the parts that are missing', async () => {
    const { report, ended } = await resume(PARTS);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', result: { status: 'COPIED', parts: 5, reusedParts: 2 } });
    expect(ended.requests).toMatchObject({ UploadPartCopy: 3, CompleteMultipartUpload: 1 });
    expect(ended.requests).not.toHaveProperty('CreateMultipartUpload');
    expect(ended.result!.integrity.verifiedBy).toBe('full-object-checksum');
    expect(report).toMatchObject({ openUploads: 0, copy: { size: report.source!.size } });
    expect(report.copy!.checksum).toEqual(report.source!.checksum);
  });

  test('runs the children of a Distributed Map for many parts', async () => {
    const given = { setup: { object: { size: '320MiB' } }, options: { ...KEEP, maxConcurrency: 1 } };
    const { ended } = await resume(given);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', result: { status: 'COPIED', parts: 64 } });
    expect(ended.result!.reusedParts).toBe(2);
    expect(ended.requests.UploadPartCopy).toBe(62);
  });

  test('takes the part size from the parts if that of the workflow has changed', async () => {
    const { ended } = await resume(PARTS, (resumeUploadId) => ({ resumeUploadId, partSize: 6 * 1024 ** 2 }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', result: { status: 'COPIED', parts: 5, reusedParts: 2 } });
  });

  test('only plans with dryRun', async () => {
    const { ended } = await resume(PARTS, (resumeUploadId) => ({ resumeUploadId, dryRun: true }));
    expect(ended.result).toMatchObject({ status: 'PLANNED', reusedParts: 2 });
  });

  test('keeps the upload when it fails itself', async () => {
    const again = (server: S3Server) => {
      server.faults.add({ operation: 'UploadPartCopy', partNumber: 4, fault: DENIED });
    };
    const { report, uploadId, ended } = await resume(PARTS, undefined, again);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(ended.cause).toContain(`upload ${uploadId} is kept`);
    expect(report.openUploads).toBe(1);
  });

  test('aborts the upload when it fails without onFailure KEEP', async () => {
    const again = (server: S3Server) => {
      server.faults.add({ operation: 'UploadPartCopy', partNumber: 4, fault: DENIED });
    };
    const abort = (resumeUploadId: string) => ({ resumeUploadId, onFailure: 'ABORT' });
    const { report } = await resume(PARTS, abort, again);
    expect(report.openUploads).toBe(0);
  });
});

describe('an upload that is not that of the copy is refused', () => {
  const UNPROVEN: Copy = { ...PARTS, setup: { object: { size: '22MiB', checksumAlgorithm: 'none' } } };

  test.each<[string, Copy, (uploadId: string) => object, ((server: S3Server) => unknown) | undefined, string]>([
    [
      'whose source was modified since',
      PARTS,
      (resumeUploadId) => ({ resumeUploadId }),
      (server) => server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 22 * 1024 ** 2, seed: 'new' }),
      'SourceChanged',
    ],
    ['that does not exist', PARTS, () => ({ resumeUploadId: 'nothing' }), undefined, 'UploadNotFound'],
    [
      'with another storage class',
      PARTS,
      (resumeUploadId) => ({ resumeUploadId, storageClass: 'STANDARD_IA' }),
      undefined,
      'UploadNotResumable',
    ],
    [
      'with another checksum',
      PARTS,
      (resumeUploadId) => ({ resumeUploadId, checksumAlgorithm: 'SHA256' }),
      undefined,
      'UploadNotResumable',
    ],
    [
      'of another range',
      PARTS,
      (resumeUploadId) => ({ resumeUploadId, range: 'bytes=0-12000000', partSize: 6 * 1024 ** 2 }),
      undefined,
      'UploadNotResumable',
    ],
    [
      'of a source whose copy nothing proves',
      UNPROVEN,
      (resumeUploadId) => ({ resumeUploadId }),
      undefined,
      'UploadNotResumable',
    ],
    [
      'of a source whose copy nothing proves, and any ETag named',
      UNPROVEN,
      (resumeUploadId) => ({ resumeUploadId, copySourceIfMatch: '*' }),
      undefined,
      'UploadNotResumable',
    ],
  ])('%s', async (_, given, options, before, error) => {
    const { report, ended } = await resume(given, options, async (server) => {
      await before?.(server);
    });
    expect(ended).toMatchObject({ status: 'FAILED', error });
    expect(ended.requests).not.toHaveProperty('UploadPartCopy');
    expect(report).toMatchObject({ openUploads: 1, copy: null });
  });

  test('but that source is copied if the execution names its ETag', async () => {
    const named = (resumeUploadId: string, cause: string) => ({
      resumeUploadId,
      copySourceIfMatch: /options.copySourceIfMatch (\S+);/.exec(cause)![1],
    });
    const { ended } = await resume(UNPROVEN, named);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', result: { status: 'COPIED', reusedParts: 2 } });
  });

  test.each([
    ['a user', 'AKIAANN', 'arn:aws:iam::123456789012:user/ann'],
    // S3 lists the canonical user ID of the account.
    ['the root user', '123456789012', /created by [\da-f]{64}, not by this workflow/],
  ])('that somebody else began: %s', async (_, accessKeyId, named) => {
    let other = '';
    const { ended } = await resume(
      PARTS,
      () => ({ resumeUploadId: other }),
      async (server) => {
        server.addPrincipal({ accessKeyId: 'AKIAANN', arn: 'arn:aws:iam::123456789012:user/ann' });
        const client = clientOf(server, accessKeyId);
        const create = new CreateMultipartUploadCommand({ Bucket: 'lake', Key: 'out/object.bin' });
        other = (await client.send(create)).UploadId!;
        client.destroy();
      },
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'UploadNotResumable' });
    expect(ended.cause).toMatch(named);
  });

  test('with other metadata, which S3 shows only once the object is made', async () => {
    const other = (resumeUploadId: string) => ({
      resumeUploadId,
      metadataDirective: 'REPLACE',
      metadata: { team: 'blue' },
    });
    const { ended } = await resume(PARTS, other);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'UploadNotResumable' });
    expect(ended.cause).toContain('was created with other properties');
  });
});
