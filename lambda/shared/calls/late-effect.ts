import { addToMessage, CopyError } from '../errors';
import type { LostAttempt } from './ask';

/**
 * Nobody can call back a request that S3 has received. The error of an execution that ends tells what may still come.
 *
 * @param lost attempts that may have taken effect
 * @param effect what is then there, for the message
 * @returns the error, which also says so if there was no answer to one of them
 */
export function addLateEffect(thrown: unknown, lost: readonly LostAttempt[], effect: string): unknown {
  if (!(thrown instanceof CopyError) || lost.every(({ isAnswered }) => isAnswered)) return thrown;
  return addToMessage(thrown, `S3 may still execute a request whose answer was lost: then ${effect}`);
}
