import type { Clock } from '../base/clock';
import { S3Error } from '../errors/s3-error';
import { DAY, expiryOf, midnightAfter, matches } from '../rules/lifecycle';
import { checkDeletable } from '../rules/lock';
import type { Change, LifecycleRule, ObjectVersion, Version } from '../store/model';
import { type Bucket, isObject, type Store } from '../store/store';
import { deletionOf } from '../store/versions';

/** What a run of lifecycle rules has done. */
export interface LifecycleRun {
  /** Objects that a delete marker has hidden, or that are gone where there are no versions. */
  readonly expired: number;
  /** Versions that were not current any more, and delete markers with nothing below, that are gone. */
  readonly removed: number;
  readonly aborted: number;
}

/** Does what the rules of all buckets have due at a time. */
export async function runLifecycle(store: Store, now: number): Promise<LifecycleRun> {
  const total = { expired: 0, removed: 0, aborted: 0 };
  for (const bucket of [...store.buckets()]) {
    if (bucket.settings.lifecycle === undefined) continue;
    const aborted = abortions(bucket, now);
    const due = [...bucket.keys.from('')].map(([key, versions]) => dueOf(store, bucket, key, versions, now));
    const expired = due.flatMap((key) => key.expired);
    const removed = due.flatMap((key) => key.removed);
    const changes = [...aborted, ...expired, ...removed];
    if (changes.length > 0) await store.commit(...changes);
    total.aborted += aborted.length;
    total.expired += expired.length;
    total.removed += removed.length;
  }
  return total;
}

function abortions({ name: bucket, settings, uploads }: Bucket, now: number): Change[] {
  const rules = (settings.lifecycle ?? []).filter((rule) => rule.abortAfterDays !== undefined);
  return [...uploads.values()].flatMap(({ upload: { key, uploadId, initiated } }) => {
    const due = rules.some(
      ({ prefix, abortAfterDays = 0 }) => key.startsWith(prefix) && midnightAfter(initiated, abortAfterDays) <= now,
    );
    return due ? [{ type: 'upload-deleted' as const, bucket, uploadId }] : [];
  });
}

/** What becomes of a key. A version that is hidden now is not current any more, and has its days from then on. */
function dueOf(
  store: Store,
  bucket: Bucket,
  key: string,
  versions: readonly Version[],
  now: number,
): { expired: readonly Change[]; removed: readonly Change[] } {
  const rules = (bucket.settings.lifecycle ?? []).filter((rule) => key.startsWith(rule.prefix));
  const gone = versions.filter((version, index) => {
    const newer = versions[index - 1];
    if (newer === undefined) return versions.length === 1 && rules.some((rule) => isLoneMarkerDue(rule, version, now));
    return rules.some((rule) => isNoncurrentDue(rule, key, version, newer, index, now)) && isDeletable(version, now);
  });
  const removed = gone.map(({ versionId }) => ({
    type: 'version-deleted' as const,
    bucket: bucket.name,
    key,
    versionId,
  }));
  const [current] = versions;
  const expires = isObject(current) && rules.some((rule) => isDue(rule, key, current, now));
  const seconds = now - (now % 1000);
  const expired = expires ? deletionOf(store, bucket, key, bucket.settings.ownerAccountId, seconds).changes : [];
  return { expired, removed };
}

function isDue(rule: LifecycleRule, key: string, object: ObjectVersion, now: number): boolean {
  const time = matches(rule, key, object) ? expiryOf(rule, object.lastModified) : undefined;
  return time !== undefined && time <= now;
}

/** A delete marker that hides nothing goes by a rule of its own, or as an object of its age would. */
function isLoneMarkerDue(rule: LifecycleRule, version: Version, now: number): boolean {
  if (isObject(version) || isNarrowed(rule)) return false;
  const time = rule.expiredMarkers === true ? version.lastModified : expiryOf(rule, version.lastModified);
  return time !== undefined && time <= now;
}

/** A version is not current since there is a newer one. @param index its place, which is the number of newer versions */
function isNoncurrentDue(
  rule: LifecycleRule,
  key: string,
  version: Version,
  newer: Version,
  index: number,
  now: number,
): boolean {
  const { noncurrent } = rule;
  const applies = isObject(version) ? matches(rule, key, version) : !isNarrowed(rule);
  if (noncurrent === undefined || !applies || index <= (noncurrent.kept ?? 0)) return false;
  return midnightAfter(newer.lastModified, noncurrent.days) <= now;
}

/** Delete markers have no tags and no size that a rule could ask for. */
function isNarrowed({ tags, largerThan, smallerThan }: LifecycleRule): boolean {
  return tags !== undefined || largerThan !== undefined || smallerThan !== undefined;
}

/** What is locked stays. */
function isDeletable(version: Version, now: number): boolean {
  if (!isObject(version)) return true;
  try {
    checkDeletable(version, false, now);
    return true;
  } catch (error) {
    if (error instanceof S3Error) return false;
    throw error;
  }
}

/** Calls at each midnight UTC, which is when S3 looks for what is due. Returns what ends that. */
export function atMidnight(clock: Clock, work: (now: number) => Promise<unknown>): () => void {
  let cancel: () => void;
  const wait = (): void => {
    cancel = clock.schedule(DAY - (clock.now() % DAY), () => {
      wait();
      work(clock.now()).catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)));
    });
  };
  wait();
  return () => cancel();
}
