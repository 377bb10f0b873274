import { type AbortEvent, type AbortResult, ErrorName } from '../../lib/private/protocol';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { abortLostUploads } from '../shared/calls/lost-uploads';
import { createS3 } from '../shared/calls/s3';
import { isCopyError, isFinal, isTransient } from '../shared/errors';
import { log, logged } from '../shared/logs/invocation';

const s3 = createS3(30_000);

/** Aborts the upload, and uploads whose IDs are unknown. It throws only transient errors, so that the state is retried. */
export const handler = logged('abort', async (event: AbortEvent): Promise<AbortResult> => {
  const { destination, upload } = event.state;
  const { uploadId, lost } = upload;
  const problems = [
    uploadId === undefined ? undefined : await abortUntilGone(s3, destination, uploadId),
    uploadId === undefined || lost !== undefined ? await abortLost(event) : undefined,
  ];
  const problem = problems.filter((text) => text !== undefined).join('; ');
  const aborted = problem === '';
  if (!aborted) logProblem(event, problem);
  return { aborted, problem };
});

function logProblem({ state }: AbortEvent, problem: string): void {
  const { bucket, key } = state.destination;
  log('ERROR', 'an upload may be left', { bucket, key, problem }, { values: { abortsFailed: 1 } });
}

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

async function abortLost({ state, beginFunctionName }: AbortEvent): Promise<string | undefined> {
  const { destination, plannedAt, upload, error: first } = state;
  const { uploadId: known, lost } = upload;
  // All uploads that are listed were created before now, and the clocks of the worker and of S3 differ, so the window has no end.
  const windows = lost ?? [{ from: plannedAt, to: END_OF_TIME }];
  try {
    return await abortLostUploads(s3, destination, { windows, beginFunctionName, known });
  } catch (error) {
    if (isTransient(error)) throw error;
    // A CreateMultipartUpload that was rejected created nothing, and the list may be rejected for the same reason.
    const isRefused = known === undefined && isFinal(first.Error);
    return isRefused || isCopyError(error, ErrorName.BUCKET_NOT_FOUND) ? undefined : (error as Error).message;
  }
}
