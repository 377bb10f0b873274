import { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Attempt, CopyPartEvent } from '../../lib/private/protocol';
import { askS3, createS3 } from '../shared/calls/s3';
import { findSourcePart } from '../shared/calls/source-part';
import { logged } from '../shared/logs/invocation';
import { partRange } from '../shared/part-range';

/** S3 sends nothing until the part is copied: about 75 s for 5 GiB in one Region. Lambda stops a minute after this. */
const s3 = createS3(14 * 60_000);

/**
 * Copies one part.
 *
 * @returns only the part number, because the results of 10,000 parts have to fit into the output of the Map
 */
export const handler = logged('copy-part', async ({ state: event }: Attempt<CopyPartEvent>): Promise<number> => {
  const { partNumber, source, destination, upload } = event;
  const { first, last } = await rangeOf(event);
  await askS3(s3, 'UploadPartCopy', UploadPartCopyCommand, {
    source,
    destination,
    detail: `of part ${partNumber} (bytes ${first}-${last})`,
    partNumber,
    bytes: last - first + 1,
    parameters: { UploadId: upload.uploadId, PartNumber: partNumber, CopySourceRange: `bytes=${first}-${last}` },
  });
  return partNumber;
});

async function rangeOf({ plan, partNumber, source }: CopyPartEvent): Promise<{ first: number; last: number }> {
  if (plan.boundaries === 'EVEN') return partRange(plan, partNumber);
  const { first, length } = await findSourcePart(s3, source, partNumber);
  return { first, last: first + length - 1 };
}
