import { CompleteMultipartUploadCommand, CopyObjectCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { CopyRunReport } from '../../local/run';
import type { FaultRule, S3Server } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import { until } from '../until';
import { Executions } from './executions';
import { clientOf, type Copy, copy, platformFaults, type Way } from './support';

// The rows of docs/runbook.md about RedriveExecution, which goes on with the state that failed.

const DENIED = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
const SOURCE = { bucket: 'raw', key: 'in/object.bin' };

interface Redriven {
  readonly report: CopyRunReport;
  readonly redriven: DescribeExecutionOutput;
  /** Requests of the redrive, by operation. */
  readonly requests: Record<string, number>;
  readonly openUploads: number;
}

/** What makes the first attempt end. */
interface Ending {
  readonly faults?: readonly FaultRule[];
  readonly platform?: readonly PlatformFaultRule[];
  /** What is done between both. */
  readonly between?: (server: S3Server) => unknown;
}

/** Copies until the execution fails or is stopped, and redrives it. */
async function redrive(way: Way, { faults = [], platform = [], between }: Ending, given: Copy = {}): Promise<Redriven> {
  let server!: S3Server;
  let redriven!: DescribeExecutionOutput;
  let requests = {};
  const report = await copy(
    {
      ...given,
      run: {
        timeScale: 100,
        // Without a lag of DescribeExecution.
        ...platformFaults(...platform),
        onReady: (s3) => {
          server = s3;
          faults.forEach((rule) => server.faults.add(rule));
        },
        onFinished: async (finished) => {
          server.faults.clear();
          await between?.(server);
          server.requestLog.clear();
          redriven = await new Executions(finished).redrive();
          requests = { ...server.requestLog.counts() };
        },
        ...given.run,
      },
    },
    way,
  );
  expect(redriven).toMatchObject({ redriveCount: 1 });
  return { report, redriven, requests, openUploads: report.openUploads };
}

const stoppedAt = (state: string): Ending => ({
  platform: [{ state, times: 1, fault: { kind: 'stop-execution' } }],
});
const deniedIn = (operation: string): Ending => ({ faults: [{ operation, fault: DENIED }] });
const succeeded = { status: 'SUCCEEDED' };
const KEEP: Copy = { options: { onFailure: 'KEEP' } };
const overwrite = (server: S3Server) => server.putGenerated({ ...SOURCE, size: 12 * 1024 ** 2, seed: 'new' });

async function untilSwept(server: S3Server): Promise<void> {
  await until(() => (server.openUploads().length > 0 ? undefined : true));
}

describe('an execution that ended in', () => {
  test.each<Way>(['CopyObject', 'parts'])('Plan plans again: %s', async (way) => {
    const { redriven, openUploads } = await redrive(way, deniedIn('*'));
    expect(redriven).toMatchObject(succeeded);
    expect(openUploads).toBe(0);
  });

  test('RestoreObject restores, and then copies', async () => {
    const restoring: Copy = {
      setup: { object: { storageClass: 'GLACIER' }, restoreSeconds: 60 },
      props: () => ({ allowRestore: true }),
      options: { restore: { tier: 'Bulk', days: 1 } },
      run: { timeScale: 1000 },
    };
    const { redriven, requests } = await redrive('CopyObject', deniedIn('RestoreObject'), restoring);
    expect(redriven).toMatchObject(succeeded);
    expect(requests).toMatchObject({ RestoreObject: 1, CopyObject: 1 });
  });

  test('CopyObject copies by the same plan', async () => {
    const { redriven, requests } = await redrive('CopyObject', deniedIn('CopyObject'));
    expect(redriven).toMatchObject(succeeded);
    // That of Verify.
    expect(requests).toMatchObject({ CopyObject: 1, HeadObject: 1 });
  });

  test('CopyObject fails by the name of what changed', async () => {
    const ending: Ending = { ...deniedIn('CopyObject'), between: overwrite };
    expect((await redrive('CopyObject', ending)).redriven).toMatchObject({ status: 'FAILED', error: 'SourceChanged' });
  });

  test.each([
    ['the copy, which it may have made itself', {}, true],
    ['an object with other metadata', { MetadataDirective: 'REPLACE', Metadata: { by: 'another' } } as const, false],
  ])('CopyObject fails with a condition, and names %s', async (_, properties, isNamed) => {
    const between = async (server: S3Server): Promise<void> => {
      const client = clientOf(server);
      const object = { Bucket: 'lake', Key: 'out/object.bin', CopySource: 'raw/in/object.bin' };
      await client.send(new CopyObjectCommand({ ...object, ...properties }));
      client.destroy();
    };
    // A retry after the redrive does not know better than its first attempt.
    const throttled: PlatformFaultRule = { state: 'CopyObject', times: 1, fault: { kind: 'throttled' } };
    const ending = { platform: [...stoppedAt('CopyObject').platform!, throttled], between };
    const { redriven } = await redrive('CopyObject', ending, { options: { overwrite: 'never' } });
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'DestinationExists' });
    expect(/exists, and an earlier attempt, whose answer was lost, may have made it/.test(redriven.cause!)).toBe(
      isNamed,
    );
  });

  test.each(['CreateMultipartUpload', 'UploadPartCopy', 'ListParts', 'CompleteMultipartUpload'])(
    'Fail, after an error of %s, fails again with the same error, and asks nothing',
    async (operation) => {
      const { redriven, requests, report, openUploads } = await redrive('parts', deniedIn(operation));
      const { error, cause } = report.execution;
      expect(error).toBe('AccessDenied');
      expect(redriven).toMatchObject({ status: 'FAILED', error, cause });
      expect({ requests, openUploads }).toEqual({ requests: {}, openUploads: 0 });
    },
  );

  test('Fail, after an error of Verify, fails again, and says that the copy was made', async () => {
    const ending: Ending = {
      faults: [
        { operation: 'HeadObject', skip: 1, fault: DENIED },
        { operation: 'GetObject', fault: DENIED },
      ],
    };
    const { redriven } = await redrive('parts', ending);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(redriven.cause).toContain('was made');
  });
});

describe('an execution that was stopped', () => {
  test.each(['Plan', 'Begin'])('in %s creates an upload and copies', async (state) => {
    const { redriven, openUploads } = await redrive('parts', stoppedAt(state));
    expect(redriven).toMatchObject(succeeded);
    expect(openUploads).toBe(0);
  });

  test.each(['FanOut', 'CopyParts', 'CheckParts', 'Complete'])(
    'in %s and keeps its upload goes on with it',
    async (state) => {
      const { redriven, requests, openUploads } = await redrive('parts', stoppedAt(state), KEEP);
      expect(redriven).toMatchObject(succeeded);
      expect(openUploads).toBe(0);
      expect(requests.CreateMultipartUpload).toBeUndefined();
      const hasParts = ['CheckParts', 'Complete'].includes(state);
      expect(requests.UploadPartCopy).toBe(hasParts ? undefined : 3);
    },
  );

  test.each([
    ['an inline Map', '31MiB', 'CopyPart', 7],
    ['children of a Distributed Map', '220MiB', 'CopyPartInChild', 44],
  ])('in %s and keeps its upload copies only the parts that are missing', async (_, size, state, parts) => {
    const stop: PlatformFaultRule = { state, skip: 3, times: 1, fault: { kind: 'stop-execution' } };
    const given: Copy = { setup: { object: { size } }, options: { onFailure: 'KEEP', maxConcurrency: 1 } };
    const { redriven, requests, openUploads } = await redrive('parts', { platform: [stop] }, given);
    expect(redriven).toMatchObject(succeeded);
    expect(openUploads).toBe(0);
    expect(requests.UploadPartCopy).toBeLessThan(parts);
  });

  test.each([false, true])('in Complete, which S3 executed, and may not list the parts: %s', async (isDenied) => {
    let etag: string | undefined;
    const between = async (server: S3Server): Promise<void> => {
      const client = clientOf(server);
      const { uploadId: UploadId } = server.openUploads()[0]!;
      const upload = { Bucket: 'lake', Key: 'out/object.bin', UploadId };
      const { Parts } = await client.send(new ListPartsCommand(upload));
      ({ ETag: etag } = await client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      ));
      client.destroy();
      if (isDenied) server.faults.add({ operation: 'ListParts', fault: DENIED });
    };
    const { redriven } = await redrive('parts', { ...stoppedAt('Complete'), between }, KEEP);
    if (!isDenied) return expect(redriven).toMatchObject(succeeded);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    const named = `an earlier attempt, whose answer was lost, may have made s3://lake/out/object.bin (ETag ${etag})`;
    expect(redriven.cause).toContain(JSON.stringify(named).slice(1, -1));
  });

  test.each(['CopyParts', 'CheckParts', 'Complete'])(
    'in %s without keeping its upload is UploadNotFound once the sweeper has run',
    async (state) => {
      const { redriven, openUploads } = await redrive('parts', { ...stoppedAt(state), between: untilSwept });
      expect(redriven).toMatchObject({ status: 'FAILED', error: 'UploadNotFound' });
      expect(openUploads).toBe(0);
    },
  );

  test.each(['Verify', 'Done'])('in %s goes on to the result', async (state) => {
    const { redriven, requests } = await redrive('parts', stoppedAt(state));
    expect(redriven).toMatchObject(succeeded);
    expect(JSON.parse(redriven.output!)).toMatchObject({ status: 'COPIED' });
    expect(requests.UploadPartCopy).toBeUndefined();
  });

  test.each(['WhichError', 'Abort', 'UploadAborted'])('in %s, after an error, fails with it', async (state) => {
    const ending = { ...deniedIn('UploadPartCopy'), ...stoppedAt(state) };
    const { redriven, openUploads } = await redrive('parts', ending);
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(openUploads).toBe(0);
  });
});
