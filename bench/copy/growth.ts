import type { LocalDeployment } from '../../local/workflow';
import { copyOurs } from './ours';

const MIB = 1024 ** 2;
const PART = 64 * MIB;

export interface Growth {
  /** What grew, and what was measured. */
  readonly what: string;
  readonly values: readonly { readonly count: number; readonly value: number }[];
  /** Of a power law through the last two points: 1 is linear, 0 constant. */
  readonly exponent: number;
}

/** Requests, model time, and the time and memory of this machine, over the number of parts. */
export async function growthOfParts(deployment: LocalDeployment, counts: readonly number[]): Promise<Growth[]> {
  const measured = {
    requests: [] as number[],
    cpuSeconds: [] as number[],
    realSeconds: [] as number[],
    memoryMiB: [] as number[],
  };
  for (const parts of counts) {
    const cpu = process.cpuUsage();
    const input = { options: { partSize: PART } };
    const [copy] = await copyOurs(deployment, parts * PART, { input, withoutDelays: true, timeScale: 1000 });
    measured.requests.push(copy!.requests);
    const { user, system } = process.cpuUsage(cpu);
    measured.cpuSeconds.push((user + system) / 1e6);
    measured.realSeconds.push(copy!.realSeconds);
    measured.memoryMiB.push(process.resourceUsage().maxRSS / 1024);
  }
  return Object.entries(measured).map(([what, values]) => growth(`${what} over parts`, counts, values));
}

/** The slowest of copies that share the concurrency of one account, and what Lambda refused, with the workers of each. */
export async function growthOfExecutions(
  deployment: LocalDeployment,
  counts: readonly number[],
  size: number,
  maxConcurrency: number,
): Promise<Growth[]> {
  const seconds: number[] = [];
  const throttles: number[] = [];
  for (const executions of counts) {
    const copies = await copyOurs(deployment, size, { executions, input: { options: { maxConcurrency } } });
    seconds.push(Math.max(...copies.map((copy) => copy.seconds)));
    throttles.push(Math.max(...copies.map((copy) => copy.throttles)));
  }
  const name = `over executions of ${maxConcurrency} workers`;
  return [growth(`seconds of the slowest ${name}`, counts, seconds), growth(`throttles ${name}`, counts, throttles)];
}

function growth(what: string, counts: readonly number[], values: readonly number[]): Growth {
  const [x0, x1] = counts.slice(-2).map(Math.log) as [number, number];
  const [y0, y1] = values.slice(-2).map(Math.log) as [number, number];
  const exponent = +((y1 - y0) / (x1 - x0)).toFixed(2);
  const rounded = values.map((value, index) => ({ count: counts[index]!, value: +value.toFixed(2) }));
  return { what, values: rounded, exponent };
}
