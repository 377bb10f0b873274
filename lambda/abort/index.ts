import { SFNClient } from '@aws-sdk/client-sfn';
import { type AbortEvent, ErrorName, type Failure, MAP_FAILED } from '../../lib/private/protocol';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { DEFAULT_CALLER } from '../shared/calls/ask';
import { createS3 } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { CopyError } from '../shared/errors';
import { findChildFailure } from './calls/find-child-failure';

const s3 = createS3(30_000);
const stepFunctions = { ...DEFAULT_CALLER, client: new SFNClient({ maxAttempts: 1 }) };

/**
 * Removes the upload, and finds the error with which the execution fails: the one that was caught, or if that is only the
 * Distributed Map's, the error of the first child that failed.
 *
 * @throws AbortFailed if the upload may still exist
 */
export async function handler(event: AbortEvent): Promise<Failure> {
  const { destination, upload, error } = event;
  const problem = await abortUntilGone(s3, destination, upload);
  if (problem !== undefined) {
    throw new CopyError(
      ErrorName.ABORT_FAILED,
      `upload ${upload.uploadId} to ${describeObject(destination)} could not be aborted and costs money until it is: ${problem}. The copy had failed with ${error.Error}: ${messageOf(error.Cause)}`,
    );
  }
  const caught: Failure = { error: error.Error, cause: error.Cause };
  return caught.error === MAP_FAILED ? findChildFailure(stepFunctions, event.execution.id, caught) : caught;
}

/** The cause of a worker's error is JSON by Lambda that contains the message. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}
