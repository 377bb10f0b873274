import { addToMessage, CopyError, isFinal } from '../errors';
import type { LostAttempt } from './ask';

/**
 * A request that S3 has received cannot be canceled. The error of an execution names the effect that the request may still have.
 *
 * @param lost attempts of this invocation that may have taken effect
 * @param effect of the request, for the message
 * @param retryCount invocations before this one, whose answers may be lost, too. Only final errors mention them: after others, the request is sent again
 * @returns the error, whose message adds the effect if an attempt may have got no answer
 */
export function addLateEffect(thrown: unknown, lost: readonly LostAttempt[], effect: string, retryCount = 0): unknown {
  if (!(thrown instanceof CopyError)) return thrown;
  const mayBeLost = lost.some(({ isAnswered }) => !isAnswered) || (retryCount > 0 && isFinal(thrown.name));
  if (!mayBeLost) return thrown;
  return addToMessage(thrown, `S3 may still execute a request whose answer was lost: then ${effect}`);
}
