import { type AbortEvent, type AbortResult, ErrorName } from '../../lib/private/protocol';
import { abortUntilGone } from '../shared/calls/abort-upload';
import { abortLostUploads } from '../shared/calls/lost-uploads';
import { createS3 } from '../shared/calls/s3';
import { isCopyError, isFinal, isTransient } from '../shared/errors';
import { log, logged } from '../shared/logs/invocation';

const s3 = createS3(30_000);

/** Removes the upload, and those whose ids did not arrive. Only what time may mend is thrown, so that the state is retried. */
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
  // Whatever is listed was begun before now, and the clock of the worker is not that of S3.
  const windows = lost ?? [{ from: plannedAt, to: END_OF_TIME }];
  try {
    return await abortLostUploads(s3, destination, { windows, beginFunctionName, known });
  } catch (error) {
    if (isTransient(error)) throw error;
    // A call that was refused has created nothing, and what refuses it may refuse the list.
    const isRefused = known === undefined && isFinal(first.Error);
    return isRefused || isCopyError(error, ErrorName.BUCKET_NOT_FOUND) ? undefined : (error as Error).message;
  }
}
