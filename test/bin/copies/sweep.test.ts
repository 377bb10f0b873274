import {
  type ExecutionUpload,
  functionOfState,
  monthlyUSD,
  type OpenUpload,
  type Ownership,
  uploadsOfWorkflow,
} from '../../../bin/copies/sweep';

const HOUR = 60 * 60 * 1000;
const now = 1_800_000_000_000;
const BEGIN = 'arn:aws:sts::111122223333:assumed-role/CopyRole/Copy-Begin';

function upload(uploadId: string, given: Partial<OpenUpload> = {}): OpenUpload {
  const initiatedAt = now - 24 * HOUR;
  return { bucket: 'lake', key: uploadId, uploadId, initiatedAt, initiator: BEGIN, storageClass: 'STANDARD', ...given };
}

function execution(uploadId: string | undefined, given: Partial<ExecutionUpload> = {}): ExecutionUpload {
  const started = { executionArn: `arn:${uploadId}`, status: 'ABORTED', startedAt: now - 25 * HOUR };
  return { ...started, ...(uploadId !== undefined && { uploadId }), ...given };
}

function states(uploads: OpenUpload[], given: Partial<Ownership> = {}): Record<string, string> {
  const ownership = { beginFunction: 'Copy-Begin', executions: [], now, ...given };
  return Object.fromEntries(uploadsOfWorkflow(uploads, ownership).map(({ uploadId, state }) => [uploadId, state]));
}

test('uploads of others are not among those of the workflow', () => {
  const others = [
    upload('user', { initiator: 'arn:aws:iam::111122223333:user/Copy-Begin' }),
    upload('function', { initiator: 'arn:aws:sts::111122223333:assumed-role/CopyRole/Copy-Begin2' }),
    upload('role', { initiator: 'arn:aws:sts::111122223333:assumed-role/Copy-Begin/session' }),
    upload('canonical', { initiator: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }),
    upload('nobody', { initiator: '' }),
  ];
  expect(states([...others, upload('own')])).toEqual({ own: 'LEFT' });
  expect(states(others, { beginFunction: '' })).toEqual({});
});

test('an upload is left by an execution that was stopped or timed out, or whose abort failed', () => {
  const executions = [
    execution('stopped'),
    execution('late', { status: 'TIMED_OUT' }),
    execution('failed', { status: 'FAILED', error: 'AbortFailed' }),
  ];
  const uploads = executions.map(({ uploadId }) => upload(uploadId!, { initiator: 'unknown' }));
  expect(states(uploads, { executions })).toEqual({ stopped: 'LEFT', late: 'LEFT', failed: 'LEFT' });
});

test('an upload is kept by an execution that failed and has not aborted it', () => {
  const executions = [
    execution('kept', { status: 'FAILED', error: 'SourceChanged' }),
    execution('stopped', { input: '{"source":"s3://a/b","options":{"onFailure":"KEEP"}}' }),
  ];
  expect(states([upload('kept'), upload('stopped')], { executions })).toEqual({ kept: 'KEPT', stopped: 'KEPT' });
});

test('an upload of an execution that runs is never left, though the execution was read again when it had ended', () => {
  const executions = [execution('a', { status: 'RUNNING' }), execution('a')];
  expect(states([upload('a')], { executions })).toEqual({ a: 'RUNNING' });
  expect(states([upload('a')], { executions: [execution('a', { status: 'PENDING_REDRIVE' })] })).toEqual({
    a: 'RUNNING',
  });
});

test('an upload without a known execution may be of one that runs', () => {
  const young = upload('young', { initiatedAt: now - HOUR + 1 });
  expect(states([young])).toEqual({ young: 'RUNNING' });
  const starting = (given: Partial<ExecutionUpload> = {}) => ({
    executions: [execution(undefined, { status: 'RUNNING', startedAt: now - 30 * HOUR, ...given })],
  });
  expect(states([upload('a')], starting())).toEqual({ a: 'RUNNING' });
  expect(states([upload('a')], starting({ destination: { bucket: 'lake', key: 'a' } }))).toEqual({ a: 'RUNNING' });
  expect(states([upload('a')], starting({ destination: { bucket: 'lake', key: 'b' } }))).toEqual({ a: 'LEFT' });
  // The execution started after the upload was created, or has an upload of its own.
  expect(states([upload('a')], starting({ startedAt: now - HOUR }))).toEqual({ a: 'LEFT' });
  expect(states([upload('a')], { executions: [execution('b', { status: 'RUNNING' })] })).toEqual({ a: 'LEFT' });
});

test('costs what storage costs, parts of archive classes as STANDARD', () => {
  const bytes = 1000 * 1024 ** 3;
  expect(monthlyUSD({ bytes, storageClass: 'STANDARD' })).toBeCloseTo(23, 6);
  expect(monthlyUSD({ bytes, storageClass: 'DEEP_ARCHIVE' })).toBeCloseTo(23, 6);
  expect(monthlyUSD({ bytes, storageClass: 'STANDARD_IA' })).toBeCloseTo(12.5, 6);
  expect(monthlyUSD({ bytes, storageClass: 'SNOW' })).toBeUndefined();
});

test.each([
  [{ Resource: 'arn:aws:lambda:us-east-1:111122223333:function:Copy-Begin' }, 'Copy-Begin'],
  [
    {
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'arn:aws-cn:lambda:cn-north-1:111122223333:function:B:1' },
    },
    'B',
  ],
  [{ Type: 'Pass' }, undefined],
] as const)('finds the function of %j', (state, name) => {
  expect(functionOfState(JSON.stringify({ States: { Begin: state } }), 'Begin')).toBe(name);
  expect(functionOfState(JSON.stringify({ States: { Begin: state } }), 'constructor')).toBeUndefined();
});
