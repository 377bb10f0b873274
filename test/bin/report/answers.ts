import type { ExecutionListItem, HistoryEvent } from '@aws-sdk/client-sfn';
import type { ExecutionData, MapRunData } from '../../../bin/report/execution-data';
import type { PartPlan } from '../../../lib/private/protocol';
import { at, child, described, EXECUTION_ARN, MAP_RUN_ARN, Recording, START } from './recording';

const GIB = 1024 ** 3;

/** The ends of the copy, and what the workers say about it. */
export interface Copy {
  readonly sourceKey: string;
  readonly destinationKey: string;
  readonly plan: PartPlan;
}

export function copyOf(parts: number, plan: Partial<PartPlan> = {}): Copy {
  const partSize = plan.partSize ?? GIB;
  return {
    sourceKey: 'incoming/movie.mp4',
    destinationKey: 'raw/movie.mp4',
    plan: {
      parts,
      offset: 0,
      length: parts * partSize,
      partSize,
      boundaries: 'EVEN',
      mapType: parts <= 40 ? 'INLINE' : 'DISTRIBUTED',
      maxConcurrency: Math.min(parts, 250),
      ...plan,
    },
  };
}

export const inputOf = ({ sourceKey }: Copy): object => ({
  source: `s3://raw/${sourceKey}`,
  options: { integrity: 'required', metadata: { owner: 'a private value' } },
});

/** Output of Plan. */
export function plannedState({ sourceKey, destinationKey, plan }: Copy): Record<string, unknown> {
  return {
    action: 'COPY_PARTS',
    execution: { id: EXECUTION_ARN, startTime: new Date(START).toISOString() },
    source: {
      bucket: 'raw',
      key: sourceKey,
      versionId: 'v1',
      etag: '"e"',
      size: plan.length,
      lastModified: '2026-11-01T00:00:00Z',
    },
    destination: { bucket: 'lake', key: destinationKey },
    overwrite: 'always',
    properties: { metadataDirective: 'COPY', taggingDirective: 'COPY', metadata: { owner: 'a private value' } },
    proof: { checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: '/pRNLY4FycY=' } },
    plan,
    partNumbers: Array.from({ length: plan.parts }, (_, index) => index + 1),
  };
}

export function resultOf({ sourceKey, destinationKey, plan }: Copy, elapsedSeconds: number): object {
  const end = {
    versionId: '',
    etag: `"0a1b2c-${plan.parts}"`,
    lastModified: '2026-11-20T08:15:00.000Z',
    size: plan.length,
  };
  return {
    status: 'COPIED',
    reason: '',
    source: { ...end, bucket: 'raw', key: sourceKey, versionId: 'v1' },
    destination: { ...end, bucket: 'lake', key: destinationKey },
    parts: plan.parts,
    partSize: plan.partSize,
    integrity: { verifiedBy: 'full-object-checksum', algorithm: 'CRC64NVME', checksum: '/pRNLY4FycY=' },
    checksumType: 'FULL_OBJECT',
    checksums: { CRC64NVME: '/pRNLY4FycY=' },
    serverSideEncryption: 'AES256',
    ssekmsKeyId: '',
    bucketKeyEnabled: false,
    sseCustomerAlgorithm: '',
    sseCustomerKeyMd5: '',
    requestCharged: '',
    elapsedSeconds,
  };
}

/** A try of a part: seconds that it took, and the error that it ended with. */
export interface Try {
  readonly seconds: number;
  readonly error?: string;
  /** Seconds until the next try. */
  readonly pause?: number;
}

const MESSAGES: Record<string, string> = {
  Throttled: 'S3 asks to slow down (SlowDown, 503)',
  TransientS3Error: 'S3 answered InternalError (500) four times',
  'Lambda.TooManyRequestsException': 'Rate Exceeded. (Service: Lambda, Status Code: 429)',
  AccessDenied: 'kms:Decrypt on the key of s3://raw is refused; add the copy role to the key policy',
};

/** From Plan to the Map. @returns seconds at which the Map begins */
function begin(recording: Recording, copy: Copy): number {
  const state = plannedState(copy);
  const map = copy.plan.mapType === 'INLINE' ? 'CopyParts' : 'CopyPartsDistributed';
  const uploading = { ...state, upload: { uploadId: 'VXBsb2FkIElE' } };
  recording
    .start(0, inputOf(copy))
    .task(0.03, 0.9, 'Plan', { input: inputOf(copy) }, state)
    .choice(0.92, 'Route', state)
    .task(0.95, 1.4, 'Begin', state, uploading)
    .choice(1.42, 'FanOut', uploading)
    .enter(1.45, 'Map', map, uploading)
    .add(1.46, 'MapStateStarted', { mapStateStartedEventDetails: { length: copy.plan.parts } });
  return 1.46;
}

/** From CheckParts to the end of a copy whose parts are there. */
function complete(recording: Recording, copy: Copy, map: string, from: number): ExecutionData['execution'] {
  const state = { ...plannedState(copy), upload: { uploadId: 'VXBsb2FkIElE' } };
  const end = from + 3.2;
  const result = resultOf(copy, end);
  recording.add(from, 'MapStateSucceeded');
  recording
    .exit(from, 'Map', map, state)
    .task(from + 0.02, from + 0.4, 'CheckParts', state, state)
    .task(from + 0.42, end - 0.6, 'Complete', state, state)
    .task(end - 0.58, end - 0.1, 'Verify', state, { ...state, result })
    .enter(end - 0.05, 'Succeed', 'Done', { ...state, result })
    .exit(end - 0.05, 'Succeed', 'Done', result)
    .succeed(end, result);
  return described('SUCCEEDED', {
    stopDate: at(end),
    input: JSON.stringify(inputOf(copy)),
    output: JSON.stringify(result),
  });
}

/** Runs one iteration or child from its state on. @returns when it ended, and with which error */
function runPart(
  recording: Recording,
  name: string,
  partNumber: number,
  copy: Copy,
  from: number,
  tries: readonly Try[],
) {
  const input = { partNumber, ...plannedState({ ...copy, plan: { ...copy.plan, parts: 1 } }) };
  let now = from;
  recording.enter(now, 'Task', name, input);
  for (const { seconds, error, pause = 0 } of tries) {
    recording.call(now, 'CopyPart', input);
    now += seconds;
    if (error === undefined) recording.answer(now, partNumber);
    else if (error === 'States.Timeout') recording.timeOut(now);
    else recording.fail(now, error, MESSAGES[error] ?? 'it failed');
    now += pause;
  }
  const error = tries.at(-1)?.error;
  if (error === undefined) recording.exit(now, 'Task', name, partNumber);
  return { end: now, error };
}

/** An inline Map, `tries` by part number. The iterations run at once, one after the other in the history. */
export function inlineCopy(copy: Copy, tries: (partNumber: number) => readonly Try[]): ExecutionData {
  const recording = new Recording();
  const from = begin(recording, copy);
  const started = recording.events.at(-1)!.id!;
  let last = { end: 0, id: 0 };
  for (let index = 0; index < copy.plan.parts; index++) {
    recording.follow(started).iteration(from + 0.01, 'Started', 'CopyParts', index);
    const { end } = runPart(recording, 'CopyPart', index + 1, copy, from + 0.02, tries(index + 1));
    recording.iteration(end, 'Succeeded', 'CopyParts', index);
    if (end > last.end) last = { end, id: recording.events.at(-1)!.id! };
  }
  const execution = complete(recording.follow(last.id), copy, 'CopyParts', last.end);
  return { readAt: at(last.end + 60).getTime(), execution, events: recording.events, mapRuns: [], missing: [] };
}

/** An inline Map in which one part fails for good while others run. */
export function failedInlineCopy(copy: Copy, failing: number, tries: readonly Try[]): ExecutionData {
  const recording = new Recording();
  const from = begin(recording, copy);
  const started = recording.events.at(-1)!.id!;
  const error = tries.at(-1)!.error!;
  const cause = JSON.stringify({ errorType: error, errorMessage: MESSAGES[error] ?? 'it failed' });
  for (let index = 0; index < copy.plan.parts; index++) {
    if (index + 1 === failing) continue;
    recording.follow(started).iteration(from + 0.01, 'Started', 'CopyParts', index);
    const input = { partNumber: index + 1 };
    recording.enter(from + 0.02, 'Task', 'CopyPart', input).call(from + 0.03, 'CopyPart', input);
  }
  recording.follow(started).iteration(from + 0.01, 'Started', 'CopyParts', failing - 1);
  const { end } = runPart(recording, 'CopyPart', failing, copy, from + 0.02, tries);
  recording.iteration(end, 'Failed', 'CopyParts', failing - 1);
  const failed = recording.events.at(-1)!.id!;
  for (let index = 0; index < copy.plan.parts; index++) {
    if (index + 1 === failing) continue;
    recording.follow(failed).add(end, 'TaskStateAborted');
    recording.iteration(end, 'Aborted', 'CopyParts', index);
  }
  recording.follow(failed).add(end, 'MapStateFailed');
  const state = { ...plannedState(copy), upload: { uploadId: 'VXBsb2FkIElE' }, error: { Error: error, Cause: cause } };
  const failure = { error, cause: MESSAGES[error] ?? 'it failed' };
  const aborted = { ...state, abort: { aborted: true, problem: '' } };
  recording
    .exit(end, 'Map', 'CopyParts', state)
    .choice(end + 0.01, 'Failed', state)
    .task(end + 0.02, end + 1.5, 'Abort', state, aborted)
    .enter(end + 1.52, 'Fail', 'Fail', aborted)
    .failed(end + 1.53, failure.error, failure.cause);
  return {
    readAt: at(end + 60).getTime(),
    execution: described('FAILED', { stopDate: at(end + 1.53), input: JSON.stringify(inputOf(copy)), ...failure }),
    events: recording.events,
    mapRuns: [],
    missing: [],
  };
}

/** How a Map Run went: `tries` by part number, and when to stop looking. */
export interface DistributedRun {
  readonly tries: (partNumber: number) => readonly Try[];
  /** Seconds; the execution is stopped, or only looked at, then. */
  readonly until?: number;
  readonly status?: 'SUCCEEDED' | 'ABORTED' | 'RUNNING';
  /** Histories of children that were read: all unless told. */
  readonly reads?: (partNumber: number) => boolean;
}

/** A Distributed Map: children start at no more than 100 a second, and no more than `maxConcurrency` at once. */
export function distributedCopy(copy: Copy, run: DistributedRun): ExecutionData {
  const { until = Infinity, status = 'SUCCEEDED', reads = () => true } = run;
  const recording = new Recording();
  const from = begin(recording, copy) + 0.5;
  recording.add(from, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: MAP_RUN_ARN } });
  const children: ExecutionListItem[] = [];
  const histories = new Map<string, HistoryEvent[]>();
  const busy: number[] = [];
  let next = from;
  let end = from;
  let left = copy.plan.parts;
  for (let part = 1; part <= copy.plan.parts; part++) {
    if (busy.length >= copy.plan.maxConcurrency) next = Math.max(next, busy.shift()! + 0.05);
    if (next > until) break;
    left--;
    const history = new Recording().start(next, { partNumber: part, upload: {} });
    const stop = runPart(history, 'CopyPartInChild', part, copy, next + 0.02, run.tries(part)).end;
    history.succeed(stop, part);
    const ended = stop <= until;
    children.push(
      child(
        part,
        ended ? 'SUCCEEDED' : status === 'ABORTED' ? 'ABORTED' : 'RUNNING',
        next,
        ended ? stop : status === 'ABORTED' ? until : undefined,
      ),
    );
    const seen = history.events.filter(({ timestamp }) => until === Infinity || timestamp! <= at(until));
    if (reads(part)) histories.set(children.at(-1)!.executionArn!, seen);
    insert(busy, stop);
    end = Math.max(end, Math.min(stop, until));
    next += 0.01;
  }
  const counts = (name: string) => children.filter((item) => item.status === name).length;
  const mapRun: MapRunData = {
    mapRun: {
      mapRunArn: MAP_RUN_ARN,
      executionArn: EXECUTION_ARN,
      status,
      startDate: at(from),
      ...(status !== 'RUNNING' && { stopDate: at(end) }),
      maxConcurrency: copy.plan.maxConcurrency,
      toleratedFailurePercentage: 0,
      toleratedFailureCount: 0,
      itemCounts: itemCounts(copy.plan.parts, left, counts),
      executionCounts: itemCounts(copy.plan.parts, left, counts),
    },
    children: [...children].reverse(),
    histories,
  };
  let execution = described(status, { input: JSON.stringify(inputOf(copy)) });
  if (status === 'SUCCEEDED') {
    recording.add(end + 0.3, 'MapRunSucceeded');
    execution = complete(recording, copy, 'CopyPartsDistributed', end + 0.31);
  } else if (status === 'ABORTED') {
    recording.add(until, 'ExecutionAborted', {
      executionAbortedEventDetails: { error: 'Stopped', cause: 'by an operator' },
    });
    execution = { ...execution, stopDate: at(until), error: 'Stopped', cause: 'by an operator' };
  }
  const readAt = status === 'RUNNING' ? until : end + 60;
  return { readAt: at(readAt).getTime(), execution, events: recording.events, mapRuns: [mapRun], missing: [] };
}

function itemCounts(total: number, pending: number, counts: (status: string) => number) {
  return {
    pending,
    running: counts('RUNNING'),
    succeeded: counts('SUCCEEDED'),
    failed: counts('FAILED'),
    timedOut: 0,
    aborted: counts('ABORTED'),
    total,
    resultsWritten: 0,
  };
}

function insert(sorted: number[], value: number): void {
  const index = sorted.findIndex((other) => other > value);
  sorted.splice(index === -1 ? sorted.length : index, 0, value);
}

/** Numbers from 0 to 1 that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Parts of 5 GiB as S3 might copy them: some slower, some throttled, some with a worker that was not to be had. */
export function livelyTries(seed: number, partSeconds: number): (partNumber: number) => readonly Try[] {
  const random = randomNumbers(seed);
  return () => {
    const slow = random() < 0.01 ? 1 + 1.5 * random() : 1;
    const seconds = partSeconds * slow * (0.85 + 0.3 * random());
    const luck = random();
    if (luck < 0.012) return [{ seconds: 1.4, error: 'Throttled', pause: 2 + 6 * random() }, { seconds }];
    if (luck < 0.018) {
      const error = 'Lambda.TooManyRequestsException';
      return [{ seconds: 0.1, error, pause: random() }, { seconds: 0.1, error, pause: 2 * random() }, { seconds }];
    }
    if (luck < 0.022) return [{ seconds: seconds * random(), error: 'TransientS3Error', pause: random() }, { seconds }];
    return [{ seconds }];
  };
}
