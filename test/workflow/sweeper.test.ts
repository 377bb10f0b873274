import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { Duration } from 'aws-cdk-lib';
import { CopyDestination, CopyOnFailure } from '../../lib';
import type { CopyRunReport } from '../../local/run';
import type { S3Server } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import { until } from '../until';
import { COPY, Executions, INVOKER, type Swept, sweepDestinations, withInvoker, withInvokerAlone } from './executions';
import { clientOf, type Copy, copy, platformFaults } from './support';

// What executions leave behind that could not clean up after themselves, the sweeper removes, and nothing else.

const HOUR = 3600;
const SLOW = { timeScale: 10_000 };

interface SweptRun {
  readonly report: CopyRunReport;
  readonly swept: Swept[];
}

/** Stops a copy in parts when it enters a state. The rule of the template then invokes the sweeper, and after it `sweeps`. */
async function stopAt(
  state: string,
  given: Copy,
  ...sweeps: ((executions: Executions) => Promise<Swept>)[]
): Promise<SweptRun> {
  const swept: Swept[] = [];
  const report = await copy(
    {
      ...withInvoker,
      ...given,
      run: {
        stateMachine: COPY,
        ...platformFaults({ state, times: 1, fault: { kind: 'stop-execution' } }),
        ...given.run,
        onFinished: async (finished) => {
          const executions = new Executions(finished);
          for (const sweep of sweeps) swept.push(await sweep(executions));
        },
      },
    },
    'parts',
  );
  expect(report.execution.status).toBe('FAILED');
  expect(report.iam!.denied).toEqual([]);
  return { report, swept };
}

const OPEN = ['FanOut', 'CopyParts', 'CopyPart', 'CheckParts', 'Complete'];
const STATES = ['Plan', 'Route', 'Begin', ...OPEN, 'Verify', 'Done'];

describe('an execution that is stopped', () => {
  test.each(STATES)('at %s leaves no upload once the sweeper has run', async (state) => {
    const { report } = await stopAt(state, {});
    expect(report.openUploads).toBe(0);
    expect(report.requests.AbortMultipartUpload ?? 0).toBeGreaterThanOrEqual(OPEN.includes(state) ? 1 : 0);
  });

  test('leaves no upload although DescribeExecution says for a while that it is RUNNING', async () => {
    const lag: PlatformFaultRule = { fault: { kind: 'lagging-reads', milliseconds: 15_000 } };
    const stop: PlatformFaultRule = { state: 'CheckParts', times: 1, fault: { kind: 'stop-execution' } };
    const { report } = await stopAt('CheckParts', { run: platformFaults(stop, lag) });
    expect(report.openUploads).toBe(0);
  });

  test('in a child of a Distributed Map leaves no upload', async () => {
    const { report } = await stopAt('CopyPartInChild', { setup: { object: { size: '220MiB' } } });
    expect(report.openUploads).toBe(0);
  });

  test('leaves no upload in a directory bucket', async () => {
    const bucket = 'lake--use1-az4--x-s3';
    const given: Copy = {
      props: () => ({ destinations: [CopyDestination.directoryBucket(bucket, { prefix: 'out/' })] }),
      input: { destination: `s3://${bucket}/out/object.bin` },
    };
    const { report } = await stopAt('CheckParts', given);
    expect(report.openUploads).toBe(0);
  });

  test('leaves no upload that parts in flight reopen', async () => {
    const onReady = (server: S3Server) => {
      const fault = { kind: 'delay', milliseconds: 14_000 } as const;
      server.faults.add({ operation: 'UploadPartCopy', partNumber: 1, fault });
      // The state is entered once for each part: when the last is, others are in flight.
      server.faults.add({ operation: 'UploadPartCopy', partNumber: 2, fault });
      // The sweeper may be faster than the workers: it gets no answer before a part is in flight.
      let parts = 0;
      server.onOperation(async ({ phase, operation }) => {
        if (phase !== 'received') return;
        if (operation === 'UploadPartCopy') parts++;
        if (operation === 'ListParts') await until(() => parts > 0 || undefined);
      });
    };
    const stop = platformFaults({ state: 'CopyPart', skip: 2, fault: { kind: 'stop-execution' } });
    // Slow enough for the sweeper to abort while the parts are in flight, for seven seconds here, also on a busy machine.
    const given: Copy = { setup: { latePartsReopenUploads: true }, run: { timeScale: 2, onReady, ...stop } };
    const { report } = await stopAt('CopyPart', given);
    expect(report.openUploads).toBe(0);
    expect(report.requests.AbortMultipartUpload).toBeGreaterThan(1);
  });

  test('loses its upload to the schedule if its own event was lost', async () => {
    const later = (executions: Executions) => sweepDestinations(executions, 2 * HOUR);
    const { report, swept } = await stopAt('CheckParts', { ...withInvokerAlone, run: SLOW }, later);
    expect(report.openUploads).toBe(0);
    expect(swept[0]!.aborted).toHaveLength(1);
  });

  test('keeps the upload of the last hour from the schedule, for its own event', async () => {
    const { report } = await stopAt('CheckParts', withInvokerAlone, (executions) => sweepDestinations(executions, 0));
    expect(report.openUploads).toBe(1);
  });
});

test('without a sweeper, an execution that is stopped leaves its upload', async () => {
  const props: Copy['props'] = () => ({ sweeper: { enabled: false } });
  const { report } = await stopAt('CheckParts', { props, extend: () => undefined });
  expect(report.openUploads).toBe(1);
});

test('uploads whose ids did not arrive are found by who began them, and when', async () => {
  const lost = { operation: 'CreateMultipartUpload', fault: { kind: 'reset-after' } } as const;
  const run = {
    ...platformFaults({ state: 'Abort', fault: { kind: 'error', name: 'InvalidRuntimeException' } }),
    onReady: (server: S3Server) => server.faults.add(lost),
  };
  const { report } = await stopAt('Begin', { run });
  expect(report.execution.error).toBe('TransientS3Error');
  expect(report.requests.AbortMultipartUpload).toBeGreaterThan(100);
  expect(report.openUploads).toBe(0);
});

test('an upload that S3 creates when the execution has ended is removed by the schedule', async () => {
  let server!: S3Server;
  let swept: Swept | undefined;
  const given: Copy = {
    ...withInvokerAlone,
    run: {
      stateMachine: COPY,
      ...SLOW,
      onReady: (s3) => {
        server = s3;
        const fault = { kind: 'late-effect', milliseconds: 3 * HOUR * 1000 } as const;
        server.faults.add({ operation: 'CreateMultipartUpload', times: 1, fault });
      },
      onFinished: async (finished) => {
        await until(() => server.openUploads().at(0));
        swept = await sweepDestinations(new Executions(finished), 2 * HOUR);
      },
    },
  };
  const { execution, openUploads } = await copy(given, 'parts');
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(swept!.aborted).toHaveLength(1);
  expect(openUploads).toBe(0);
});

test('uploads of others stay, also to the same key at the same time', async () => {
  const others: string[] = [];
  let server!: S3Server;
  const onReady = async (s3: S3Server) => {
    server = s3;
    const client = clientOf(s3);
    for (const Key of ['out/object.bin', 'out/other.bin', 'else/where.bin']) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: 'lake', Key }));
      others.push(UploadId!);
    }
    client.destroy();
  };
  let open: string[] = [];
  const look = (executions: Executions) => {
    open = server.openUploads().map(({ uploadId }) => uploadId);
    return sweepDestinations(executions, 0);
  };
  const later = (executions: Executions) => sweepDestinations(executions, 2 * HOUR);
  const { swept } = await stopAt('CheckParts', { ...withInvokerAlone, run: { ...SLOW, onReady } }, later, later, look);
  expect(swept[0]!.aborted).toHaveLength(1);
  expect(swept[1]).toEqual({ aborted: [], kept: [], inUse: [], problems: [] });
  expect(open.sort()).toEqual([...others].sort());
});

describe('an upload that is kept', () => {
  const keep = (keepFor: Duration): Copy => ({
    props: () => ({ defaults: { onFailure: CopyOnFailure.KEEP }, sweeper: { keepFor } }),
    run: SLOW,
  });
  const later = (executions: Executions) => sweepDestinations(executions, 2 * HOUR);

  test('stays as long as keepFor', async () => {
    const { report, swept } = await stopAt('CheckParts', keep(Duration.days(3000)), later);
    expect(swept).toMatchObject([{ aborted: [], kept: [expect.anything()] }]);
    expect(report.openUploads).toBe(1);
  });

  test('is removed after that', async () => {
    const { report, swept } = await stopAt('CheckParts', { ...keep(Duration.seconds(1)), ...withInvokerAlone }, later);
    expect(swept).toMatchObject([{ aborted: [expect.anything()], kept: [] }]);
    expect(report.openUploads).toBe(0);
  });

  test('stays after that for an execution that asks for it, and whose Plan waits for Lambda', async () => {
    let server!: S3Server;
    const run = {
      // Plan waits for an hour and a half, which is some seconds here.
      timeScale: 1000,
      ...platformFaults(
        { state: 'CheckParts', times: 1, fault: { kind: 'stop-execution' } },
        { state: 'Plan', skip: 1, fault: { kind: 'throttled' } },
      ),
      onReady: (s3: S3Server) => void (server = s3),
    };
    const resumeAndSweep = async (executions: Executions) => {
      const { executionArn, stateMachineArn, input = '' } = await executions.describe();
      // Until the schedule no longer leaves the upload to the rule: an event about an execution that is unknown.
      const detail = { executionArn: `${executionArn}-unknown`, stateMachineArn, status: 'FAILED' };
      await executions.run({ event: { detail }, after: 1.1 * HOUR }, INVOKER);
      const first = JSON.parse(input) as { options?: object };
      const [{ uploadId } = { uploadId: '' }] = server.openUploads();
      const resumed = await executions.start({ ...first, options: { ...first.options, resumeUploadId: uploadId } });
      const sweep = await sweepDestinations(executions, 0);
      expect((await executions.describe(resumed)).status).toBe('RUNNING');
      return sweep;
    };
    const given: Copy = { ...keep(Duration.seconds(1)), ...withInvokerAlone, run };
    const { report, swept } = await stopAt('CheckParts', given, resumeAndSweep);
    expect(swept).toMatchObject([{ aborted: [], inUse: [expect.anything()] }]);
    expect(report.openUploads).toBe(1);
  });
});
