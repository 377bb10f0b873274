import {
  type CheckedState,
  type CopyAttempt,
  ErrorName,
  type MadeObject,
  type SourceChecksum,
} from '../../lib/private/protocol';
import type { LostAttempt } from '../shared/calls/ask';
import { listParts } from '../shared/calls/list-parts';
import { createS3 } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { earlierAttempts } from '../shared/earlier-attempts';
import { CopyError, sdkErrorOf } from '../shared/errors';
import { logged } from '../shared/logs/invocation';
import { toMadeObject } from '../shared/made-object';
import { checkParts, toCompletedParts } from '../shared/parts/check-parts';
import { completeUpload } from './calls/complete-upload';
import { findCompleted } from './calls/find-completed';

/** S3 may take minutes to assemble 10,000 parts. */
const s3 = createS3(14 * 60_000);

/** A part that is copied twice may get another ETag between ListParts and CompleteMultipartUpload. */
const MAX_LISTINGS = 3;

/** Makes the parts an object. */
export const handler = logged('complete', async (event: CopyAttempt<CheckedState>): Promise<MadeObject> => {
  let { state } = event;
  const attempts: LostAttempt[] = [];
  try {
    for (let listings = 1; ; listings++) {
      const parts = (await listParts(s3, state)).output;
      const { etag, checksum } = await checkParts(state, parts);
      compareWithChecked(state, checksum);
      // With other ETags of the parts, the object gets another one.
      state = { ...state, expected: { ...state.expected, etag } };
      try {
        // S3 answers a repeated CompleteMultipartUpload as it did the first.
        const { output, answered } = await completeUpload(s3, state, toCompletedParts(state, parts), (_, lost) => {
          attempts.push(...lost);
          return Promise.resolve(undefined);
        });
        return toMadeObject(state.destination, output, answered);
      } catch (error) {
        if (sdkErrorOf(error)?.name !== 'InvalidPart' || listings === MAX_LISTINGS) throw error;
      }
    }
  } catch (error) {
    return toMadeObject(
      state.destination,
      ...(await findCompleted(s3, state, { ...earlierAttempts(event), error, lost: attempts })),
    );
  }
});

/** S3 compares the checksum of a whole object itself. */
function compareWithChecked({ expected, destination }: CheckedState, checksum: SourceChecksum | undefined): void {
  if (!checksum || !expected.checksum || checksum.value === expected.checksum.value) return;
  throw new CopyError(
    ErrorName.CHECKSUM_MISMATCH,
    `parts of the upload to ${describeObject(destination)} were replaced after they were checked: their ${checksum.algorithm} is ${checksum.value} instead of ${expected.checksum.value}; nothing was created, start the copy again`,
  );
}
