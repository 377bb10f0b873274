import type { ExpectedObject, UploadState } from '../../lib/private/protocol';
import { readFirstAnnotation } from '../shared/calls/annotations';
import { listParts } from '../shared/calls/list-parts';
import { createS3 } from '../shared/calls/s3';
import { checkSourceUnchanged } from '../shared/calls/unchanged-source';
import { logged } from '../shared/logs/invocation';
import { checkParts } from '../shared/parts/check-parts';

const s3 = createS3(60_000);

/** Checks the parts before they become an object, and computes the ETag and the checksum of that object. */
export const handler = logged('check-parts', async (state: UploadState): Promise<ExpectedObject> => {
  // Annotations can only be written to the object. If they cannot be read, it is not made.
  if (state.properties.annotations) await readFirstAnnotation(s3, state.source);
  const { output: parts, answered } = await listParts(s3, state);
  const checked = await checkParts(state, parts);
  if (checked.checksum === undefined) await checkSourceUnchanged(s3, state.source);
  return { ...checked, checkedAt: answered.to };
});
