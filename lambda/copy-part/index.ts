import { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Attempt, CopyPartEvent } from '../../lib/private/protocol';
import { askS3, createS3 } from '../shared/calls/s3';
import { findSourcePart } from '../shared/calls/source-part';
import { logged } from '../shared/logs/invocation';
import { partRange } from '../shared/part-range';
import { planExpressTries, planTries } from './tries';

/** The timeout of HeadObject. `tries` has those of UploadPartCopy. */
const s3 = createS3(30_000);

/**
 * Copies one part.
 *
 * @returns only the part number, because the results of 10,000 parts have to fit into the output of the Map
 */
export const handler = logged(
  'copy-part',
  async ({ state: event, retryCount }: Attempt<CopyPartEvent>, context): Promise<number> => {
    const { partNumber, source, destination, upload, trySeconds } = event;
    const remainingMs = () => context.getRemainingTimeInMillis();
    const beganWithMs = remainingMs();
    const { first, last } = await rangeOf(event);
    const bytes = last - first + 1;
    await askS3(s3, 'UploadPartCopy', UploadPartCopyCommand, {
      source,
      destination,
      detail: `of part ${partNumber} (bytes ${first}-${last})`,
      partNumber,
      bytes,
      parameters: { UploadId: upload.uploadId, PartNumber: partNumber, CopySourceRange: `bytes=${first}-${last}` },
      tries:
        trySeconds === undefined
          ? planTries(bytes, retryCount, remainingMs)
          : planExpressTries(trySeconds, () => beganWithMs - remainingMs()),
    });
    return partNumber;
  },
);

async function rangeOf({ plan, partNumber, source }: CopyPartEvent): Promise<{ first: number; last: number }> {
  if (plan.boundaries === 'EVEN') return partRange(plan, partNumber);
  const { first, length } = await findSourcePart(s3, source, partNumber);
  return { first, last: first + length - 1 };
}
