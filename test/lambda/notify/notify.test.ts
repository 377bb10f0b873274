import { type EndedExecution, detailTypeOf, toDetail } from '../../../lambda/notify/detail';
import { readEnded } from '../../../lambda/notify/event';
import { plannedObjects, requestedObjects } from '../../../lambda/notify/known-objects';
import { causeText } from '../../../lib/private/protocol/cause';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Copy';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:Copy:one';

const ENDED: EndedExecution = {
  executionArn: EXECUTION,
  stateMachineArn: MACHINE,
  name: 'one',
  status: 'FAILED',
  redriveCount: 0,
  startDate: new Date('2026-11-27T10:00:00.000Z'),
  stopDate: new Date('2026-11-27T10:00:21.500Z'),
};

const ENDS = { source: { bucket: 'raw', key: 'in/a' }, destination: { bucket: 'lake', key: 'out/a' } };

const RESULT = {
  status: 'COPIED',
  reason: '',
  source: { ...ENDS.source, versionId: '', etag: '"e"', lastModified: '2026-11-27T09:00:00.000Z', size: 11_534_336 },
  destination: {
    ...ENDS.destination,
    versionId: 'v',
    etag: '"f-3"',
    lastModified: '2026-11-27T10:00:00.000Z',
    size: 11_534_336,
  },
  parts: 3,
  reusedParts: 0,
  partSize: 5_242_880,
  integrity: { verifiedBy: 'full-object-checksum', algorithm: 'CRC64NVME', checksum: 'abc=' },
  checksums: { CRC64NVME: 'abc=' },
};

const succeeded = (result: object) => toDetail({ ...ENDED, status: 'SUCCEEDED', output: JSON.stringify(result) });
const failed = (more: Partial<EndedExecution>) => toDetail({ ...ENDED, ...ENDS, ...more })!;

describe('the event about an execution', () => {
  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('that is %s is read', (status) => {
    const detail = { executionArn: EXECUTION, stateMachineArn: MACHINE, status, redriveCount: 2, stopDate: 1000 };
    expect(readEnded({ detail: { ...detail, error: null, cause: null } }, MACHINE)).toEqual({
      executionArn: EXECUTION,
      status,
      redriveCount: 2,
      stopDate: new Date(1000),
    });
  });

  test.each([
    { executionArn: EXECUTION, stateMachineArn: MACHINE, status: 'RUNNING' },
    { executionArn: EXECUTION, stateMachineArn: `${MACHINE}2`, status: 'FAILED' },
    { executionArn: 1, stateMachineArn: MACHINE, status: 'FAILED' },
    {},
  ])('is refused: %j', (detail) => {
    expect(() => readEnded({ detail }, MACHINE)).toThrow(
      'the notifier handles only SUCCEEDED, FAILED, TIMED_OUT, ABORTED of',
    );
  });
});

describe('messages', () => {
  const link = `Execution one: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/${EXECUTION}`;

  test.each<[string, object]>([
    [
      'Copied s3://raw/in/a to s3://lake/out/a (version v): 11.0 MiB in 3 parts in 22 s. Proven equal by full object checksum (CRC64NVME abc=).',
      RESULT,
    ],
    [
      'Copied s3://raw/in/a to s3://lake/out/a (version v): 11.0 MiB in 3 parts, 2 of them by an earlier execution in 22 s. Only the sizes could be compared.',
      { ...RESULT, reusedParts: 2, integrity: { verifiedBy: 'size', algorithm: '', checksum: '' } },
    ],
    [
      'Copied s3://raw/in/a to s3://lake/out/a: 0 bytes in 22 s. Proven equal by etag.',
      {
        ...RESULT,
        destination: { ...RESULT.destination, versionId: '', size: 0 },
        parts: 1,
        integrity: { verifiedBy: 'etag', algorithm: '', checksum: '' },
      },
    ],
    [
      'Did not copy s3://raw/in/a to s3://lake/out/a (version v): both have the same checksum.',
      { ...RESULT, status: 'SKIPPED', reason: 'both have the same checksum' },
    ],
  ])('%s', (message, result) => {
    expect(succeeded(result)!.message).toBe(`${message} ${link}`);
  });

  test.each<[string, Partial<EndedExecution>]>([
    [
      'The copy of s3://raw/in/a to s3://lake/out/a failed after 22 s: AccessDenied: not you.',
      { error: 'AccessDenied', cause: '{"errorType":"AccessDenied","errorMessage":"not you","trace":["at x"]}' },
    ],
    [
      'The copy of s3://raw/in/a to s3://lake/out/a timed out after 3.0 h.',
      { status: 'TIMED_OUT', stopDate: new Date('2026-11-27T13:00:00Z') },
    ],
    [
      'The copy of s3://raw/in/a was stopped after 22 s: Changed.',
      { status: 'ABORTED', error: 'Changed', destination: undefined },
    ],
    [
      'The copy of an object failed after 22 s: InvalidInput: no.',
      { source: undefined, destination: undefined, error: 'InvalidInput', cause: 'no.' },
    ],
  ])('%s', (message, more) => {
    expect(failed(more).message).toBe(`${message} ${link}`);
  });

  test('show characters that a key hides', () => {
    const source = { bucket: 'raw', key: 'a\nSucceeded\u202e\u2028\0b\ud800' };
    expect(failed({ source }).message).toContain('s3://raw/a\\u{a}Succeeded\\u{202e}\\u{2028}\\u{0}b\\u{d800} to');
    expect(failed({ source }).source).toEqual(source);
  });
});

test('a dry run is not told of', () => {
  expect(succeeded({ ...RESULT, status: 'PLANNED' })).toBeUndefined();
});

test.each([
  ['COPIED', 'MultipartCopy Succeeded'],
  ['SKIPPED', 'MultipartCopy Skipped'],
])('%s is %s', (status, type) => {
  expect(detailTypeOf(succeeded({ ...RESULT, status })!)).toBe(type);
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)('%s is MultipartCopy Failed', (status) => {
  expect(detailTypeOf(failed({ status }))).toBe('MultipartCopy Failed');
});

test('the largest event fits into EventBridge', () => {
  const key = '\u{1F986}'.repeat(256);
  const detail = failed({
    source: { bucket: 'raw', key },
    destination: { bucket: 'lake', key },
    error: 'e'.repeat(256),
    cause: `${'x'.repeat(8_190)}\u{1F986}${'\u{1F986}'.repeat(12_000)}`,
  });
  expect(detail.cause).toBe(`${'x'.repeat(8_190)}…`);
  expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(64 * 1024);
});

describe('causeText', () => {
  const json = JSON.stringify({ errorType: 'AccessDenied', errorMessage: 'an {odd} "message"}', trace: ['at } {'] });

  test.each([
    ['text', 'text'],
    ['', ''],
    [json, 'an {odd} "message"}'],
    [`${json}; upload u is kept {x}`, 'an {odd} "message"}; upload u is kept {x}'],
    [
      `s3://lake/a was made, and could not be verified: ${json}`,
      's3://lake/a was made, and could not be verified: an {odd} "message"}',
    ],
    ['{"errorMessage":1}', '{"errorMessage":1}'],
    ['{"errorMessage":"cut', '{"errorMessage":"cut'],
  ])('of %j is %j', (cause, text) => {
    expect(causeText(cause)).toBe(text);
  });
});

describe('the objects of a copy that failed', () => {
  const exited = (name: string, output: object) => ({
    timestamp: new Date(),
    type: 'TaskStateExited' as const,
    id: 1,
    stateExitedEventDetails: { name, output: JSON.stringify(output) },
  });

  test('are what Plan decided, once it has decided on both', () => {
    const source = { ...ENDS.source, size: 5, etag: '"e"', region: 'us-east-1' };
    const events = [exited('Plan', { source, action: 'RESTORE' }), exited('Plan', { ...ENDS, source })];
    expect(plannedObjects(events)).toEqual({ ...ENDS, source: { ...ENDS.source, size: 5, etag: '"e"' } });
    expect(plannedObjects(events.slice(0, 1))).toBeUndefined();
    expect(plannedObjects([exited('Begin', ENDS)])).toBeUndefined();
  });

  test.each<[string, unknown, object]>([
    [
      'text',
      { source: 's3://raw/in/a b', destination: 's3://lake/out/a' },
      { source: { bucket: 'raw', key: 'in/a b' }, destination: ENDS.destination },
    ],
    ['a folder', { source: 's3://raw/in/a', destination: 's3://lake/out/' }, { source: ENDS.source }],
    [
      'objects',
      { source: { ...ENDS.source, versionId: 'v' }, destination: { key: 'k' } },
      { source: { ...ENDS.source, versionId: 'v' } },
    ],
    [
      'an event',
      { detail: { bucket: { name: 'raw' }, object: { key: 'in/a', 'version-id': 'v' } } },
      { source: { ...ENDS.source, versionId: 'v' } },
    ],
    ['nothing', {}, {}],
    ['what is no object', [1], {}],
    ['null', null, {}],
    ['an object of other types', { source: { bucket: 1, key: {} } }, {}],
  ])('are otherwise those of the input: %s', (_, input, ends) => {
    expect(requestedObjects(JSON.stringify(input))).toEqual(ends);
  });

  test('are none that no event could name', () => {
    const long = 'x'.repeat(250_000);
    const input = { source: { bucket: long, key: 'k' }, destination: { bucket: 'lake', key: long } };
    expect(requestedObjects(JSON.stringify(input))).toEqual({});
    expect(requestedObjects(JSON.stringify({ source: `s3://raw/${long}` }))).toEqual({});
    const { source } = requestedObjects(JSON.stringify({ source: { bucket: 'raw', key: 'k', versionId: long } }));
    expect(source).toEqual({ bucket: 'raw', key: 'k' });
  });

  test('are none if the input is hidden', () => {
    expect(requestedObjects(undefined)).toEqual({});
  });
});
