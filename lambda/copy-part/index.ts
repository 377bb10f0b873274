import { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { type CopyPartEvent, ErrorName } from '../../lib/private/protocol';
import { copySourceParameters, ownParameters } from '../shared/calls/parameters';
import { createS3Clients } from '../shared/calls/s3';
import { sourcePart } from '../shared/calls/source-part';
import { describeObject } from '../shared/describe-object';
import { CopyError, explain } from '../shared/errors';
import { partRange } from '../shared/part-range';

/** S3 sends nothing until the part is copied: about 75 s for 5 GiB in one Region, and a minute short of our own end. */
const clients = createS3Clients(14 * 60_000);

/**
 * Copies one part.
 *
 * @returns the part number and no more: the answers of 10,000 parts have to fit the output of the Map
 */
export async function handler(event: CopyPartEvent): Promise<number> {
  const { partNumber, source, destination, upload } = event;
  const { first, last } = await rangeOf(event);
  const context = {
    call: `UploadPartCopy of part ${partNumber} (bytes ${first}-${last})`,
    source: describeObject(source),
    destination: describeObject(destination),
  };
  const command = new UploadPartCopyCommand({
    ...(await ownParameters(destination)),
    ...(await copySourceParameters(source)),
    UploadId: upload.uploadId,
    PartNumber: partNumber,
    CopySourceRange: `bytes=${first}-${last}`,
  });
  try {
    const { CopyPartResult } = await clients(destination).send(command);
    if (!CopyPartResult?.ETag) {
      // A 200 whose body is an error followed by white space reaches us as a success without a result.
      throw new CopyError(
        ErrorName.TRANSIENT_S3_ERROR,
        `${context.call}: S3 answered 200 without the ETag of the part`,
      );
    }
    return partNumber;
  } catch (error) {
    throw explain(error, context);
  }
}

async function rangeOf({ plan, partNumber, source }: CopyPartEvent): Promise<{ first: number; last: number }> {
  if (plan.boundaries === 'EVEN') return partRange(plan, partNumber);
  const { first, length } = await sourcePart(clients, source, partNumber);
  return { first, last: first + length - 1 };
}
