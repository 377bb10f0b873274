import { MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE } from '../../lib/private/protocol';
import { PLATFORM } from './platform';

/** Workers that a copy has by default. */
export const WORKERS = 250;

const { s3, lambdaStartSeconds, overheadSeconds, childrenPerSecond, inlineIterations } = PLATFORM;

/**
 * Number of requests of a copy in parts, without the parts. A separate function makes each: HeadObject of the source,
 * CreateMultipartUpload, ListParts, CompleteMultipartUpload, HeadObject of the copy.
 */
const STEPS = 5;

/**
 * The minimum duration of a verified copy on this platform with this number of workers: the parts, with the best of all part counts and
 * kinds of Map, and the other steps, with one request each. The children of the Distributed Map are Standard executions. Express
 * executions start ten times as fast, but end after five minutes, which is less than a part may have to wait for S3.
 */
export function lowerBound(size: number, workers = WORKERS): number {
  const step = overheadSeconds.state + lambdaStartSeconds.cold + s3.requestSeconds;
  return STEPS * step + overheadSeconds.state + bestParts(size, workers);
}

/**
 * The minimum duration of a copy in parts on this platform with any design: one function reads the source and creates the upload, and is
 * still warm when it lists the parts, completes the upload and reads the copy. The children have the faster type.
 */
export function anyDesignBound(size: number, workers = WORKERS): number {
  const first = overheadSeconds.state + lambdaStartSeconds.cold + 2 * s3.requestSeconds;
  const last = overheadSeconds.state + lambdaStartSeconds.warm + 3 * s3.requestSeconds;
  return first + overheadSeconds.state + bestParts(size, workers, childrenPerSecond.EXPRESS) + last;
}

/** The bound that counts only bytes. */
export function bytesBound(size: number, workers = WORKERS): number {
  return size / (workers * s3.partCopyBytesPerSecond) + s3.partCopySeconds;
}

function bestParts(size: number, workers: number, perSecond: number = childrenPerSecond.STANDARD): number {
  let best = Infinity;
  const least = Math.ceil(size / MAX_PART_SIZE);
  const most = Math.min(MAX_PARTS, Math.max(least, Math.floor(size / MIN_PART_SIZE)));
  for (let parts = least; parts <= most; parts++) {
    const inline = makespan(parts, size, Math.min(workers, inlineIterations), Infinity);
    const distributed = overheadSeconds.mapRun + overheadSeconds.state + makespan(parts, size, workers, perSecond);
    best = Math.min(best, inline, distributed);
  }
  return best;
}

/** The time until all of `parts` equal parts have ended, if `perSecond` can start per second and `workers` can run at the same time. */
function makespan(parts: number, size: number, workers: number, perSecond: number): number {
  const { cold } = lambdaStartSeconds;
  const one = partSeconds(size / parts);
  const waves = Math.floor((parts - 1) / workers);
  const last = parts - 1;
  return cold + one + Math.max((last % workers) / perSecond + waves * one, last / perSecond);
}

function partSeconds(bytes: number): number {
  return s3.partCopySeconds + bytes / s3.partCopyBytesPerSecond;
}
