import type { CopyResult } from '../../lib/private/protocol';
import type { Made, Snapshot } from './observe';

/** How one execution ended. */
export interface EndedExecution {
  readonly status: string;
  readonly result: CopyResult | undefined;
  readonly error: string;
  readonly cause: string;
  /** Number of events in its history. Step Functions allows 25,000. */
  readonly events: number;
}

/** The state of S3 and the results of the executions after a run. The state is read from the embedded S3, not from the workflow. */
export interface Observation {
  readonly executions: readonly EndedExecution[];
  /** The source at the start, and after each time that another program overwrote it. */
  readonly sources: readonly Snapshot[];
  /** The object that was at the destination before, and those that other programs wrote there. */
  readonly others: readonly Snapshot[];
  /** The objects that the workflow made. */
  readonly made: readonly Made[];
  /** Whether S3 may have executed a request that makes an object late, without an answer to its client. */
  readonly isLate: boolean;
  /** The object that is at the destination now. */
  readonly current: Snapshot | undefined;
  readonly stillThere: (made: Made) => Snapshot | undefined;
  readonly isSourceUntouched: boolean;
  /** IDs of the multipart uploads that are left. */
  readonly openUploads: readonly string[];
  /** Whether S3 refused to abort uploads until the end. Then an execution can only report which upload is left. */
  readonly isAbortRefused: boolean;
  /** Whether an upload may be left that no cause names, because S3 refused the requests that remove it until the end. */
  readonly mayLeaveUpload: boolean;
  /**
   * Whether two executions may report the same object as their copy. This is allowed if both copied the source to the same key, and a
   * request of one of them failed with an unknown effect, or its upload was aborted.
   */
  readonly mayNameSameObject: boolean;
  /** Whether Lambda may have run a function twice, so that the run whose answer was lost made the copy. */
  readonly mayBeMadeByUnknownRun: boolean;
  /** Whether the copy has to succeed: other programs did not interfere, and all faults were transient. */
  readonly hasToCopy: boolean;
  readonly propertiesDiffer: (source: Snapshot, copy: Snapshot) => readonly string[];
  readonly errorNames: ReadonlySet<string>;
  /** Log lines that contain secrets, or values of metadata, tags or headers. */
  readonly confidentialLines: readonly string[];
  /** Number of log lines. */
  readonly lines: number;
}

export const VIOLATIONS = ['corrupt', 'falseCopied', 'falseFailed', 'leaked', 'unnamed', 'stuck', 'logged'] as const;

export interface Violation {
  readonly kind: (typeof VIOLATIONS)[number];
  readonly text: string;
}

const MAX_EVENTS = 25_000;

/**
 * The date of a multipart object is the second in which its upload was created. If two uploads of equal bytes and properties were created
 * in the same second, their objects cannot be distinguished in S3.
 */
const SAME_OBJECT_MS = 1000;

/** The broken promises of a run. A run without any either copied the object or failed cleanly. */
export function judge(seen: Observation): Violation[] {
  return [...judgeObjects(seen), ...judgeCopied(seen), ...judgeFailed(seen), ...judgeRest(seen), ...judgeLogs(seen)];
}

/** Independently of what the executions report: all objects that the workflow made equal a source, and nothing else was written. */
function* judgeObjects({ made, sources, others, current, isSourceUntouched }: Observation): Iterable<Violation> {
  for (const object of made) {
    if (!sources.some(({ identity }) => identity === object.identity)) {
      yield {
        kind: 'corrupt',
        text: `the workflow made an object whose bytes differ from the source: ETag ${object.description.etag}`,
      };
    }
  }
  if (current && ![...made, ...others].some((known) => isSame(known, current))) {
    yield { kind: 'corrupt', text: `the object at the destination is unknown: ETag ${current.description.etag}` };
  }
  if (!isSourceUntouched) yield { kind: 'corrupt', text: 'the source has changed' };
}

/** Each execution that reports COPIED made a separate object, which has the bytes of the source that the result names, and its properties. */
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
      yield { kind: 'falseCopied', text: 'COPIED, but the bytes differ from those of the source in the result' };
      continue;
    }
    const there = stillThere(object);
    const differences = there ? propertiesDiffer(source, there) : [];
    if (differences.length > 0)
      yield { kind: 'corrupt', text: `COPIED, but these properties differ: ${differences.join('; ')}` };
  }
}

function* judgeFailed(seen: Observation): Iterable<Violation> {
  const { executions, made, hasToCopy, stillThere } = seen;
  // A stopped execution cannot report anything.
  const failures = executions.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'ABORTED');
  for (const { error, cause } of failures) {
    if (hasToCopy) yield { kind: 'falseFailed', text: `failed although all faults were transient: ${error}: ${cause}` };
  }
  const [failure] = failures;
  if (hasToCopy || executions.length !== 1 || failure === undefined) return;
  // CopyObject is repeated after an error of S3. The failed request may have made a version, too; the cause names the last one.
  const intact = seen.mayBeMadeByUnknownRun ? [] : made.filter((object) => stillThere(object) !== undefined);
  if (seen.isLate && /S3 may still execute a request/.test(failure.cause)) return;
  if (intact.length > 0 && !intact.some((object) => saysMade(failure.cause, object))) {
    yield {
      kind: 'falseFailed',
      text: `failed with ${failure.error}, and the cause does not name the copy that was made: ${failure.cause}`,
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
  if (lines === 0) yield { kind: 'logged', text: 'the functions logged nothing, so no line was searched' };
}

/** Whether the cause says that this object was made. */
function saysMade(cause: string, { description }: Made): boolean {
  return cause.includes(unquoted(description.etag)) && /was made|was replaced|exists|may have made/.test(cause);
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
 * Two executions that copy the same source to the same key make objects that differ only in date, version, and with KMS in ETag. If the
 * answers of both were lost, nothing in S3 shows which execution made which object. So both may report the same object, if each made one.
 */
function isIndistinguishable(one: Made, other: Made): boolean {
  return one.identity === other.identity;
}

/** After versioning is enabled, S3 shows the version ID `null` for objects that were written before. */
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
