import type { Attempt, CopyPartsState, TimeWindow, Upload } from '../../lib/private/protocol';
import { abortUploadCommand } from '../shared/aws-cli';
import type { LostAttempt } from '../shared/calls/ask';
import { windowsOf } from '../shared/calls/find-made';
import { createS3 } from '../shared/calls/s3';
import { logged } from '../shared/logs/invocation';
import { LATE_REQUEST_MS } from '../shared/time-window';
import { createUpload } from './calls/create-upload';
import { refusal } from './refusal';

const REQUEST_TIMEOUT_MS = 10_000;
const s3 = createS3(REQUEST_TIMEOUT_MS);

/** Creates the upload with all properties of the copy. */
export const handler = logged('begin', async ({ state, retryCount }: Attempt<CopyPartsState>): Promise<Upload> => {
  let attempts: readonly LostAttempt[] = [];
  const { output, answered } = await createUpload(s3, state, (_, lost) => {
    attempts = lost;
    return Promise.resolve(undefined);
  });
  const { UploadId: uploadId = '', ServerSideEncryption, SSEKMSKeyId, SSECustomerAlgorithm } = output;
  const lost = lostUploads(attempts, answered);
  // Earlier invocations may have created uploads, too.
  if (retryCount > 0) lost.push({ from: state.plannedAt, to: answered.to });
  return {
    uploadId,
    initiated: answered,
    encryption: {
      serverSideEncryption: ServerSideEncryption,
      ssekmsKeyId: SSEKMSKeyId,
      sseCustomerAlgorithm: SSECustomerAlgorithm,
    },
    abortCommand: abortUploadCommand(state.destination, uploadId),
    ...(lost.length > 0 && { lost }),
    refused: refusal(state, ServerSideEncryption),
  };
});

function lostUploads(attempts: readonly LostAttempt[], answered: TimeWindow): TimeWindow[] {
  const now = s3.time.now();
  const took = Date.parse(answered.to) - Date.parse(answered.from);
  return windowsOf(attempts, { now: new Date(answered.to), from: now - took, to: now }).map(({ from, to }) => {
    const isTimeout = Date.parse(to) - Date.parse(from) >= REQUEST_TIMEOUT_MS;
    return { from, to: isTimeout ? new Date(Date.parse(to) + LATE_REQUEST_MS).toISOString() : to };
  });
}
