import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { FaultRule, S3Server } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import { clientOf, type Copy, COMPARES_CLOCKS, copied, copy, platformFaults } from './support';

// An execution that fails says what went wrong first, and leaves nothing that costs money; or else it says how to remove that.

const DENIED = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
const INTERNAL = { kind: 'error', status: 500, code: 'InternalError', message: 'We encountered an error.' } as const;

const KEY = "out/it's an object.bin";
const LEFT =
  /; an upload may be left behind and costs money until it is removed \((.*)\): (aws s3api abort-multipart-upload --bucket lake --key 'out\/it'\\''s an object.bin' --upload-id \S+(?: --\S+ \S+)*)$/;

function faults(...rules: FaultRule[]): Copy['run'] {
  return { onReady: (server) => rules.forEach((rule) => server.faults.add(rule)) };
}

/** More than 40 parts, so that they run in children of a Distributed Map. */
const DISTRIBUTED: Copy = { setup: { object: { size: '220MiB' } } };
const INLINE: Copy = {};
const NAMED: Copy = { input: { destination: `s3://lake/${KEY}` } };

/** What the state machine itself does. */
const WITHOUT_SWEEPER: Copy['props'] = () => ({ sweeper: { enabled: false } });

async function fails(given: Copy, error: string) {
  const report = await copy({ props: WITHOUT_SWEEPER, ...given }, 'parts');
  expect(report.execution).toMatchObject({ status: 'FAILED', error });
  return report;
}

describe.each([
  ['an inline Map', INLINE],
  ['a Distributed Map', DISTRIBUTED],
])('a part of %s that is denied', (_, given) => {
  const partDenied: FaultRule = { operation: 'UploadPartCopy', skip: 1, fault: DENIED };

  test('is the error of the execution, and nothing is left', async () => {
    const { execution, openUploads } = await fails({ ...given, run: faults(partDenied) }, 'AccessDenied');
    expect(execution.cause).toMatch(/UploadPartCopy of part \d+/);
    expect(openUploads).toBe(0);
  });

  test('is the error of the execution, although Abort is denied', async () => {
    const run = faults(partDenied, { operation: 'AbortMultipartUpload', fault: DENIED });
    const { execution, openUploads } = await fails({ ...given, ...NAMED, run }, 'AccessDenied');
    expect(openUploads).toBe(1);
    expect(execution.cause).toMatch(/UploadPartCopy of part \d+/);
    expect(LEFT.exec(execution.cause)![1]).toMatch(/^AbortMultipartUpload: .*s3:AbortMultipartUpload/);
  });

  test('is the error of the execution, although Abort never gets an answer', async () => {
    const run = faults(partDenied, { operation: 'AbortMultipartUpload', fault: INTERNAL });
    const { execution, openUploads } = await fails({ ...given, ...NAMED, run }, 'AccessDenied');
    expect(openUploads).toBe(1);
    expect(execution.cause).toMatch(/UploadPartCopy of part \d+/);
    expect(LEFT.exec(execution.cause)![1]).toBe('the Abort function failed with TransientS3Error');
  });

  test('is aborted after an outage in which Abort gets no answer for ten minutes', async () => {
    const outage = { since: 'AbortMultipartUpload', after: 0, until: 600_000 } as const;
    const run = faults(partDenied, { operation: '*', ...outage, fault: INTERNAL });
    const { execution, openUploads } = await fails({ ...given, run }, 'AccessDenied');
    expect(openUploads).toBe(0);
    expect(execution.cause).not.toMatch(LEFT);
  });

  test('does not keep the upload open that parts in flight reopen', async () => {
    const setup = { ...given.setup, latePartsReopenUploads: true };
    const slow: FaultRule = {
      operation: 'UploadPartCopy',
      partNumber: 1,
      fault: { kind: 'delay', milliseconds: 14_000 },
    };
    const { onReady } = faults(slow, { operation: 'UploadPartCopy', partNumber: 2, fault: DENIED })!;
    const reopened: number[] = [];
    // Without a lag of lists, so that Abort comes before the late part.
    const run = { timeScale: 2, platformFaults: undefined, onReady: watchReopened(onReady, reopened) };
    const { execution, openUploads, requests } = await fails({ ...given, setup, run }, 'AccessDenied');
    expect(reopened.length).toBeGreaterThan(0);
    expect(openUploads).toBe(0);
    expect(requests.AbortMultipartUpload).toBeGreaterThan(1);
    expect(execution.states).toContain('AbortLateParts');
  });
});

describe('the Abort function', () => {
  const partDenied: FaultRule = { operation: 'UploadPartCopy', skip: 1, fault: DENIED };

  test.each<[PlatformFaultRule['fault'], string]>([
    [{ kind: 'throttled' }, 'Lambda.TooManyRequestsException'],
    [{ kind: 'killed' }, 'Runtime.ExitError'],
    [{ kind: 'error', name: 'AccessDeniedException' }, 'Lambda.AccessDeniedException'],
  ])('that never runs, %j, hides no error', async (fault, name) => {
    const run = { ...faults(partDenied), ...platformFaults({ state: 'Abort', fault }), timeScale: 10_000 };
    const { execution, openUploads } = await fails({ ...NAMED, run }, 'AccessDenied');
    expect(openUploads).toBe(1);
    expect(execution.cause).toMatch(/UploadPartCopy of part \d+/);
    expect(LEFT.exec(execution.cause)![1]).toBe(`the Abort function failed with ${name}`);
  });

  test('that was idle for weeks aborts the upload when it is ready', async () => {
    const fault = { kind: 'inactive', milliseconds: 106_000 } as const;
    const run = { ...faults(partDenied), ...platformFaults({ state: 'Abort', times: 1, fault }) };
    const { execution, openUploads } = await fails({ run }, 'AccessDenied');
    expect(execution.cause).not.toMatch(/may be left/);
    expect(openUploads).toBe(0);
  });
});

test.each([20_000, 50_000])('the error of a part is found in lists that are %i milliseconds late', async (lag) => {
  const denied: FaultRule = { operation: 'UploadPartCopy', partNumber: 30, fault: DENIED };
  const late = platformFaults({ seed: lag, fault: { kind: 'lagging-reads', milliseconds: lag } });
  const { execution } = await fails({ ...DISTRIBUTED, run: { ...faults(denied), ...late } }, 'AccessDenied');
  expect(execution.cause).toMatch(/UploadPartCopy of part 30/);
});

test('an error that no list shows is that of the Map', async () => {
  const denied: FaultRule = { operation: 'UploadPartCopy', partNumber: 30, fault: DENIED };
  const late = platformFaults({ fault: { kind: 'lagging-reads', milliseconds: 3_600_000 } });
  const given: Copy = { ...DISTRIBUTED, run: { ...faults(denied), ...late } };
  const { openUploads } = await fails(given, 'States.ExceedToleratedFailureThreshold');
  expect(openUploads).toBe(0);
});

/** Notes the parts that are stored after the upload was aborted. */
function watchReopened(inner: NonNullable<Copy['run']>['onReady'], reopened: number[]) {
  return async (server: S3Server) => {
    await inner?.(server);
    let isAborted = false;
    server.onOperation(({ phase, operation, status }) => {
      if (phase !== 'answered' || status === undefined || status >= 300) return;
      if (operation === 'AbortMultipartUpload') isAborted = true;
      if (operation === 'UploadPartCopy' && isAborted) reopened.push(status);
    });
  };
}

describe('CreateMultipartUpload', () => {
  const lost = (times?: number): FaultRule => ({
    operation: 'CreateMultipartUpload',
    times,
    fault: { kind: 'reset-after' },
  });

  test.each([1, 3, 9])('whose answer is lost %i times leaves no upload behind a copy', async (times) => {
    await copied({ run: { ...COMPARES_CLOCKS, ...faults(lost(times)) } }, 'parts');
  });

  test('whose answer is lost leaves no upload behind a copy, although it cannot be listed for some minutes', async () => {
    const busy: FaultRule = {
      operation: 'ListMultipartUploads',
      since: 'ListMultipartUploads',
      until: 5 * 60_000,
      fault: { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
    };
    await copied({ run: { ...COMPARES_CLOCKS, ...faults(lost(1), busy), timeScale: 100 } }, 'parts');
  });

  test('whose answer is lost leaves no upload behind a copy that fails', async () => {
    const run = {
      ...COMPARES_CLOCKS,
      ...faults(lost(6), { operation: 'CompleteMultipartUpload', fault: DENIED }),
    };
    const { openUploads } = await fails({ run }, 'AccessDenied');
    expect(openUploads).toBe(0);
  });

  test('whose answer is always lost leaves no upload', async () => {
    const { openUploads, requests } = await fails({ run: faults(lost()) }, 'TransientS3Error');
    expect(requests.CreateMultipartUpload).toBeGreaterThan(100);
    expect(openUploads).toBe(0);
  });

  test('whose answer is always lost: the cause says how to find the uploads that could not be listed', async () => {
    const run = faults(lost(), { operation: 'ListMultipartUploads', fault: DENIED });
    const { openUploads, execution } = await fails({ ...NAMED, run }, 'TransientS3Error');
    expect(openUploads).toBeGreaterThan(100);
    expect(execution.cause).toContain(
      "aws s3api list-multipart-uploads --bucket lake --prefix 'out/it'\\''s an object.bin'",
    );
  });

  test('that is denied has created nothing, and the cause does not say so', async () => {
    const run = faults({ operation: 'CreateMultipartUpload', fault: DENIED });
    const { execution } = await fails({ run }, 'AccessDenied');
    expect(execution.cause).not.toContain('may be left');
  });

  test('leaves the uploads of others alone', async () => {
    const others = ['out/object.bin.other', 'out/object', 'in/object.bin'];
    const run: Copy['run'] = {
      ...COMPARES_CLOCKS,
      onReady: async (server) => {
        const client = clientOf(server);
        for (const Key of others) await client.send(new CreateMultipartUploadCommand({ Bucket: 'lake', Key }));
        client.destroy();
        server.faults.add(lost(2));
      },
    };
    const report = await copy({ run }, 'parts');
    expect(report.execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(report.openUploads).toBe(others.length);
  });
});

describe('EtagNotPreservable', () => {
  const given: Copy = {
    ...NAMED,
    setup: {
      destinationBucket: { encryption: { sseAlgorithm: 'aws:kms' } },
      object: { parts: ['5MiB', '5MiB', '1MiB'], checksumAlgorithm: 'none' },
    },
    options: { preserveEtag: true },
  };

  test('leaves no upload', async () => {
    const { openUploads, execution } = await fails({ ...given, run: {} }, 'EtagNotPreservable');
    expect(openUploads).toBe(0);
    expect(execution.cause).toContain('encrypts with aws:kms');
  });

  test('says how to remove the upload where the abort is denied', async () => {
    const run = faults({ operation: 'AbortMultipartUpload', fault: DENIED });
    const { openUploads, execution } = await fails({ ...given, run }, 'EtagNotPreservable');
    expect(openUploads).toBe(1);
    expect(execution.cause).toMatch(LEFT);
    expect(execution.cause).toContain('encrypts with aws:kms');
  });
});
