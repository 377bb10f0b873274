import {
  CompleteMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { FaultRule, OperationEvent, S3Server } from '../../local/s3';
import { clientOf, type Copy, COMPARES_CLOCKS, copied, copy, failed, platformFaults, WAYS } from './support';

// COPIED means that this execution made the object: not that an equal one is there.

const KEY = 'out/object.bin';
const MPU_KEY = { bucket: 'lake', key: KEY };
const versioned: Copy = { destination: { versioned: true } };

/** Too long for a header. */
const LONG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}${'ü'.repeat(100)}`, 'ü'.repeat(250)]));

type Interfere = (server: S3Server, event: OperationEvent) => void | Promise<void>;

/** Does something once, when an operation on the copy is in a phase. */
function at(phase: OperationEvent['phase'], operation: string, interfere: Interfere): Copy['run'] {
  return {
    onReady: (server) => {
      let isDone = false;
      server.onOperation((event) => {
        const isMeant = event.phase === phase && event.operation === operation && event.bucket === 'lake';
        if (isDone || !isMeant) return undefined;
        isDone = true;
        return interfere(server, event);
      });
    },
  };
}

function faults(...rules: FaultRule[]): Copy['run'] {
  return { onReady: (server) => rules.forEach((rule) => server.faults.add(rule)) };
}

const status = (code: number, name: string) =>
  ({ kind: 'error', status: code, code: name, message: 'Please try again.' }) as const;
const lost = (operation: string): FaultRule => ({ operation, times: 1, fault: { kind: 'reset-after' } });
const abort: Interfere = (server, { uploadId }) => server.abortUpload('lake', uploadId!);
const replace: Interfere = (server) => void server.putGenerated({ ...MPU_KEY, size: 5, seed: 'another writer' });

describe('an upload that is gone', () => {
  const old = {
    parts: ['5MiB', '5MiB', '1MiB'],
    seed: 'old',
    checksumAlgorithm: 'none',
    lastModified: '2020-01-01T00:00:00Z',
  };
  const noSuchUpload: FaultRule = { operation: 'ListParts', times: 1, fault: status(404, 'NoSuchUpload') };

  test('is not taken for completed because an object of its size is there', async () => {
    const object = { size: '11MiB', seed: 'new', checksumAlgorithm: 'none' };
    const given: Copy = { setup: { object, existing: [old] }, options: { partSize: 5_242_880 } };
    const report = await failed({ ...given, run: faults(noSuchUpload) }, 'parts', 'UploadNotFound');
    expect(report.copy).toMatchObject({ lastModified: '2020-01-01T00:00:00.000Z' });
  });

  test('is completed on the next listing if it is there after all', async () => {
    const again: FaultRule = { operation: 'ListParts', times: 1, fault: status(500, 'InternalError') };
    await copied({ setup: { existing: [old] }, run: faults(again) }, 'parts');
  });

  test.each(['ListParts', 'CompleteMultipartUpload'])(
    'because somebody else aborted it before %s',
    async (operation) => {
      const report = await failed(
        { setup: { existing: [old] }, run: at('received', operation, abort) },
        'parts',
        'UploadNotFound',
      );
      expect(report.copy).toMatchObject({ lastModified: '2020-01-01T00:00:00.000Z' });
      expect(report.execution.cause).toMatch(/no longer exists|was aborted or completed by somebody else/);
    },
  );

  /** Equal bytes in equal parts, so that even the ETag is that of the copy. */
  const equal = { size: '11MiB', seed: 'same' };
  const equalParts = { parts: ['5MiB', '5MiB', '1MiB'], seed: 'same' };

  test.each<[string, object]>([
    ['other metadata', { metadata: { owner: 'another' } }],
    ['another storage class', { storageClass: 'STANDARD_IA' }],
    ['another content type', { contentType: 'text/plain' }],
    ['an earlier date', { lastModified: '2020-01-01T00:00:00.000Z' }],
  ])('is not taken for completed because an equal object is there, with %s', async (_, properties) => {
    const given: Copy = { setup: { object: equal, existing: [{ ...equalParts, ...properties }] } };
    const report = await failed(
      { ...given, run: at('received', 'CompleteMultipartUpload', abort) },
      'parts',
      'UploadNotFound',
    );
    expect(report.copy).toMatchObject(properties);
  });

  test('is completed if S3 does not know it once, although an equal object of the same date is there', async () => {
    // As another execution may leave it, which copied the same source to the same key at the same time.
    const twin = at('answered', 'CreateMultipartUpload', (server) =>
      server.amendObject({ ...MPU_KEY, lastModified: Date.now() }),
    );
    const once: FaultRule = { operation: 'CompleteMultipartUpload', times: 1, fault: status(404, 'NoSuchUpload') };
    const run = { ...both(faults(once), twin), ...COMPARES_CLOCKS };
    const given: Copy = { setup: { object: equal, existing: [equalParts] }, run };
    const { requests, openUploads } = await copied(given, 'parts');
    expect(requests).toMatchObject({ CompleteMultipartUpload: 2 });
    expect(openUploads).toBe(0);
  });

  test('is not taken for completed because an equal object was put as the upload began', async () => {
    const run = at('received', 'CompleteMultipartUpload', (server, event) => {
      // Its date is that of the upload, and it is an object of one piece.
      server.putGenerated({ ...MPU_KEY, size: 11 * 1024 ** 2, seed: 'same' });
      return abort(server, event);
    });
    const report = await failed({ setup: { object: equal }, run }, 'parts', 'UploadNotFound');
    expect(report.copy!.etag).not.toMatch(/-3/);
  });
});

describe('a lost answer to CompleteMultipartUpload', () => {
  const complete = lost('CompleteMultipartUpload');
  const unavailable = (times: number): FaultRule => ({
    operation: 'HeadObject',
    bucket: 'lake',
    times,
    fault: status(503, 'ServiceUnavailable'),
  });

  test.each([600, 0])('is COPIED, repeated requests being known for %i seconds', async (repeatCompleteSeconds) => {
    await copied({ setup: { repeatCompleteSeconds }, run: faults(complete) }, 'parts');
  });

  test.each([4, 40])('is COPIED, although HeadObject then fails %i times', async (times) => {
    for (const repeatCompleteSeconds of [600, 0]) {
      await copied({ setup: { repeatCompleteSeconds }, run: faults(complete, unavailable(times)) }, 'parts');
    }
  });

  test('is COPIED where the repeated request violates its own condition', async () => {
    const violated: FaultRule = {
      operation: 'CompleteMultipartUpload',
      skip: 1,
      times: 1,
      fault: status(412, 'PreconditionFailed'),
    };
    await copied({ options: { overwrite: 'never' }, run: faults(complete, violated) }, 'parts');
  });

  test('is COPIED with a KMS key, whose ETags are not known before', async () => {
    const destinationBucket = { encryption: { sseAlgorithm: 'aws:kms' } };
    const { copy: made } = await copied(
      { setup: { destinationBucket, repeatCompleteSeconds: 0 }, run: faults(complete) },
      'parts',
    );
    expect(made).toMatchObject({ serverSideEncryption: 'aws:kms' });
  });

  test('is COPIED below a newer version', async () => {
    const run = at('answered', 'CompleteMultipartUpload', replace);
    const { report, server } = await withServer({
      ...versioned,
      setup: { repeatCompleteSeconds: 0 },
      run: both(faults(complete), run),
    });
    expect(report.execution).toMatchObject({ status: 'SUCCEEDED' });
    const { destination } = report.result!;
    expect(destination.versionId).not.toBe(server.describeObject('lake', KEY)!.versionId);
    expect(server.describeObject('lake', KEY, destination.versionId)).toMatchObject({ size: 11 * 1024 ** 2 });
  });

  test.each<[string, Interfere]>([
    ['replaced', replace],
    ['deleted', (server) => server.deleteObject('lake', KEY)],
  ])('is UploadNotFound where the copy was %s since, and the cause tells both ways', async (_, interfere) => {
    const run = both(faults(complete), at('answered', 'CompleteMultipartUpload', interfere));
    const { execution } = await failed({ setup: { repeatCompleteSeconds: 0 }, run }, 'parts', 'UploadNotFound');
    expect(execution.cause).toMatch(/Somebody else aborted the upload; or it was completed, the answer was lost/);
  });
});

describe.each(WAYS)('after %s was answered', (way) => {
  const operation = way === 'parts' ? 'CompleteMultipartUpload' : 'CopyObject';

  test.each<[string, Interfere, RegExp]>([
    ['replaced', replace, /was made, and then replaced by somebody else/],
    ['deleted', (server) => server.deleteObject('lake', KEY), /was made, and then deleted by somebody else/],
  ])('the copy was %s: ConcurrentWrite that tells that it was made', async (_, interfere, cause) => {
    const { execution } = await failed({ run: at('answered', operation, interfere) }, way, 'ConcurrentWrite');
    expect(execution.cause).toMatch(cause);
  });

  test('the copy was replaced by an equal object with other metadata: ConcurrentWrite', async () => {
    const object =
      way === 'parts' ? { parts: ['5MiB', '5MiB', '1MiB'], checksumAlgorithm: 'none' } : { content: 'equal' };
    const run = at('answered', operation, async (server) => {
      const client = clientOf(server);
      if (way === 'CopyObject') {
        await client.send(
          new PutObjectCommand({ Bucket: 'lake', Key: KEY, Body: 'equal', Metadata: { by: 'another' } }),
        );
      } else server.amendObject({ ...MPU_KEY, lastModified: Date.UTC(2020) });
      client.destroy();
    });
    await failed({ setup: { object }, run }, way, 'ConcurrentWrite');
  });

  test('the version is read that was made: COPIED below a newer one', async () => {
    const { report, server } = await withServer({ ...versioned, run: at('answered', operation, replace) }, way);
    expect(report.execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(report.result!.destination.versionId).not.toBe(server.describeObject('lake', KEY)!.versionId);
  });

  test('HeadObject fails for good: the cause tells what was made', async () => {
    const run = faults({ operation: 'HeadObject', bucket: 'lake', fault: status(500, 'InternalError') });
    const report = await copy({ run }, way);
    expect(report.execution).toMatchObject({ status: 'FAILED', error: 'TransientS3Error' });
    expect(report.execution.cause).toContain('was made, and could not be verified');
    expect(report.execution.cause).toContain(JSON.stringify(report.copy!.etag).slice(1, -1));
    expect(report.openUploads).toBe(0);
  });
});

describe('a bucket whose versioning was changed without the app', () => {
  test.each(['Enabled', 'Suspended'])('%s, so that the version that was made may not be named', async (versioning) => {
    for (const way of WAYS) {
      const tags = LONG_TAGS;
      const report = await copy({ setup: { object: { tags }, destinationBucket: { versioning } } }, way);
      expect(report).toMatchObject({ execution: { status: 'SUCCEEDED', cause: '' }, copy: { tags }, verified: true });
    }
  });
});

describe('a lost answer to CopyObject', () => {
  const rules: [string, object, NonNullable<Copy['setup']>][] = [
    ['always', {}, {}],
    ['never', { overwrite: 'never' }, {}],
    ['ifMatch', { ifMatch: '"5d41402abc4b2a76b9719d911017c592"' }, { existing: [{ content: 'hello' }] }],
  ];

  describe.each(rules)('with overwrite %s', (_, options, setup) => {
    test.each(['none', 'Suspended'])('is COPIED in a bucket with versioning %s', async (versioning) => {
      const run = { ...faults(lost('CopyObject')), ...COMPARES_CLOCKS };
      const destination = { versioned: versioning === 'Suspended' };
      await copied({ destination, setup: { ...setup, destinationBucket: { versioning } }, options, run }, 'CopyObject');
    });

    test('leaves one version, and no double', async () => {
      const run = { ...faults(lost('CopyObject')), ...COMPARES_CLOCKS };
      const { report, requests } = await withServer({ ...versioned, setup, options, run }, 'CopyObject');
      expect(report.execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
      expect(requests.filter((operation) => operation === 'CopyObject')).toHaveLength(1);
    });

    test('leaves one version below a newer one', async () => {
      const interference = both(faults(lost('CopyObject')), at('answered', 'CopyObject', replace));
      const run = { ...interference, ...COMPARES_CLOCKS };
      const { report, server } = await withServer({ ...versioned, setup, options, run }, 'CopyObject');
      expect(report.execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
      expect(report.result!.destination.versionId).not.toBe(server.describeObject('lake', KEY)!.versionId);
    });
  });

  test('is not taken for made where somebody else made an equal object first', async () => {
    const run = at('received', 'CopyObject', async (server) => {
      const client = clientOf(server);
      await client.send(new PutObjectCommand({ Bucket: 'lake', Key: KEY, Body: 'equal' }));
      client.destroy();
    });
    await failed(
      { setup: { object: { content: 'equal' } }, options: { overwrite: 'never' }, run },
      'CopyObject',
      'DestinationExists',
    );
  });
});

test('an equal object is not taken for made after an error that S3 answered to CopyObject', async () => {
  let twin: string | undefined;
  const interference = at('received', 'CopyObject', async (server) => {
    const client = clientOf(server);
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: 'lake', Key: KEY, Body: 'equal' }));
    twin = VersionId;
    client.destroy();
  });
  const once: FaultRule = { operation: 'CopyObject', times: 1, fault: status(500, 'InternalError') };
  const { report, requests, server } = await withServer(
    { ...versioned, setup: { object: { content: 'equal' } }, run: both(faults(once), interference) },
    'CopyObject',
  );
  expect(report.execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
  expect(requests.filter((operation) => operation === 'CopyObject')).toHaveLength(2);
  expect(report.result!.destination.versionId).toBe(server.describeObject('lake', KEY)!.versionId);
  expect(report.result!.destination.versionId).not.toBe(twin);
});

test.each(WAYS)('is COPIED by %s, although every answer to the request that makes it is lost', async (way) => {
  const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
  await copied({ run: { ...faults({ operation, fault: { kind: 'reset-after' } }), ...COMPARES_CLOCKS } }, way);
});

describe('an error that no time mends, after an attempt that made the copy', () => {
  const OPERATIONS = { CopyObject: 'CopyObject', parts: 'CompleteMultipartUpload' } as const;

  describe.each(WAYS)('by %s', (way) => {
    const operation = OPERATIONS[way];
    const denied: FaultRule = { operation, fault: status(403, 'AccessDenied') };

    test.each([false, true])('is COPIED if the answer was lost, versioned: %s', async (isVersioned) => {
      const run = { ...faults(lost(operation), denied), ...COMPARES_CLOCKS };
      await copied({ destination: { versioned: isVersioned }, run }, way);
    });

    test('is COPIED also if the upload would be kept, or the source is overwritten', async () => {
      const overwrite = at(
        'done',
        operation,
        (server) => void server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 5, seed: 'new' }),
      );
      const run = { ...both(faults(lost(operation), denied), overwrite), ...COMPARES_CLOCKS };
      const { execution, result, copy: made } = await copy({ options: { onFailure: 'KEEP' }, run }, way);
      expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
      expect(made!.etag).toBe(result!.destination.etag);
    });
  });

  test('is named with the object that is there, if S3 answered CopyObject with an error', async () => {
    const once: FaultRule = {
      operation: 'CopyObject',
      times: 1,
      fault: { ...status(500, 'InternalError'), afterEffect: true },
    };
    const denied: FaultRule = { operation: 'CopyObject', fault: status(403, 'AccessDenied') };
    const run = { ...faults(once, denied), ...COMPARES_CLOCKS };
    const { execution, copy: there } = await failed({ run }, 'CopyObject', 'AccessDenied');
    const { errorMessage } = JSON.parse(execution.cause) as { errorMessage: string };
    expect(errorMessage).toContain(`(ETag ${there!.etag}) exists, and an earlier attempt`);
  });

  test('is named with the object that may be there, if it cannot be read', async () => {
    const denied: FaultRule = { operation: 'HeadObject', bucket: 'lake', fault: status(403, 'AccessDenied') };
    const run = faults(lost('CompleteMultipartUpload'), denied, { ...denied, operation: 'GetObject' });
    const given: Copy = { setup: { repeatCompleteSeconds: 0 }, run };
    const { execution, copy: made } = await failed(given, 'parts', 'AccessDenied');
    const { errorMessage } = JSON.parse(execution.cause) as { errorMessage: string };
    expect(errorMessage).toContain(`may have made s3://lake/${KEY} (ETag ${made!.etag}) of it`);
  });

  test('is named with the object that may be there, if Lambda lost an invocation of Complete', async () => {
    // The third time is after that of CheckParts and that of the first invocation.
    const denied: FaultRule = { operation: 'ListParts', skip: 2, fault: status(403, 'AccessDenied') };
    const answerLost = platformFaults({ state: 'Complete', times: 1, fault: { kind: 'answer-lost' } });
    const run = { ...faults(denied), ...answerLost };
    const { execution, copy: made } = await failed({ run }, 'parts', 'AccessDenied');
    const named = JSON.stringify(`may have made s3://lake/${KEY} (ETag ${made!.etag})`).slice(1, -1);
    expect(execution.cause).toContain(named);
  });

  test('is named with the object that is there, if Lambda lost an invocation', async () => {
    const denied: FaultRule = { operation: 'CopyObject', skip: 1, fault: status(403, 'AccessDenied') };
    const answerLost = platformFaults({ state: 'CopyObject', times: 1, fault: { kind: 'answer-lost' } });
    const { execution } = await failed({ run: { ...faults(denied), ...answerLost } }, 'CopyObject', 'AccessDenied');
    expect(execution.cause).toMatch(/exists, and an earlier attempt, whose answer was lost, may have made it/);
  });
});

describe('a request that S3 executes late', () => {
  const late = (operation: string, milliseconds: number): FaultRule => ({
    operation,
    times: 1,
    fault: { kind: 'late-effect', milliseconds },
  });
  const denied = (operation: string): FaultRule => ({ operation, fault: status(403, 'AccessDenied') });
  const HOUR = 3_600_000;

  test.each(WAYS)('by %s, is followed by its retry: COPIED', async (way) => {
    const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
    await copied({ run: faults(late(operation, HOUR)) }, way);
  });

  test.each(WAYS)('by %s, after an error that no time mends: the cause says that it may come', async (way) => {
    const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
    const given: Copy = { run: faults(late(operation, HOUR), denied(operation)) };
    const { execution } = await failed(given, way, 'AccessDenied');
    expect(execution.cause).toContain(`S3 may still execute a request whose answer was lost: then s3://lake/${KEY}`);
  });

  test.each(WAYS)('by %s, is mentioned after an error of a later invocation, too', async (way) => {
    const operation = way === 'CopyObject' ? 'CopyObject' : 'CompleteMultipartUpload';
    const rules = [{ ...late(operation, HOUR), times: 4 }, denied(operation)];
    const { execution } = await failed({ run: faults(...rules) }, way, 'AccessDenied');
    expect(execution.cause).toContain(`S3 may still execute a request whose answer was lost: then s3://lake/${KEY}`);
  });

  test('completes the upload before it is aborted: the cause names the copy', async () => {
    const complete = at('received', 'AbortMultipartUpload', async (server, { uploadId: UploadId }) => {
      const client = clientOf(server);
      const upload = { Bucket: 'lake', Key: KEY, UploadId };
      const { Parts } = await client.send(new ListPartsCommand(upload));
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
      client.destroy();
    });
    const lostBefore: FaultRule = {
      operation: 'CompleteMultipartUpload',
      times: 1,
      fault: { kind: 'reset-before' },
    };
    const deniedOnce = { ...denied('CompleteMultipartUpload'), times: 1 };
    const given: Copy = { run: both(faults(lostBefore, deniedOnce), complete) };
    const { execution, copy: made } = await failed(given, 'parts', 'AccessDenied');
    const { errorMessage } = JSON.parse(execution.cause) as { errorMessage: string };
    expect(errorMessage).toContain(`then s3://lake/${KEY} (ETag ${made!.etag}) is this copy, unless the upload is`);
  });
});

test('a source that is replaced by an equal one with other metadata is SourceChanged', async () => {
  const run = at(
    'received',
    'CopyObject',
    (server) =>
      void server.putGenerated({
        ...{ bucket: 'raw', key: 'in/object.bin', size: 1024 ** 2, seed: 'same' },
        metadata: { owner: 'another' },
      }),
  );
  const { execution } = await failed({ setup: { object: { seed: 'same' } }, run }, 'CopyObject', 'SourceChanged');
  expect(execution.cause).toContain('was made');
});

test('a copy that is replaced by its like may have been replaced by a late request of the execution', async () => {
  const run = at('answered', 'CopyObject', (server) =>
    server.amendObject({ ...MPU_KEY, lastModified: Date.now() + 86_400_000 }),
  );
  const { execution } = await failed({ run }, 'CopyObject', 'ConcurrentWrite');
  expect(execution.cause).toContain('by somebody else, or by an earlier request of this execution,');
});

test('an upload of a KMS key is not taken for completed because another made an equal object in its second', async () => {
  const parts = { parts: ['5MiB', '5MiB', '1MiB'], seed: 'same' };
  const setup = {
    object: { size: '11MiB', seed: 'same' },
    existing: [parts],
    destinationBucket: { encryption: { sseAlgorithm: 'aws:kms' } },
  };
  const twin = at('answered', 'CreateMultipartUpload', (server) =>
    server.amendObject({ ...MPU_KEY, lastModified: Date.now() }),
  );
  const run = { ...both(twin, at('received', 'CompleteMultipartUpload', abort)), ...COMPARES_CLOCKS };
  const { execution } = await failed({ setup, run }, 'parts', 'UploadNotFound');
  expect(execution.cause).toMatch(/its ETag is .* instead of/);
});

test('an upload of a KMS key whose part was copied twice is listed again', async () => {
  const destinationBucket = { encryption: { sseAlgorithm: 'aws:kms' } };
  // The late duplicate lands between ListParts and CompleteMultipartUpload.
  const run = at('received', 'CompleteMultipartUpload', async (server, { uploadId }) => {
    const client = clientOf(server);
    const CopySource = 'raw/in/object.bin';
    const part = {
      Bucket: 'lake',
      Key: KEY,
      UploadId: uploadId,
      PartNumber: 1,
      CopySource,
      CopySourceRange: 'bytes=0-5242879',
    };
    await client.send(new UploadPartCopyCommand(part));
    client.destroy();
  });
  const { requests } = await copied({ setup: { destinationBucket }, run }, 'parts');
  expect(requests).toMatchObject({ CompleteMultipartUpload: 2 });
});

test('two executions into one key make two objects, and each is the maker of its own', async () => {
  const run = at('answered', 'CompleteMultipartUpload', (server) => {
    const { etag } = server.describeObject('lake', KEY)!;
    // As another execution would leave it, which began a day later: the clock of the run is faster than that of this test.
    server.amendObject({ ...MPU_KEY, lastModified: Date.now() + 86_400_000 });
    expect(server.describeObject('lake', KEY)!.etag).toBe(etag);
  });
  const { execution } = await failed({ run }, 'parts', 'ConcurrentWrite');
  expect(execution.cause).toContain('it is dated');
});

function both(...runs: Copy['run'][]): Copy['run'] {
  return {
    onReady: async (server) => {
      for (const run of runs) await run?.onReady?.(server);
    },
  };
}

/** Runs a copy and keeps what the server was asked, and what it holds in the end. */
async function withServer(given: Copy, way: (typeof WAYS)[number] = 'parts') {
  let server: S3Server | undefined;
  const requests: string[] = [];
  const run: Copy['run'] = {
    ...given.run,
    onReady: async (started) => {
      server = started;
      started.onOperation(({ phase, operation, bucket }) => {
        if (phase === 'answered' && bucket === 'lake') requests.push(operation);
      });
      await given.run?.onReady?.(started);
    },
  };
  const report = await copy({ ...given, run }, way);
  expect(report.openUploads).toBe(0);
  return { report, server: server!, requests };
}
