import type { Fault, FaultRule } from '../../local/s3';
import type { PlatformFault, PlatformFaultRule } from '../../local/workflow';
import type { Random } from './random';

const MINUTE = 60_000;

/** S3 operations that a copy calls. */
const OPERATIONS = [
  '*',
  'HeadObject',
  'GetObject',
  'GetObjectTagging',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPartCopy',
  'ListParts',
  'ListMultipartUploads',
  'CompleteMultipartUpload',
  'PutObjectTagging',
  'AbortMultipartUpload',
] as const;

const error = (status: number, code: string, afterEffect = false): Fault => ({
  kind: 'error',
  status,
  code,
  message: 'Please try again.',
  ...(afterEffect && { afterEffect }),
});

/** Faults that end after some time, or with the next request. */
const TRANSIENT: readonly Fault[] = [
  error(503, 'SlowDown'),
  error(503, 'ServiceUnavailable'),
  error(500, 'InternalError'),
  error(500, 'InternalError', true),
  error(503, 'SlowDown', true),
  error(400, 'RequestTimeout'),
  { kind: 'error-in-200', code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
  { kind: 'error-in-200', code: 'InternalError', message: 'Please try again.', afterEffect: true },
  { kind: 'error-in-200', code: 'SlowDown', message: 'Please reduce your request rate.', trailingWhitespace: true },
  { kind: 'empty-200' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'truncate' },
  { kind: 'delay', milliseconds: 2 * MINUTE },
  { kind: 'kms-throttling' },
];

/** Faults that a retry does not end. */
const PERMANENT: readonly Fault[] = [
  error(403, 'AccessDenied'),
  error(404, 'NoSuchUpload'),
  error(404, 'NoSuchBucket'),
  error(404, 'NoSuchKey'),
  error(412, 'PreconditionFailed'),
  error(400, 'InvalidPart'),
  error(400, 'InvalidRequest'),
  error(501, 'NotImplemented'),
  { kind: 'kms-disabled' },
  { kind: 'kms-pending-deletion' },
  { kind: 'kms-not-found' },
];

const PLATFORM: readonly PlatformFault[] = [
  { kind: 'throttled' },
  { kind: 'error', name: 'ServiceException' },
  { kind: 'error', name: 'EC2ThrottledException' },
  { kind: 'error', name: 'AnErrorThatNobodyListed' },
  { kind: 'inactive', milliseconds: MINUTE },
  { kind: 'killed', afterRequests: 0 },
  { kind: 'killed', afterRequests: 1 },
  { kind: 'killed', afterRequests: 2, error: 'Lambda.Unknown' },
  { kind: 'answer-lost' },
  { kind: 'answer-lost', error: 'Lambda.Unknown' },
  { kind: 'duplicated' },
  { kind: 'timed-out', afterRequests: 1 },
];

/** @param states names of the Task states of the workflow */
export function randomFaults(
  random: Random,
  states: readonly string[],
): { faults: FaultRule[]; platformFaults: PlatformFaultRule[] } {
  const faults = Array.from({ length: random.integer(0, 3) }, () => randomFault(random));
  const platformFaults = Array.from({ length: random.integer(0, 2) }, () => randomPlatformFault(random, states));
  if (random.chance(0.5))
    platformFaults.push({ fault: { kind: 'lagging-reads', milliseconds: 15_000 }, seed: random.integer(0, 1e6) });
  return { faults, platformFaults };
}

/** Requests of a copy that change something. */
const CHANGES = [
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'PutObjectTagging',
  'AbortMultipartUpload',
] as const;

/** The client gets no answer. S3 executes the request later: after the client has sent it again, or after the execution has ended. */
export function randomLateEffects(random: Random): FaultRule[] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.integer(1, 2) }, (): FaultRule[] => {
    const operation = random.pick(CHANGES);
    const milliseconds = random.pick([5_000, 30_000, 3 * MINUTE, 10 * MINUTE]);
    const [skip, times] = [random.chance(0.7) ? 0 : 1, random.integer(1, 2)];
    const late: FaultRule = { operation, skip, times, fault: { kind: 'late-effect', milliseconds } };
    return random.chance(0.3) ? [late, { operation, fault: error(403, 'AccessDenied') }] : [late];
  }).flat();
}

/** Whether S3 may execute requests of one of the operations late. */
export function mayBeLate(faults: readonly FaultRule[], ...operations: (typeof CHANGES)[number][]): boolean {
  return faults.some(
    ({ operation, fault }) => fault.kind === 'late-effect' && (operations as string[]).includes(operation),
  );
}

/**
 * Operations that do not get the fault `empty-200`. A successful PutObjectTagging has an empty 200 response, so a client could not detect
 * one without effect. S3 never sends such a response.
 */
const WITHOUT_RESULT: readonly string[] = ['PutObjectTagging', '*'];

/** Permanent faults are rarer, because a copy that fails immediately tests little. */
function randomFault(random: Random): FaultRule {
  const operation = random.pick(OPERATIONS);
  const isPermanent = random.chance(0.12) && operation !== '*';
  const drawn = random.pick(isPermanent ? PERMANENT : TRANSIENT);
  const fault = drawn.kind === 'empty-200' && WITHOUT_RESULT.includes(operation) ? error(500, 'InternalError') : drawn;
  const seed = random.integer(0, 1e6);
  if (random.chance(0.6)) return { operation, skip: random.integer(0, 2), times: random.integer(1, 3), seed, fault };
  // Only one answer is delayed: delaying the answer of each attempt would take long and test nothing else.
  if (fault.kind === 'delay') return { operation, times: 1, fault };
  if (isPermanent) return { operation, fault };
  const until = random.integer(1, 10) * MINUTE;
  return {
    operation,
    until,
    probability: random.pick([0.3, 0.7, 1]),
    seed,
    ...(operation !== '*' && { since: operation }),
    fault,
  };
}

function randomPlatformFault(random: Random, states: readonly string[]): PlatformFaultRule {
  const seed = random.integer(0, 1e6);
  const state = random.chance(0.1) ? '*' : random.pick(states);
  return { state, skip: random.integer(0, 1), times: random.integer(1, 3), seed, fault: random.pick(PLATFORM) };
}

/**
 * Another client stops the execution when it enters a state, in most cases one that most copies enter.
 *
 * @param states names of all states of the workflow
 */
export function randomStop(random: Random, states: readonly string[]): PlatformFaultRule {
  const state = random.pick(random.chance(0.7) ? STOPPED_IN : states);
  return { state, skip: random.chance(0.8) ? 0 : 1, times: 1, fault: { kind: 'stop-execution' } };
}

const STOPPED_IN = ['Plan', 'Begin', 'FanOut', 'CopyPart', 'CopyPartInChild', 'CheckParts', 'Complete', 'Verify'];

/** Whether a copy has to succeed in spite of the fault. */
export function isTransient({ fault, times = Infinity, until = Infinity }: FaultRule): boolean {
  if (fault.kind === 'error' && PERMANENT.some((each) => each.kind === 'error' && each.code === fault.code))
    return false;
  if (fault.kind.startsWith('kms-') && fault.kind !== 'kms-throttling') return false;
  return times < 10 || until <= 10 * MINUTE;
}
