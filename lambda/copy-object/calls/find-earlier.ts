import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CopyObjectState, ErrorName } from '../../../lib/private/protocol';
import type { LostAttempt } from '../../shared/calls/ask';
import { findMade, windowsOf } from '../../shared/calls/find-made';
import type { S3 } from '../../shared/calls/s3';
import type { EarlierAttempts } from '../../shared/earlier-attempts';
import { addToMessage, type CopyError, isCopyError, isTransient } from '../../shared/errors';
import { identityOfCopy } from '../../shared/identity';
import { toMadeObject } from '../../shared/made-object';

export interface Failure extends EarlierAttempts {
  readonly error: CopyError;
  /** Attempts of this invocation. */
  readonly lost: readonly LostAttempt[];
}

/** The number of invocations after which the answer will probably be lost each time. */
const MANY_RETRIES = 10;

/**
 * Finds the copy of an attempt whose answer was lost. With a condition, the copy is searched for, because sending the request again would
 * violate the condition. Without one, the request is sent again, because an object that is found could be the equal copy of another
 * execution. But after an attempt without any answer in a bucket with versions, the copy is searched for, because it would remain as a
 * second version.
 *
 * After a permanent error, or many retries, sending the request again does not help, although an attempt may have made the copy. If the
 * attempt got an error, the message only mentions the object, because it is more likely that of another execution. The same
 * applies after a redrive, because an execution that was started in the meantime makes the same object.
 *
 * @returns undefined if no copy is found, or if the request is sent again
 * @throws CopyError the error, whose message adds the object that may be the copy
 */
export async function findEarlier(
  s3: S3,
  state: CopyObjectState,
  failure: Failure,
): Promise<HeadObjectCommandOutput | undefined> {
  const { error, lost, retryCount, redriveCount } = failure;
  const { overwrite, ifMatch } = state;
  const isLast = !isTransient(error);
  if (overwrite === 'never' || ifMatch !== undefined) {
    const sincePlan = retryCount > 0 && redriveCount === 0;
    const mayBeMade = lost.length > 0 || (sincePlan && isLast);
    const made = mayBeMade ? await find(s3, state, { error, lost, sincePlan }) : undefined;
    // Lambda may run the function twice, and S3 may execute a request when its client has given up.
    if (made || !(violatesCondition(error) || (redriveCount > 0 && isLast))) return made;
    return mention(state, error, await find(s3, state, { error, lost, sincePlan: true }));
  }
  const unanswered = lost.filter(({ isAnswered }) => !isAnswered);
  const made = unanswered.length > 0 ? await find(s3, state, { error, lost: unanswered, sincePlan: false }) : undefined;
  if (made && (isLast || made.VersionId !== undefined || retryCount >= MANY_RETRIES)) return made;
  const sincePlan = retryCount + redriveCount > 0;
  const mayBeMade = isLast && (lost.length > 0 || sincePlan);
  return mention(state, error, mayBeMade ? await find(s3, state, { error, lost, sincePlan }) : undefined);
}

interface Sought extends Pick<Failure, 'error' | 'lost'> {
  /** Whether an earlier invocation may have made it, at any time since Plan. */
  readonly sincePlan: boolean;
}

/** The condition of the copy on its destination. */
function violatesCondition(error: CopyError): boolean {
  return isCopyError(error, ErrorName.DESTINATION_EXISTS, ErrorName.CONCURRENT_WRITE);
}

/** @throws CopyError the error, whose message adds the object */
function mention(state: CopyObjectState, error: CopyError, similar: HeadObjectCommandOutput | undefined): undefined {
  if (!similar) return undefined;
  const { description } = toMadeObject(state.destination, similar, { from: '', to: '' });
  throw addToMessage(error, `${description} exists, and an earlier attempt, whose answer was lost, may have made it`);
}

/** @throws CopyError the error of the search if it or `error` is transient; else `error`, whose message adds that the destination cannot be read */
async function find(s3: S3, state: CopyObjectState, { error, lost, sincePlan }: Sought) {
  try {
    const search = await findMade(s3, state.destination, (clock) =>
      identityOfCopy(state, [
        ...windowsOf(lost, clock),
        ...(sincePlan ? [{ from: state.plannedAt, to: clock.now.toISOString() }] : []),
      ]),
    );
    return 'made' in search ? search.made : undefined;
  } catch (thrown) {
    if (isTransient(error) || isTransient(thrown)) throw thrown;
    throw addToMessage(error, `the destination could not be read: ${(thrown as Error).message}`);
  }
}
