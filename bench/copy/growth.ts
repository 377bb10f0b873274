import type { LocalDeployment } from '../../local/workflow';
import { copyOurs } from './ours';

const MIB = 1024 ** 2;
const PART = 64 * MIB;

export interface Growth {
  /** The measured quantity, and what it was measured over. */
  readonly what: string;
  readonly values: readonly { readonly count: number; readonly value: number }[];
  /** The exponent of a power law through the last two points: 1 is linear, 0 is constant. */
  readonly exponent: number;
}

/** Measures requests, model time, and the time and memory of this machine, over the number of parts. */
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

/** Copies that share the concurrency of one account. */
export interface Sharing {
  /** Workers of each copy. */
  readonly maxConcurrency: number;
  /** `reservedConcurrentExecutions` of the function that copies parts, as it is in the deployment. */
  readonly reserved?: number;
}

/** Measures the duration of copies that start at the same time, and the invocations that Lambda throttles. */
export async function growthOfExecutions(
  deployment: LocalDeployment,
  counts: readonly number[],
  size: number,
  { maxConcurrency, reserved = 0 }: Sharing,
): Promise<Growth[]> {
  const measured = {
    fastest: [] as number[],
    median: [] as number[],
    slowest: [] as number[],
    throttles: [] as number[],
  };
  for (const executions of counts) {
    const copies = await copyOurs(deployment, size, { executions, input: { options: { maxConcurrency } } });
    const seconds = copies.map((copy) => copy.seconds).sort((a, b) => a - b);
    measured.fastest.push(seconds[0]!);
    measured.median.push(seconds[Math.floor(seconds.length / 2)]!);
    measured.slowest.push(seconds.at(-1)!);
    measured.throttles.push(Math.max(...copies.map((copy) => copy.throttles)));
  }
  const name = `over executions of ${maxConcurrency} workers, ${reserved} reserved`;
  return Object.entries(measured).map(([what, values]) => growth(`${what} ${name}`, counts, values));
}

function growth(what: string, counts: readonly number[], values: readonly number[]): Growth {
  const [x0, x1] = counts.slice(-2).map(Math.log) as [number, number];
  const [y0, y1] = values.slice(-2).map(Math.log) as [number, number];
  const exponent = +((y1 - y0) / (x1 - x0)).toFixed(2);
  const rounded = values.map((value, index) => ({ count: counts[index]!, value: +value.toFixed(2) }));
  return { what, values: rounded, exponent };
}
