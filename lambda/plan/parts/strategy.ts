import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import {
  CHECKSUM_ALGORITHMS,
  type DeclaredChecksum,
  type DestinationObject,
  ErrorName,
  type Integrity,
  isCombinable,
  MAX_COPY_OBJECT_SIZE,
  type PartPlan,
  type ProofPlan,
  type SourceChecksum,
  type SourceObject,
  type WorkflowSettings,
} from '../../../lib/private/protocol';
import { bucketKindOf, supports } from '../../../lib/private/protocol/bucket-kinds';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { partsOfEtag } from '../../shared/etag';
import { partCount, provenBy, storedChecksum } from '../../shared/integrity';
import { fitsCopyObject, planParts, type PlanOptions, planSourceParts } from './part-plan';
import { rangeOf } from './range';

/** How an object is copied, and what proves the copy. */
export interface CopyStrategy {
  /** Absent if one CopyObject copies the whole object. */
  readonly plan?: PartPlan;
  readonly declared?: DeclaredChecksum;
  readonly proof: ProofPlan;
  /** The proof that the result will report. */
  readonly integrity: Integrity;
}

/** What the strategy depends on. */
export interface StrategyInput {
  readonly source: SourceObject;
  readonly head: HeadObjectCommandOutput;
  readonly destination: DestinationObject;
  readonly options: CopyOptions;
  readonly settings: Pick<WorkflowSettings, 'partSize' | 'maxConcurrency' | 'childExecutions'>;
  /** Calls S3 for the size of the first part of the source. */
  readonly firstPartSize: () => Promise<number>;
}

/** @throws InvalidInput, IntegrityUnavailable, EtagNotPreservable */
export async function chooseStrategy(facts: StrategyInput): Promise<CopyStrategy> {
  const { source, options } = facts;
  const usable = usableChecksum(facts);
  const plan = await choosePartPlan(facts, usable);
  const checksum = keptChecksum(usable, plan);
  const etagProblem = whyOtherEtag(facts, plan);

  if (options.preserveEtag && etagProblem !== undefined) {
    throw new CopyError(
      ErrorName.ETAG_NOT_PRESERVABLE,
      `the copy of ${describeObject(source)} cannot have its ETag ${source.etag}: ${etagProblem}; leave options.preserveEtag out`,
    );
  }
  if (options.integrity === 'required' && !checksum && etagProblem !== undefined) {
    throw new CopyError(
      ErrorName.INTEGRITY_UNAVAILABLE,
      `the copy of ${describeObject(source)} could only be compared by size: ${whyNoChecksum(facts)}, and the ETag will differ because ${etagProblem}; leave options.integrity out to copy the object anyway`,
    );
  }
  const sameEtag = options.preserveEtag === true || (options.integrity === 'required' && !checksum);
  return {
    plan,
    declared: declaredChecksum(options, checksum) ?? (plan && DEFAULT_CHECKSUM),
    proof: { by: checksum ? 'checksum' : bestWithout(etagProblem), checksum, sameEtag: sameEtag || undefined },
    integrity: checksum ? provenBy(checksum) : { verifiedBy: bestWithout(etagProblem), algorithm: '', checksum: '' },
  };
}

/**
 * The default: from the checksums of the parts, which S3 then lists, CheckParts computes the checksum of the object before the object is
 * made.
 */
const DEFAULT_CHECKSUM: DeclaredChecksum = { algorithm: CHECKSUM_ALGORITHMS[0], type: 'FULL_OBJECT' };

function bestWithout(etagProblem: string | undefined): 'etag' | 'size' {
  return etagProblem === undefined ? 'etag' : 'size';
}

/** @returns undefined if one CopyObject copies the whole object */
async function choosePartPlan(
  facts: StrategyInput,
  checksum: SourceChecksum | undefined,
): Promise<PartPlan | undefined> {
  const { source, options, settings } = facts;
  const { size } = source;
  const limits: PlanOptions = {
    partSize: options.partSize ?? settings.partSize,
    maxConcurrency: options.maxConcurrency ?? settings.maxConcurrency,
    childExecutions: settings.childExecutions,
  };
  if (options.range !== undefined) {
    const { first, length } = rangeOf(options.range, source);
    return { ...planParts(length, limits), offset: first };
  }
  const isWhole = size === 0 || (fitsCopyObject(size, limits) && options.checksumType !== 'COMPOSITE');
  const evenly = () => (isWhole ? undefined : planParts(size, limits));
  // The part size of the execution takes precedence over the proof. That of the workflow does not.
  if (options.partSize !== undefined || size === 0) return evenly();

  const sameParts = async (count: number) => planSourceParts(count, await facts.firstPartSize(), size, limits);
  if (!options.preserveEtag && checksum) {
    if (checksum.type === 'COMPOSITE') return sameParts(partCount(checksum));
    // S3 cannot compute this checksum from those of parts, so only CopyObject preserves it.
    return !isCombinable(checksum.algorithm) && size <= MAX_COPY_OBJECT_SIZE ? undefined : evenly();
  }
  if (whyNoMd5(facts) !== undefined) return evenly();
  const parts = partsOfEtag(source.etag);
  if (parts !== undefined) return sameParts(parts);
  return size <= MAX_COPY_OBJECT_SIZE && options.checksumType !== 'COMPOSITE' ? undefined : evenly();
}

/** The checksum of the source, if the copy can have the same. */
function usableChecksum({ head, destination, options }: StrategyInput): SourceChecksum | undefined {
  const stored = storedChecksum(head);
  if (!stored || options.range !== undefined) return undefined;
  if (stored.algorithm === 'MD5' && !supports(destination.bucket, 'md5Checksum')) return undefined;
  const { checksumAlgorithm: algorithm = stored.algorithm, checksumType: type = stored.type } = options;
  return algorithm === stored.algorithm && type === stored.type ? stored : undefined;
}

/** CopyObject preserves all full-object checksums, a copy in parts combinable ones, and one with the parts of the source composite ones. */
function keptChecksum(checksum: SourceChecksum | undefined, plan: PartPlan | undefined): SourceChecksum | undefined {
  if (checksum?.type === 'COMPOSITE') return plan?.boundaries === 'SOURCE' ? checksum : undefined;
  return plan === undefined || isCombinable(checksum?.algorithm ?? '') ? checksum : undefined;
}

function declaredChecksum(options: CopyOptions, kept: SourceChecksum | undefined): DeclaredChecksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType } = options;
  if (kept) return { algorithm: kept.algorithm, type: kept.type };
  if (algorithm === undefined) return undefined;
  return { algorithm, type: checksumType ?? (isCombinable(algorithm) ? 'FULL_OBJECT' : 'COMPOSITE') };
}

function whyNoChecksum({ head, options }: StrategyInput): string {
  const stored = storedChecksum(head);
  if (!stored) return 'S3 stores no checksum of it';
  if (options.range !== undefined) return 'S3 stores no checksum of the range';
  return `the copy will not have its ${stored.type} ${stored.algorithm}`;
}

/** Why the copy will have another ETag; undefined if it will have the same, provided that its bucket encrypts with SSE-S3. */
function whyOtherEtag(facts: StrategyInput, plan: PartPlan | undefined): string | undefined {
  if (facts.options.range !== undefined) return 'only a range of it is copied';
  const noMd5 = whyNoMd5(facts);
  if (noMd5 !== undefined) return noMd5;
  const parts = partsOfEtag(facts.source.etag);
  if (parts === undefined) {
    return plan === undefined ? undefined : 'the source was uploaded in one piece and has to be copied in parts';
  }
  return plan?.boundaries === 'SOURCE' && plan.parts === parts ? undefined : 'the copy has other parts than the source';
}

/** Why the ETag of the source or of the copy is not made from the MD5 of the bytes. */
function whyNoMd5({ source, head, destination, options }: StrategyInput): string | undefined {
  const kind = [source, destination].map(({ bucket }) => bucketKindOf(bucket)).find(({ etagsAreMd5 }) => !etagsAreMd5);
  if (kind) return `ETags in a ${kind.name} are not made from the bytes`;
  if (head.SSECustomerAlgorithm !== undefined || (head.ServerSideEncryption ?? 'AES256') !== 'AES256') {
    return `the source is encrypted with ${head.ServerSideEncryption ?? 'SSE-C'}, so its ETag is not made from its bytes`;
  }
  if (destination.customerKey !== undefined || (options.serverSideEncryption ?? 'AES256') !== 'AES256') {
    return `the copy will be encrypted with ${options.serverSideEncryption ?? 'SSE-C'}, so its ETag is not made from its bytes`;
  }
  return undefined;
}
