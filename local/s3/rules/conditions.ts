import { s3Error } from '../errors/s3-error';

/** The object that conditions are checked against. `lastModified` is in milliseconds since the epoch. */
export interface ConditionTarget {
  readonly etag: string;
  readonly lastModified: number;
}

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

type ReadCondition = keyof ReadConditions;

/** Names of conditions in errors. */
const NAMES: Readonly<Record<ReadCondition, string>> = {
  ifMatch: 'If-Match',
  ifNoneMatch: 'If-None-Match',
  ifModifiedSince: 'If-Modified-Since',
  ifUnmodifiedSince: 'If-Unmodified-Since',
};

/** Checks the conditions of GET and HEAD. Fails with 412, or with 304 if the client's copy of the object is current. */
export function checkReadConditions(conditions: ReadConditions, target: ConditionTarget, now: number): void {
  const failed = failedCondition(conditions, target, now);
  if (failed === undefined) return;
  if (failed === 'ifNoneMatch' || failed === 'ifModifiedSince') {
    throw s3Error('NotModified').withHeaders({
      etag: `"${target.etag}"`,
      'last-modified': new Date(target.lastModified).toUTCString(),
    });
  }
  throw s3Error('PreconditionFailed', { Condition: NAMES[failed] });
}

/** Checks the conditions on the source of a copy. Fails with 412. */
export function checkCopySourceConditions(conditions: ReadConditions, source: ConditionTarget, now: number): void {
  const failed = failedCondition(conditions, source, now);
  if (failed !== undefined) throw s3Error('PreconditionFailed', { Condition: `x-amz-copy-source-${NAMES[failed]}` });
}

/** In the order of RFC 9110: if an ETag condition is present, the corresponding date condition is ignored. */
function failedCondition(conditions: ReadConditions, target: ConditionTarget, now: number): ReadCondition | undefined {
  const modified = Math.floor(target.lastModified / 1000);
  if (conditions.ifMatch !== undefined) {
    if (!matchesEtag(conditions.ifMatch, target.etag)) return 'ifMatch';
  } else {
    const date = seconds(conditions.ifUnmodifiedSince);
    if (date !== undefined && modified > date) return 'ifUnmodifiedSince';
  }
  if (conditions.ifNoneMatch !== undefined) {
    return matchesEtag(conditions.ifNoneMatch, target.etag) ? 'ifNoneMatch' : undefined;
  }
  const date = seconds(conditions.ifModifiedSince);
  // RFC 9110: ignore a date in the future.
  if (date !== undefined && date <= Math.floor(now / 1000) && modified <= date) return 'ifModifiedSince';
  return undefined;
}

/** Whether a condition (`*`, or a list of ETags with or without quotes) matches an ETag. */
function matchesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = unquote(item.trim());
    return tag === '*' || tag === etag;
  });
}

/** Removes the quotes of an ETag. S3 accepts ETags without quotes and with only one of them (moto, verified on AWS). */
export function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

function seconds(date: string | undefined): number | undefined {
  const milliseconds = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

/** The condition of a write on the current version of its key. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: '*' };

/**
 * Reads the condition of PutObject, CopyObject or CompleteMultipartUpload.
 * @throws NotImplemented (501) for conditions that S3 does not support on writes
 */
export function parseWriteCondition(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): WriteCondition | undefined {
  const refuse = (header: string, additionalMessage: string): Error =>
    s3Error('NotImplemented', { Header: header, additionalMessage });
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw refuse('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch === '*') return { ifNoneMatch };
    throw refuse('If-None-Match', "We don't accept the provided value of If-None-Match header for this API");
  }
  if (ifMatch === undefined) return undefined;
  if (ifMatch === '*') {
    throw refuse('If-Match', "We don't accept the provided value of If-Match header for this API");
  }
  return { ifMatch };
}

/** Checks a write against the current object of its key; undefined if there is none or it is a delete marker. */
export function checkWriteCondition(
  condition: WriteCondition | undefined,
  current: { readonly etag: string } | undefined,
  key: string,
): void {
  if (condition === undefined) return;
  if ('ifNoneMatch' in condition) {
    if (current !== undefined) throw s3Error('PreconditionFailed', { Condition: 'If-None-Match' });
    return;
  }
  if (current === undefined) throw s3Error('NoSuchKey', { Key: key });
  if (unquote(condition.ifMatch) !== current.etag) throw s3Error('PreconditionFailed', { Condition: 'If-Match' });
}
