import type { CopyResult } from '../../lib/private/protocol';
import type { Made, Snapshot } from './observe';

/** How one execution ended. */
export interface EndedExecution {
  readonly status: string;
  readonly result: CopyResult | undefined;
  readonly error: string;
  readonly cause: string;
  /** Events in its history, of which Step Functions allows 25,000. */
  readonly events: number;
}

/** What is known of a run once it has ended, all of it seen in S3 itself and not told by the workflow. */
export interface Observation {
  readonly executions: readonly EndedExecution[];
  /** What the source was: at the start, and after each overwriting by another program. */
  readonly sources: readonly Snapshot[];
  /** What other programs put at the destination, and what was there before. */
  readonly others: readonly Snapshot[];
  /** What the workflow made. */
  readonly made: readonly Made[];
  /** Whether S3 may have executed requests that make one when their clients had no answer. */
  readonly isLate: boolean;
  /** What is at the destination now, by the version that was made where there is one. */
  readonly current: Snapshot | undefined;
  readonly stillThere: (made: Made) => Snapshot | undefined;
  readonly isSourceUntouched: boolean;
  /** Ids of the uploads that are left. */
  readonly openUploads: readonly string[];
  /** Whether S3 refused to abort uploads to the end, so that all an execution can do is say which one is left. */
  readonly isAbortRefused: boolean;
  /** Whether an upload may be left that no cause names, because S3 refused to the end what would have removed it. */
  readonly mayLeaveUpload: boolean;
  /**
   * Whether two executions may name one object: both copied the source to the key, and a request of one failed, which may have
   * had an effect or none, or its upload was aborted.
   */
  readonly mayNameSameObject: boolean;
  /** Whether the copy may be made by a second run of a function, of which the first, whose answer counts, does not know. */
  readonly mayBeMadeByUnknownRun: boolean;
  /** Whether nothing happened that a copy may fail by: no interferences, and only faults that pass. */
  readonly hasToCopy: boolean;
  readonly propertiesDiffer: (source: Snapshot, copy: Snapshot) => readonly string[];
  readonly errorNames: ReadonlySet<string>;
  /** Lines of the logs with secrets, or with values of metadata, tags or headers. */
  readonly confidentialLines: readonly string[];
  /** Lines of the logs. */
  readonly lines: number;
}

export const VIOLATIONS = ['corrupt', 'falseCopied', 'falseFailed', 'leaked', 'unnamed', 'stuck', 'logged'] as const;

export interface Violation {
  readonly kind: (typeof VIOLATIONS)[number];
  readonly text: string;
}

const MAX_EVENTS = 25_000;

/**
 * S3 dates a copy in parts by the second in which its upload began. Two uploads of one second make objects of equal bytes, properties
 * and ETag, which nothing in S3 tells apart.
 */
const SAME_OBJECT_MS = 1000;

/** Says what is wrong with a run. A run with nothing wrong either copied, or failed cleanly. */
export function judge(seen: Observation): Violation[] {
  return [...judgeObjects(seen), ...judgeCopied(seen), ...judgeFailed(seen), ...judgeRest(seen), ...judgeLogs(seen)];
}

/** Whatever the executions say: what the workflow made is equal to a source, and nothing else was written. */
function* judgeObjects({ made, sources, others, current, isSourceUntouched }: Observation): Iterable<Violation> {
  for (const object of made) {
    if (!sources.some(({ identity }) => identity === object.identity)) {
      yield {
        kind: 'corrupt',
        text: `made an object with other bytes than the source: ETag ${object.description.etag}`,
      };
    }
  }
  if (current && ![...made, ...others].some((known) => isSame(known, current))) {
    yield { kind: 'corrupt', text: `nobody made the object at the destination: ETag ${current.description.etag}` };
  }
  if (!isSourceUntouched) yield { kind: 'corrupt', text: 'the source is not what it was' };
}

/** Each execution that says COPIED made an object of its own, equal to the source that it names, with its properties. */
function* judgeCopied(seen: Observation): Iterable<Violation> {
  const { executions, made, sources, stillThere, propertiesDiffer, mayNameSameObject } = seen;
  const left = new Set(made);
  for (const { result } of executions) {
    if (result?.status !== 'COPIED') continue;
    const named = made.find(({ description }) => isNamed(result, description));
    const twin = named && [...left].find((other) => isIndistinguishable(other, named));
    const object = named && (left.has(named) || mayNameSameObject ? named : twin);
    if (object !== undefined) left.delete(object);
    if (object === undefined) {
      yield {
        kind: 'falseCopied',
        text: `COPIED names an object that the workflow did not make: ${JSON.stringify(result.destination)}`,
      };
      continue;
    }
    const source = sources.find(({ description }) => unquoted(description.etag) === unquoted(result.source.etag));
    if (source === undefined || source.identity !== object.identity) {
      yield { kind: 'falseCopied', text: 'COPIED, and the bytes are not those of the source that it names' };
      continue;
    }
    const there = stillThere(object);
    const differences = there ? propertiesDiffer(source, there) : [];
    if (differences.length > 0)
      yield { kind: 'corrupt', text: `COPIED, and these properties differ: ${differences.join('; ')}` };
  }
}

function* judgeFailed(seen: Observation): Iterable<Violation> {
  const { executions, made, hasToCopy, stillThere } = seen;
  // One that was stopped could say nothing.
  const failures = executions.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'ABORTED');
  for (const { error, cause } of failures) {
    if (hasToCopy) yield { kind: 'falseFailed', text: `failed although everything passed: ${error}: ${cause}` };
  }
  const [failure] = failures;
  if (hasToCopy || executions.length !== 1 || failure === undefined) return;
  // CopyObject is sent again after an error of S3, which may have made a version by then: the last one is named.
  const intact = seen.mayBeMadeByUnknownRun ? [] : made.filter((object) => stillThere(object) !== undefined);
  if (seen.isLate && /S3 may still execute a request/.test(failure.cause)) return;
  if (intact.length > 0 && !intact.some((object) => saysMade(failure.cause, object))) {
    yield {
      kind: 'falseFailed',
      text: `failed with ${failure.error} without a word of the copy that it made: ${failure.cause}`,
    };
  }
}

function* judgeRest({
  executions,
  openUploads,
  isAbortRefused,
  mayLeaveUpload,
  errorNames,
}: Observation): Iterable<Violation> {
  const isSaid = (uploadId: string): boolean =>
    isAbortRefused && executions.some(({ cause }) => cause.includes(uploadId));
  const unsaid = mayLeaveUpload ? [] : openUploads.filter((uploadId) => !isSaid(uploadId));
  if (unsaid.length > 0) yield { kind: 'leaked', text: `multipart uploads are left: ${unsaid.join(', ')}` };
  for (const { status, error, events } of executions) {
    if (status === 'FAILED' && !errorNames.has(error))
      yield { kind: 'unnamed', text: `the error ${error} is not in the README's table` };
    if (status === 'TIMED_OUT' || status === 'RUNNING') yield { kind: 'stuck', text: `the execution is ${status}` };
    if (events >= MAX_EVENTS) yield { kind: 'stuck', text: `the history has ${events} events` };
  }
}

function* judgeLogs({ confidentialLines, lines }: Observation): Iterable<Violation> {
  for (const line of confidentialLines) yield { kind: 'logged', text: line };
  if (lines === 0) yield { kind: 'logged', text: 'no function logged a line, so none was looked at' };
}

/** A cause that names the object that was made tells the truth: the execution could not go on to prove it. */
function saysMade(cause: string, { description }: Made): boolean {
  return cause.includes(unquoted(description.etag)) && /was made|was replaced|exists/.test(cause);
}

function isSame(one: Snapshot, other: Snapshot): boolean {
  const [a, b] = [one.description, other.description];
  return (
    a.etag === b.etag &&
    versionOf(a) === versionOf(b) &&
    a.lastModified === b.lastModified &&
    one.identity === other.identity
  );
}

/**
 * Two executions that copy one source to one key make objects which differ in nothing but
 * date, version, and ETag if they are encrypted by KMS. Where the answers of both
 * were lost, nothing in S3 tells which made which, so both may name the same one, as long as each made one.
 */
function isIndistinguishable(one: Made, other: Made): boolean {
  return one.identity === other.identity;
}

/** The versions that a bucket had before versioning was enabled are shown as `null` afterwards. */
function versionOf({ versionId = '' }: { readonly versionId?: string }): string {
  return versionId === 'null' ? '' : versionId;
}

function isNamed({ destination }: CopyResult, made: Made['description']): boolean {
  const { etag, lastModified } = made;
  return (
    unquoted(destination.etag) === unquoted(etag) &&
    versionOf(destination) === versionOf(made) &&
    Math.abs(Date.parse(destination.lastModified) - Date.parse(lastModified)) <= SAME_OBJECT_MS
  );
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
