import type { Step } from './steps';

/**
 * Memory of the function of each step, MiB. Workers wait for S3 and hold no data, except CheckParts and Complete, which hold
 * the list of up to 10,000 parts.
 */
export const WORKER_MEMORY: Readonly<Record<Step, number>> = {
  plan: 256,
  restore: 256,
  begin: 256,
  'copy-part': 256,
  'check-parts': 512,
  complete: 512,
  verify: 256,
  abort: 256,
  'copy-object': 256,
};
