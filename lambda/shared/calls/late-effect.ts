import { addToMessage, CopyError, isFinal } from '../errors';
import type { LostAttempt } from './ask';

/**
 * Nobody can call back a request that S3 has received. The error of an execution that ends tells what may still come.
 *
 * @param lost attempts of this invocation that may have taken effect
 * @param effect what is then there, for the message
 * @param retryCount invocations before this one, whose answers may be lost too. Only a final error says so: after others, S3 is asked again
 * @returns the error, which also says so if there may have been no answer to one of them
 */
export function addLateEffect(thrown: unknown, lost: readonly LostAttempt[], effect: string, retryCount = 0): unknown {
  if (!(thrown instanceof CopyError)) return thrown;
  const mayBeLost = lost.some(({ isAnswered }) => !isAnswered) || (retryCount > 0 && isFinal(thrown.name));
  if (!mayBeLost) return thrown;
  return addToMessage(thrown, `S3 may still execute a request whose answer was lost: then ${effect}`);
}
