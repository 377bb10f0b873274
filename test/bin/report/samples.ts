import type { ExecutionData } from '../../../bin/report';
import {
  copyOf,
  distributedCopy,
  failedInlineCopy,
  inlineCopy,
  inputOf,
  livelyTries,
  plannedState,
  resultOf,
} from './answers';
import { at, described, Recording } from './recording';

const GIB = 1024 ** 3;

/** An execution for everything that a page may have to show. */
export const SAMPLES: Readonly<Record<string, () => ExecutionData>> = {
  'a copy of 750 parts': () => distributedCopy(copyOf(750, { partSize: 1.4 * GIB }), { tries: livelyTries(2, 20) }),
  'a copy whose parts were not all read': () =>
    distributedCopy(copyOf(300), { tries: livelyTries(2, 20), reads: (part) => part % 4 === 0 }),
  'a copy by an inline Map': () =>
    inlineCopy(copyOf(40), (part) => (part === 17 ? RETRIED : [{ seconds: 13 + (part % 7) / 3 }])),
  'a copy by one CopyObject': oneCopyObject,
  'a copy that failed': () =>
    failedInlineCopy(copyOf(10), 4, [...RETRIED.slice(0, 2), { seconds: 1, error: 'AccessDenied' }]),
  'a copy that runs': () =>
    distributedCopy(copyOf(600, { maxConcurrency: 50 }), { tries: livelyTries(3, 20), until: 90, status: 'RUNNING' }),
  'a copy that was stopped': () =>
    distributedCopy(copyOf(600, { maxConcurrency: 50 }), { tries: livelyTries(3, 20), until: 90, status: 'ABORTED' }),
  'a copy that failed in Plan': failedPlan,
  'a copy whose Map Run may not be read': () => ({
    ...distributedCopy(copyOf(300), { tries: livelyTries(2, 20) }),
    mapRuns: [],
    missing: ['A Map Run could not be read: AccessDeniedException: not authorized to perform states:DescribeMapRun'],
  }),
  'an execution of which little may be read': () => ({
    readAt: at(9).getTime(),
    execution: described('SUCCEEDED', { stopDate: at(5) }),
    events: [],
    mapRuns: [],
    missing: ['The history could not be read: AccessDeniedException: not authorized'],
  }),
};

const RETRIED = [
  { seconds: 2, error: 'Throttled', pause: 3 },
  { seconds: 3, error: 'TransientS3Error', pause: 1 },
  { seconds: 14 },
];

/** 10,000 parts of 5 GiB, the largest copy that there is. */
export function largestCopy(): ExecutionData {
  return distributedCopy(copyOf(10_000, { partSize: 5 * GIB }), { tries: livelyTries(1, 68) });
}

function oneCopyObject(): ExecutionData {
  const copy = copyOf(1, { partSize: 100 * 1024 ** 2 });
  const state = { ...plannedState(copy), action: 'COPY_OBJECT', plan: undefined, partNumbers: undefined };
  const result = { ...resultOf(copy, 4), parts: 1 };
  const { events } = new Recording()
    .start(0, inputOf(copy))
    .task(0.03, 0.9, 'Plan', {}, state)
    .choice(0.92, 'Route', state)
    .task(0.95, 4, 'CopyObject', state, { ...state, result })
    .enter(4.02, 'Succeed', 'Done', { ...state, result })
    .exit(4.02, 'Succeed', 'Done', result)
    .succeed(4.03, result);
  const execution = described('SUCCEEDED', {
    stopDate: at(4.03),
    input: JSON.stringify(inputOf(copy)),
    output: JSON.stringify(result),
  });
  return { readAt: at(9).getTime(), execution, events, mapRuns: [], missing: [] };
}

function failedPlan(): ExecutionData {
  const cause = JSON.stringify({ errorType: 'InvalidInput', errorMessage: 'source: write s3://bucket/key' });
  const { events } = new Recording()
    .start(0, {})
    .enter(0.03, 'Task', 'Plan', {})
    .call(0.04, 'Plan', {})
    .fail(0.5, 'InvalidInput', 'source: write s3://bucket/key')
    .failed(0.51, 'InvalidInput', cause);
  const execution = described('FAILED', { stopDate: at(0.51), error: 'InvalidInput', cause, input: '{}' });
  return { readAt: at(9).getTime(), execution, events, mapRuns: [], missing: [] };
}

/** What an attacker, or a person with a sense of humour, names things. */
export const HOSTILE = `</script><img src=x onerror=alert(1)>"'\`<!--]]>&amp;\u202Egnp.exe\u0000\u2028\u{1F469}\u200D\u{1F680} ${'long'.repeat(30)}`;

/** A failed copy whose every name and text is hostile. */
export function hostileCopy(): ExecutionData {
  const copy = { ...copyOf(3), sourceKey: HOSTILE, destinationKey: HOSTILE };
  const data = failedInlineCopy(copy, 2, [
    { seconds: 1, error: HOSTILE, pause: 1 },
    { seconds: 1, error: HOSTILE },
  ]);
  const replace = (text: string | undefined) => text?.replaceAll('it failed', JSON.stringify(HOSTILE).slice(1, -1));
  return {
    ...data,
    execution: {
      ...data.execution,
      name: HOSTILE,
      error: HOSTILE,
      cause: HOSTILE,
      input: JSON.stringify({ source: HOSTILE, options: { [HOSTILE]: HOSTILE, metadata: { [HOSTILE]: HOSTILE } } }),
    },
    events: data.events.map((event) => JSON.parse(replace(JSON.stringify(event))!, revive) as typeof event),
    missing: [HOSTILE],
  };
}

function revive(key: string, value: unknown): unknown {
  return key === 'timestamp' ? new Date(value as string) : value;
}
