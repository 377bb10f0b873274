import type { Part } from '@aws-sdk/client-s3';
import {
  type CopyPartsState,
  ErrorName,
  INLINE_MAP_LIMIT,
  MIN_PART_SIZE,
  type PartPlan,
  type PlannedCopy,
  type Upload,
} from '../../../lib/private/protocol';
import { bucketKindOf } from '../../../lib/private/protocol/bucket-kinds';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { abortUploadCommand } from '../../shared/aws-cli';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { unquote } from '../../shared/etag';
import { partRange } from '../../shared/part-range';
import { partNumbers } from './part-plan';
import { chooseStrategy, type CopyStrategy, type StrategyInput } from './strategy';

/** An upload that an execution kept, as S3 lists it. */
export interface KeptUpload {
  readonly uploadId: string;
  readonly initiated: Date;
  readonly parts: readonly Part[];
  readonly storageClass?: string;
  readonly ChecksumAlgorithm?: string;
  readonly ChecksumType?: string;
}

/** The fields of the state that change if the copy resumes an upload. */
export type ResumedCopy = Pick<CopyPartsState, 'plan' | 'partNumbers'> & {
  readonly upload: Upload;
  readonly reusedParts: number;
};

/**
 * Plans the copy with the part size of the kept upload. The settings of the workflow may have changed since the upload was created, so that
 * a new upload would have another part size.
 *
 * @param kept absent for a new upload
 */
export async function chooseResumableStrategy(
  facts: StrategyInput,
  kept: KeptUpload | undefined,
): Promise<CopyStrategy> {
  const strategy = await chooseStrategy(facts);
  if (!kept || (strategy.plan && differenceFromPlan(strategy.plan, kept.parts) === undefined)) return strategy;
  const partSize = Math.max(...kept.parts.map(({ Size = 0 }) => Size));
  if (strategy.plan?.boundaries === 'SOURCE' || partSize < MIN_PART_SIZE) return strategy;
  const other = await chooseStrategy({ ...facts, options: { ...facts.options, partSize } });
  return other.plan && differenceFromPlan(other.plan, kept.parts) === undefined ? other : strategy;
}

/**
 * Determines which parts of an upload exist, and which are missing.
 *
 * @throws UploadNotResumable, SourceChanged if the upload is not one of this copy
 */
export function resumeCopy(
  kept: KeptUpload,
  copy: PlannedCopy,
  plan: PartPlan | undefined,
  options: CopyOptions,
): ResumedCopy {
  checkSource(kept, copy, options);
  const problem = plan
    ? (differenceFromPlan(plan, kept.parts) ?? differenceInProperties(kept, copy))
    : 'the object is copied with one CopyObject';
  if (!plan || problem !== undefined) {
    throw new CopyError(
      ErrorName.UPLOAD_NOT_RESUMABLE,
      `options.resumeUploadId ${kept.uploadId} is not an upload of this copy to ${describeObject(copy.destination)}: ${problem}; use the input of the execution that kept it, or leave resumeUploadId out`,
    );
  }
  const reused = new Set(kept.parts.map(({ PartNumber }) => PartNumber));
  const missing = partNumbers(plan).filter((partNumber) => !reused.has(partNumber));
  const initiated = kept.initiated.toISOString();
  return {
    plan: {
      ...plan,
      mapType: missing.length <= INLINE_MAP_LIMIT ? 'INLINE' : 'DISTRIBUTED',
      maxConcurrency: Math.max(1, Math.min(plan.maxConcurrency, missing.length)),
    },
    partNumbers: missing,
    reusedParts: reused.size,
    upload: {
      uploadId: kept.uploadId,
      initiated: { from: initiated, to: initiated },
      abortCommand: abortUploadCommand(copy.destination, kept.uploadId),
    },
  };
}

/**
 * Checks that the parts were copied from the current source. A source that was modified after the upload was created is another object. An
 * older date is no proof, because an object that was uploaded in parts has the date at which its upload was created. A checksum of all bytes
 * or an ETag that the execution specifies is one.
 */
function checkSource({ uploadId, initiated }: KeptUpload, { source, proof }: PlannedCopy, options: CopyOptions): void {
  if (Date.parse(source.lastModified) > initiated.getTime()) {
    throw new CopyError(
      ErrorName.SOURCE_CHANGED,
      `${describeObject(source)} was modified at ${source.lastModified}, after upload ${uploadId} was created at ${initiated.toISOString()}, so its parts may be of another object; leave options.resumeUploadId out to copy all parts`,
    );
  }
  // `*` and lists can match other objects, too.
  const isNamed = unquote(options.copySourceIfMatch?.trim() ?? '') === unquote(source.etag);
  if (proof.checksum !== undefined || proof.sameEtag || isNamed) return;
  throw new CopyError(
    ErrorName.UPLOAD_NOT_RESUMABLE,
    `nothing would prove that the parts of upload ${uploadId} were copied from the current ${describeObject(source)}, because it has no checksum that the copy can have; set options.copySourceIfMatch to the ETag of the object from which they were copied, which the cause of the execution that kept the upload names`,
  );
}

/** How parts differ from a plan; undefined if they are as planned. If the copy has the parts of the source, only CheckParts checks sizes. */
function differenceFromPlan(plan: PartPlan, parts: readonly Part[]): string | undefined {
  const wrong = parts.find(({ PartNumber = 0, Size }) => {
    if (PartNumber > plan.parts) return true;
    const { first, last } = partRange(plan, PartNumber);
    return plan.boundaries === 'EVEN' && Size !== last - first + 1;
  });
  return (
    wrong &&
    `its part ${wrong.PartNumber} of ${wrong.Size} bytes does not fit the plan of ${plan.parts} parts of ${plan.partSize} bytes`
  );
}

/** Compares the properties that S3 lists for an upload. Verify compares the others. */
function differenceInProperties(
  kept: KeptUpload,
  { destination, properties, declared }: PlannedCopy,
): string | undefined {
  const storageClass = properties.storageClass ?? bucketKindOf(destination.bucket).storageClass ?? 'STANDARD';
  if ((kept.storageClass ?? storageClass) !== storageClass) {
    return `its storage class is ${kept.storageClass} instead of ${storageClass}`;
  }
  const { algorithm, type } = declared ?? {};
  const isSame = kept.ChecksumAlgorithm === algorithm && (type === undefined || kept.ChecksumType === type);
  if (isSame) return undefined;
  const checksum =
    kept.ChecksumAlgorithm === undefined ? 'not listed' : `${kept.ChecksumType} ${kept.ChecksumAlgorithm}`;
  return `its checksum is ${checksum} instead of ${type} ${algorithm}`;
}
