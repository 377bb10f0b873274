import { ErrorName, type SourceAddress } from '../../../lib/private/protocol';
import type { SourceConditions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { unquote } from '../../shared/etag';

/** The object with which conditions are compared. */
export interface ConditionTarget {
  readonly etag: string;
  readonly lastModified: Date;
}

/**
 * Compares as S3 does: if there is a condition on the ETag, the date of the same kind is ignored.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 * @throws PreconditionFailed
 */
export function checkSourceConditions(
  source: SourceAddress,
  target: ConditionTarget,
  conditions: SourceConditions = {},
  now = Date.now(),
): void {
  const problem = matchProblem(conditions, target) ?? noneMatchProblem(conditions, target, now);
  if (problem === undefined) return;
  throw new CopyError(
    ErrorName.PRECONDITION_FAILED,
    `${describeObject(source)} has ETag ${target.etag} and was last modified at ${target.lastModified.toISOString()}, and ${problem}; nothing was copied. Check the source and the condition`,
  );
}

function matchProblem(conditions: SourceConditions, target: ConditionTarget): string | undefined {
  const { copySourceIfMatch: match, copySourceIfUnmodifiedSince: date } = conditions;
  if (match !== undefined) {
    return matches(match, target.etag) ? undefined : `options.copySourceIfMatch is ${match}`;
  }
  const holds = date === undefined || seconds(target.lastModified) <= seconds(new Date(date));
  return holds ? undefined : `options.copySourceIfUnmodifiedSince is ${date}`;
}

function noneMatchProblem(conditions: SourceConditions, target: ConditionTarget, now: number): string | undefined {
  const { copySourceIfNoneMatch: noneMatch, copySourceIfModifiedSince: text } = conditions;
  if (noneMatch !== undefined) {
    return matches(noneMatch, target.etag) ? `options.copySourceIfNoneMatch is ${noneMatch}` : undefined;
  }
  if (text === undefined) return undefined;
  const date = new Date(text);
  // HTTP ignores a date in the future.
  const holds = date.getTime() > now || seconds(target.lastModified) > seconds(date);
  return holds ? undefined : `options.copySourceIfModifiedSince is ${text}`;
}

/** @param list ETags with or without quotes, or `*` */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || unquote(item.trim()) === unquote(etag));
}

/** S3's dates have no fractions of seconds. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
