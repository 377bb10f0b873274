import { SFNClient } from '@aws-sdk/client-sfn';
import { type AbortEvent, ErrorName, type Failure, MAP_FAILED } from '../../lib/private/protocol';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { createS3Clients } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { CopyError } from '../shared/errors';
import { findChildFailure } from './calls/find-child-failure';

const clients = createS3Clients(30_000);
const stepFunctions = new SFNClient({});

/**
 * Leaves nothing behind, and says what the execution is to fail with: the error that was caught, or where that is only
 * the Distributed Map's, the error of the first child that failed.
 *
 * @throws AbortFailed where the upload may still be there
 */
export async function handler(event: AbortEvent): Promise<Failure> {
  const { destination, upload, error } = event;
  const problem = await abortUntilGone(clients, destination, upload);
  if (problem !== undefined) {
    throw new CopyError(
      ErrorName.ABORT_FAILED,
      `upload ${upload.uploadId} to ${describeObject(destination)} could not be aborted and costs money until it is: ${problem}. The copy had failed with ${error.Error}: ${messageOf(error.Cause)}`,
    );
  }
  const caught: Failure = { error: error.Error, cause: error.Cause };
  return caught.error === MAP_FAILED ? findChildFailure(stepFunctions, event.execution.id, caught) : caught;
}

/** The cause of a worker's error is Lambda's JSON, with the message inside. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}
