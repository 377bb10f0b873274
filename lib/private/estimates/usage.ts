import { INLINE_MAP_LIMIT, type PartPlan, type Step } from '../protocol';
import { WORKER_MEMORY } from '../protocol/memory';
import { type CopyModel, modelledPartSeconds, PUBLISHED_MODEL } from './copy-model';

/** A planned copy. */
export interface PlannedTransfer {
  /** Bytes that are copied. */
  readonly bytes: number;
  /** Absent: one CopyObject copies the whole object. */
  readonly plan?: PartPlan;
  /** Requests that Plan makes besides HeadObject of the source, by operation. */
  readonly planRequests: Readonly<Record<string, number>>;
  /** How many of source and destination use their KMS key for every part: encrypted with SSE-KMS, without an S3 Bucket Key. */
  readonly kmsKeys: 0 | 1 | 2;
}

/** The states that a copy without errors enters, as definition.ts draws them; those of the parts are not among them. */
const STATES_OF_COPY_OBJECT = ['Plan', 'Route', 'CopyObject', 'Verify', 'Done'];
const STATES_IN_PARTS = ['Plan', 'Route', 'Begin', 'FanOut', 'CopyParts', 'CheckParts', 'Complete', 'Verify', 'Done'];

/** The Choice after the Map with Express children. */
const EXPRESS_STATES = 1;

/**
 * State transitions that starting a child execution counts as. The pricing page of Step Functions says "each time a step of your
 * workflow is executed", and nothing about children, so this is the higher of two interpretations.
 */
export const CHILD_START_TRANSITIONS = 1;

/** Of Express executions: their memory is billed in chunks of 64 MB, and an execution of one Task with a small input uses one. */
export const EXPRESS_MEMORY_GB = 64 / 1024;

/** Parts that ListParts returns at a time. */
const LIST_PAGE = 1000;

/** Estimated duration of steps that copy nothing, including a part of a cold start. */
const STEP_SECONDS = 0.3;

/** Events of a history: those of an execution that is not a copy in parts, and of each part that is not retried. */
const EVENTS_OF_STATES = 60;
const EVENTS_OF_ITERATION = 8;

/** State transitions of a copy without retries. */
export function stateTransitions({ plan }: PlannedTransfer): number {
  if (plan === undefined) return STATES_OF_COPY_OBJECT.length;
  if (isExpress(plan)) return STATES_IN_PARTS.length + EXPRESS_STATES + plan.parts * CHILD_START_TRANSITIONS;
  const ofPart = plan.mapType === 'DISTRIBUTED' ? 1 + CHILD_START_TRANSITIONS : 1;
  return STATES_IN_PARTS.length + plan.parts * ofPart;
}

/** Express executions, which are billed by their number, and by memory in GB times seconds. */
export function expressUsage(
  { bytes, plan }: PlannedTransfer,
  model: CopyModel = PUBLISHED_MODEL,
): { readonly expressRequests: number; readonly expressGBSeconds: number } | undefined {
  if (plan === undefined || !isExpress(plan)) return undefined;
  const { parts } = plan;
  const seconds = parts * modelledPartSeconds(bytes / parts, model);
  return { expressRequests: parts, expressGBSeconds: EXPRESS_MEMORY_GB * seconds };
}

function isExpress({ mapType, childType }: PartPlan): boolean {
  return mapType === 'DISTRIBUTED' && childType === 'EXPRESS';
}

/** Events in the history of the execution itself; children have histories of their own. */
export function historyEvents({ plan }: PlannedTransfer): number {
  return EVENTS_OF_STATES + (plan?.mapType === 'INLINE' ? plan.parts * EVENTS_OF_ITERATION : 0);
}

/** Requests to S3 of a copy without retries, by operation. */
export function s3Requests({ plan, planRequests }: PlannedTransfer): Record<string, number> {
  const { HeadObject = 0, ...others } = planRequests;
  const requests = {
    // Plan reads the source, Verify the copy. If the copy has the parts of the source, their ranges are read, too.
    HeadObject: 2 + HeadObject + (plan?.boundaries === 'SOURCE' ? 1 + plan.parts : 0),
    ...others,
    ...(plan === undefined
      ? { CopyObject: 1 }
      : {
          CreateMultipartUpload: 1,
          UploadPartCopy: plan.parts,
          // CheckParts and Complete.
          ListParts: 2 * Math.ceil(plan.parts / LIST_PAGE),
          CompleteMultipartUpload: 1,
        }),
  };
  return Object.fromEntries(Object.entries(requests).filter(([, count]) => count > 0));
}

/** The minimum: S3 may send more than one request to KMS for a part. */
export function kmsRequests({ plan, kmsKeys }: PlannedTransfer): number {
  return kmsKeys * ((plan?.parts ?? 1) + 2);
}

/** Calls of functions by step. */
export function invocations({ plan }: PlannedTransfer): Partial<Record<Step, number>> {
  if (plan === undefined) return { plan: 1, 'copy-object': 1, verify: 1 };
  return { plan: 1, begin: 1, 'copy-part': plan.parts, 'check-parts': 1, complete: 1, verify: 1 };
}

/** Memory in GB times seconds, all functions together. */
export function lambdaGBSeconds(transfer: PlannedTransfer, model: CopyModel = PUBLISHED_MODEL): number {
  const { bytes, plan } = transfer;
  // Of all parts together, the last one included.
  const copying = (count: number): number => count * modelledPartSeconds(bytes / count, model);
  return Object.entries(invocations(transfer)).reduce((sum, [step, count]) => {
    const copies = step === 'copy-part' || step === 'copy-object';
    const seconds = copies ? copying(plan?.parts ?? 1) : count * STEP_SECONDS;
    return sum + (WORKER_MEMORY[step as Step] / 1024) * seconds;
  }, 0);
}

/** Parts that run at the same time. */
export function concurrentParts({ plan }: PlannedTransfer): number {
  if (plan === undefined) return 1;
  const { parts, mapType, maxConcurrency } = plan;
  return Math.min(parts, maxConcurrency, mapType === 'INLINE' ? INLINE_MAP_LIMIT : Infinity);
}
