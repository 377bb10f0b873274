import { s3Error } from '../errors/s3-error';

/** What conditions are checked against. `lastModified` in milliseconds since the epoch. */
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

/** How an error names the condition that failed. */
const NAMES: Readonly<Record<ReadCondition, string>> = {
  ifMatch: 'If-Match',
  ifNoneMatch: 'If-None-Match',
  ifModifiedSince: 'If-Modified-Since',
  ifUnmodifiedSince: 'If-Unmodified-Since',
};

/** Conditions of GET and HEAD: 412, or 304 where the client has the object already. */
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

/** Conditions on the source of a copy: 412 whichever of them fails. */
export function checkCopySourceConditions(conditions: ReadConditions, source: ConditionTarget, now: number): void {
  const failed = failedCondition(conditions, source, now);
  if (failed !== undefined) throw s3Error('PreconditionFailed', { Condition: `x-amz-copy-source-${NAMES[failed]}` });
}

/** In HTTP's order: an ETag condition that is given decides, and its date sibling is not looked at. */
function failedCondition(conditions: ReadConditions, target: ConditionTarget, now: number): ReadCondition | undefined {
  const modified = Math.floor(target.lastModified / 1000);
  if (conditions.ifMatch !== undefined) {
    if (!matches(conditions.ifMatch, target.etag)) return 'ifMatch';
  } else {
    const date = seconds(conditions.ifUnmodifiedSince);
    if (date !== undefined && modified > date) return 'ifUnmodifiedSince';
  }
  if (conditions.ifNoneMatch !== undefined) {
    return matches(conditions.ifNoneMatch, target.etag) ? 'ifNoneMatch' : undefined;
  }
  const date = seconds(conditions.ifModifiedSince);
  // A date in the future is no date that the client can have had from us.
  if (date !== undefined && date <= Math.floor(now / 1000) && modified <= date) return 'ifModifiedSince';
  return undefined;
}

/** Whether a list of entity tags, quoted or not, or `*` names this one. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = unquote(item.trim());
    return tag === '*' || tag === etag;
  });
}

/** An entity tag without quotes. S3 accepts it with both, with none, and with one of them missing (moto, verified on AWS). */
export function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

function seconds(date: string | undefined): number | undefined {
  const milliseconds = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

/** A condition of a write: on the object that the key names now. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: '*' };

/** The condition of PutObject, CopyObject and CompleteMultipartUpload; what S3 does not take there is NotImplemented (501). */
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

/** Checks a write against the object that the key names now: undefined when there is none, or a delete marker. */
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
