import { ErrorName, type SourceAddress, type SourceConditions } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

/** What conditions are compared with. */
export interface ConditionTarget {
  readonly etag: string;
  readonly lastModified: Date;
}

/** The conditions of an execution on its source; undefined where it has none. */
export function sourceConditions(options: CopyOptions): SourceConditions | undefined {
  const conditions: SourceConditions = {
    ifMatch: options.copySourceIfMatch,
    ifNoneMatch: options.copySourceIfNoneMatch,
    ifModifiedSince: toIso(options.copySourceIfModifiedSince),
    ifUnmodifiedSince: toIso(options.copySourceIfUnmodifiedSince),
  };
  return Object.values(conditions).some((value) => value !== undefined) ? conditions : undefined;
}

/**
 * Compares as S3 does: where a condition on the ETag is given, it decides, and the date beside it is not looked at.
 *
 * @throws PreconditionFailed
 */
export function checkSourceConditions(
  source: SourceAddress,
  target: ConditionTarget,
  conditions: SourceConditions = {},
  now = Date.now(),
): void {
  const problem =
    changedProblem(conditions, target) ??
    (conditions.ifNoneMatch === undefined
      ? unmodifiedProblem(conditions, target, now)
      : sameProblem(conditions, target));
  if (problem === undefined) return;
  throw new CopyError(
    ErrorName.PRECONDITION_FAILED,
    `${describeObject(source)} has ETag ${target.etag} and was last modified at ${target.lastModified.toISOString()}, and ${problem}`,
  );
}

function changedProblem(conditions: SourceConditions, target: ConditionTarget): string | undefined {
  const { ifMatch, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    return matches(ifMatch, target.etag) ? undefined : `options.copySourceIfMatch is ${ifMatch}`;
  }
  if (ifUnmodifiedSince === undefined || seconds(target.lastModified) <= seconds(new Date(ifUnmodifiedSince))) {
    return undefined;
  }
  return `options.copySourceIfUnmodifiedSince is ${ifUnmodifiedSince}`;
}

function sameProblem({ ifNoneMatch = '' }: SourceConditions, target: ConditionTarget): string | undefined {
  return matches(ifNoneMatch, target.etag) ? `options.copySourceIfNoneMatch is ${ifNoneMatch}` : undefined;
}

function unmodifiedProblem({ ifModifiedSince }: SourceConditions, target: ConditionTarget, now: number) {
  if (ifModifiedSince === undefined) return undefined;
  const date = new Date(ifModifiedSince);
  // HTTP takes no notice of a date in the future.
  const holds = date.getTime() > now || seconds(target.lastModified) > seconds(date);
  return holds ? undefined : `options.copySourceIfModifiedSince is ${ifModifiedSince}`;
}

/** A list of ETags, quoted or not, or `*`. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || unquote(item.trim()) === unquote(etag));
}

export function unquote(etag: string): string {
  return /^"(.*)"$/.exec(etag)?.[1] ?? etag;
}

/** S3's dates have no fractions of seconds. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function toIso(date: string | undefined): string | undefined {
  return date === undefined ? undefined : new Date(date).toISOString();
}
