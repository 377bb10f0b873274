import type { Step } from './steps';

/**
 * Memory of the function of each step, MiB. Lambda bills it for as long as a worker waits for S3, and gives CPU in proportion, a
 * whole core at 1,769 MiB.
 *
 * 256: a worker holds 61 MiB at its peak (`npm run bench:coldstart`), and its start takes 50 ms of a core, 0.3 s of the share that
 * 256 MiB have. 128 would leave Lambda's own runtime little room and double the start. 512 would double the price of the wait, which is
 * almost all that a part costs, and save 0.2 s of the 10 to 70 s that a part takes.
 *
 * 512: CheckParts and Complete hold the list of up to 10,000 parts, and Complete the XML that is sent of it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
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
