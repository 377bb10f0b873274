import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { BusEvent } from '../../local/workflow';
import { until } from '../until';
import { COPY } from './executions';
import { type Copy, copy, folder, platformFaults, type Way } from './support';

// Every execution that ends is told of once, whatever its end, and nothing that it tells is a lie.

const schema = JSON.parse(readFileSync('schema/copy-event.schema.json', 'utf8')) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);

const props = () => ({ notifications: {} });

interface Told {
  readonly events: readonly any[];
  readonly report: Awaited<ReturnType<typeof copy>>;
}

/** The events of ours that one execution sends. @param isAwaited whether one comes after the run would have ended */
async function told(given: Copy, way: Way = 'CopyObject', isAwaited = false): Promise<Told> {
  const all: BusEvent[] = [];
  const isOurs = ({ source }: BusEvent) => source === 'cdk-s3-multipart-copy';
  const run = {
    stateMachine: COPY,
    ...given.run,
    onBusEvent: (event: BusEvent) => void all.push(event),
    // The run does not wait for invocations that Lambda retries.
    onFinished: async () => {
      if (isAwaited) await until(() => all.find(isOurs));
    },
  };
  const report = await copy({ props, ...given, run }, way);
  expect(report.iam!.denied).toEqual([]);
  const events = all.filter(isOurs);
  for (const event of events) {
    validate(event);
    expect(validate.errors).toBeNull();
  }
  return { events, report };
}

test.each<Way>(['CopyObject', 'parts'])('a copy by %s', async (way) => {
  const { events, report } = await told({}, way);
  expect(events).toHaveLength(1);
  const { result } = report;
  expect(events[0]).toMatchObject({
    'detail-type': 'MultipartCopy Succeeded',
    resources: [expect.stringContaining(':execution:'), expect.stringContaining(':stateMachine:')],
    detail: {
      status: 'COPIED',
      source: { bucket: 'raw', key: 'in/object.bin', size: result!.source.size, etag: result!.source.etag },
      destination: { bucket: 'lake', key: 'out/object.bin', etag: result!.destination.etag },
      parts: result!.parts,
      integrity: result!.integrity,
      message: expect.stringMatching(
        /^Copied s3:\/\/raw\/in\/object\.bin to s3:\/\/lake\/out\/object\.bin: .* Proven equal by/,
      ),
    },
  });
  expect(Date.parse(events[0].time)).toBe(Math.floor(Date.parse(events[0].detail.execution.stopDate) / 1000) * 1000);
});

test('a copy that is skipped', async () => {
  const onto = { source: 's3://raw/in/object.bin', destination: 's3://lake/out/object.bin' };
  const { events } = await told({
    setup: { existing: [{ key: 'out/object.bin', content: 'same' }], object: { content: 'same' } },
    input: onto,
    options: { overwrite: 'if-different' },
  });
  expect(events).toMatchObject([
    { 'detail-type': 'MultipartCopy Skipped', detail: { status: 'SKIPPED', reason: expect.stringMatching(/./) } },
  ]);
});

test('a dry run sends no event', async () => {
  expect((await told({ options: { dryRun: true } })).events).toEqual([]);
});

test('a copy that Plan refuses, by its input', async () => {
  const { events, report } = await told({ input: { source: 's3://raw/elsewhere/a b+%20ü' } });
  expect(report.execution.error).toBe('NotAllowed');
  expect(events).toMatchObject([
    {
      'detail-type': 'MultipartCopy Failed',
      detail: {
        status: 'FAILED',
        error: 'NotAllowed',
        cause: expect.not.stringContaining('errorMessage'),
        source: { bucket: 'raw', key: 'elsewhere/a b+%20ü' },
      },
    },
  ]);
  expect(events[0].detail).not.toHaveProperty('destination');
});

test('a copy whose part fails, by what Plan decided', async () => {
  const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const;
  const faults = join(folder(), 'faults.json');
  writeFileSync(faults, JSON.stringify([{ operation: 'UploadPartCopy', partNumber: 2, fault }]));
  const { events } = await told({ run: { faults } }, 'parts');
  expect(events).toMatchObject([
    {
      'detail-type': 'MultipartCopy Failed',
      detail: {
        status: 'FAILED',
        error: 'AccessDenied',
        source: { bucket: 'raw', key: 'in/object.bin', size: 11 * 1024 ** 2 },
        destination: { bucket: 'lake', key: 'out/object.bin' },
      },
    },
  ]);
});

test('a copy that is stopped', async () => {
  const stop = platformFaults({ state: 'CheckParts', times: 1, fault: { kind: 'stop-execution', error: 'Changed' } });
  const { events } = await told({ run: stop }, 'parts');
  expect(events).toMatchObject([
    {
      'detail-type': 'MultipartCopy Failed',
      detail: {
        status: 'ABORTED',
        error: 'Changed',
        destination: { bucket: 'lake', key: 'out/object.bin' },
        message: expect.stringContaining('was stopped after'),
      },
    },
  ]);
});

test('an execution whose input is too large for the event of Step Functions', async () => {
  const detail = { bucket: { name: 'raw' }, object: { key: 'in/none' }, more: 'x'.repeat(250_000) };
  const { events } = await told({ run: { input: { detail } } });
  expect(events).toMatchObject([{ detail: { status: 'FAILED', source: { bucket: 'raw', key: 'in/none' } } }]);
});

test('is sent again if the notifier fails, and does not change how the copy ends', async () => {
  const faults = platformFaults({
    function: 'CopyNotifyFunction',
    times: 2,
    fault: { kind: 'error', name: 'ServiceException' },
  });
  const { events, report } = await told({ run: faults }, 'CopyObject', true);
  expect(report.execution.status).toBe('SUCCEEDED');
  expect(events).toHaveLength(1);
});
