import type { PartPlan } from '../protocol';

const MIB = 1024 ** 2;

/** How long S3 and Step Functions take. Seconds and bytes. */
export interface CopyModel {
  /** Of one UploadPartCopy or CopyObject, independent of its size. */
  readonly fixedSeconds: number;
  /** Of one UploadPartCopy or CopyObject. */
  readonly bytesPerSecond: number;
  /** Additional time of a copy in parts compared to one CopyObject: Begin, Complete and the transitions between them. */
  readonly multipartSeconds: number;
  /** Additional time of a Distributed Map compared to an inline one, independent of the number of children. */
  readonly mapRunSeconds: number;
  /** Children that a Distributed Map starts in a second, by their type. */
  readonly childrenPerSecond: Readonly<Record<'STANDARD' | 'EXPRESS', number>>;
}

/**
 * `fixedSeconds` and `bytesPerSecond` are a fit to the one published measurement, 25 cells of awslabs/aws-c-s3 pull
 * request 288; `childrenPerSecond` are quotas of Step Functions; `multipartSeconds` and `mapRunSeconds` are estimates.
 */
export const PUBLISHED_MODEL: CopyModel = {
  fixedSeconds: 2.7,
  bytesPerSecond: 78 * MIB,
  multipartSeconds: 1.5,
  mapRunSeconds: 2,
  childrenPerSecond: { STANDARD: 100, EXPRESS: 1000 },
};

/** Seconds that the parts of a plan take, from the start of the first to the end of the last. */
export function modelledSeconds(plan: PartPlan, size: number, model: CopyModel = PUBLISHED_MODEL): number {
  const partSeconds = modelledPartSeconds(Math.min(size, plan.partSize), model);
  const [mapRun, childSeconds] =
    plan.mapType === 'DISTRIBUTED' ? [model.mapRunSeconds, 1 / model.childrenPerSecond[childTypeOf(plan)]] : [0, 0];
  // Children start one after another. The last part starts when all others have started, and when the parts that its
  // worker copies before it have ended. The worker started after those that come before it in the wave.
  const last = plan.parts - 1;
  const started = last * childSeconds;
  const earlierWaves = Math.floor(last / plan.maxConcurrency);
  const workerStarted = (last % plan.maxConcurrency) * childSeconds;
  const lastStarts = Math.max(started, workerStarted + earlierWaves * partSeconds);
  return model.multipartSeconds + mapRun + lastStarts + partSeconds;
}

/** Type of the children of a Distributed Map. */
export function childTypeOf({ childType }: Pick<PartPlan, 'childType'>): keyof CopyModel['childrenPerSecond'] {
  return childType ?? 'STANDARD';
}

/** Seconds of one UploadPartCopy or CopyObject. */
export function modelledPartSeconds(bytes: number, model: CopyModel = PUBLISHED_MODEL): number {
  return model.fixedSeconds + bytes / model.bytesPerSecond;
}
