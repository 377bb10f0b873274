import { planParts } from '../../../lambda/plan/parts/part-plan';
import { childTypeOf, PUBLISHED_MODEL } from '../../../lib/private/estimates/copy-model';
import {
  INLINE_MAP_LIMIT,
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  type PartPlan,
} from '../../../lib/private/protocol';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** Of a new execution environment. It is the same for every plan, and part of what is compared. */
const COLD_START_SECONDS = 0.4;

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024, 2048, 5120, 10_240, 20_480, 48_000]
  .map((gibibytes) => gibibytes * GIB)
  .concat(MAX_OBJECT_SIZE);
const WORKERS = [10, 16, 40, 64, 100, 250, 500, 1000];

/**
 * When the last part has ended, played through part by part: children are started in order, no more in a second and no more at a
 * time than may be, and each worker starts cold.
 */
function playThrough(
  parts: number,
  workers: number,
  perSecond: number,
  secondsOfPart: (part: number) => number,
): number {
  const free = new MinHeap();
  let end = 0;
  for (let part = 0; part < parts; part++) {
    const dispatched = part / perSecond;
    const [worker, coldStart] = part < workers ? [0, COLD_START_SECONDS] : [free.pop(), 0];
    const ends = Math.max(dispatched, worker) + coldStart + secondsOfPart(part);
    free.push(ends);
    end = Math.max(end, ends);
  }
  return end;
}

function secondsOf(plan: PartPlan, size: number): number {
  const { parts, partSize } = plan;
  const fullPart = partSeconds(Math.min(size, partSize));
  const lastPart = partSeconds(size - (parts - 1) * partSize);
  return mapSeconds(plan, (part) => (part === parts - 1 ? lastPart : fullPart));
}

type Fan = Pick<PartPlan, 'parts' | 'mapType' | 'childType' | 'maxConcurrency'>;

function mapSeconds(plan: Fan, seconds: (part: number) => number): number {
  const { parts, mapType, maxConcurrency } = plan;
  if (mapType === 'INLINE') return playThrough(parts, Math.min(maxConcurrency, INLINE_MAP_LIMIT), Infinity, seconds);
  const { mapRunSeconds, childrenPerSecond } = PUBLISHED_MODEL;
  return mapRunSeconds + playThrough(parts, maxConcurrency, childrenPerSecond[childTypeOf(plan)], seconds);
}

function partSeconds(bytes: number): number {
  return PUBLISHED_MODEL.fixedSeconds + bytes / PUBLISHED_MODEL.bytesPerSecond;
}

/** The same for equal parts, in one step, which makes it possible to try every count. */
function evenSeconds(plan: Fan, size: number): number {
  const { parts, mapType, maxConcurrency: workers } = plan;
  const one = partSeconds(size / parts);
  const perSecond = mapType === 'INLINE' ? Infinity : PUBLISHED_MODEL.childrenPerSecond[childTypeOf(plan)];
  const last = parts - 1;
  const waves = Math.floor(last / workers);
  const onlyFirst = waves === 0 ? last / perSecond + COLD_START_SECONDS : 0;
  const afterWaves = (last % workers) / perSecond + COLD_START_SECONDS + waves * one;
  const lastStarts = Math.max(last / perSecond, onlyFirst, afterWaves);
  return (mapType === 'INLINE' ? 0 : PUBLISHED_MODEL.mapRunSeconds) + lastStarts + one;
}

/** Over every count of parts, whether the planner would look at it or not. */
function fastest(size: number, workers: number, childType?: 'EXPRESS'): number {
  let best = Infinity;
  const most = Math.min(MAX_PARTS, Math.floor(size / MIN_PART_SIZE));
  for (let parts = Math.ceil(size / MAX_PART_SIZE); parts <= most; parts++) {
    const mapType = parts <= INLINE_MAP_LIMIT ? 'INLINE' : 'DISTRIBUTED';
    const maxConcurrency = mapType === 'INLINE' ? Math.min(workers, INLINE_MAP_LIMIT) : workers;
    // A try in an Express execution ends after 120 s, and the planner wants twice what a part takes.
    const isTooLong = mapType === 'DISTRIBUTED' && childType === 'EXPRESS' && partSeconds(size / parts) > 60;
    if (!isTooLong) best = Math.min(best, evenSeconds({ parts, mapType, childType, maxConcurrency }, size));
  }
  return best;
}

describe.each(WORKERS)('with %d workers', (workers) => {
  test.each(SIZES.map((size) => [size / GIB, size]))('the plan of %d GiB is within 5 % of the fastest', (_, size) => {
    const { multipartSeconds } = PUBLISHED_MODEL;
    const planned = secondsOf(planParts(size, { maxConcurrency: workers }), size);
    expect((multipartSeconds + planned) / (multipartSeconds + fastest(size, workers))).toBeLessThanOrEqual(1.05);
  });

  test.each(SIZES.map((size) => [size / GIB, size]))(
    'with AUTO the plan of %d GiB is within 5 % of the fastest with either children',
    (_, size) => {
      const { multipartSeconds } = PUBLISHED_MODEL;
      const planned = secondsOf(planParts(size, { maxConcurrency: workers, childExecutions: 'AUTO' }), size);
      const best = Math.min(fastest(size, workers), fastest(size, workers, 'EXPRESS'));
      expect((multipartSeconds + planned) / (multipartSeconds + best)).toBeLessThanOrEqual(1.05);
    },
  );
});

test.each([
  [160, 250],
  [500, 250],
  [1000, 16],
  [777, 100],
])('%d parts on %d workers take as long in one step as part by part', (parts, workers) => {
  const size = parts * 300 * MIB;
  const plan = { parts, mapType: 'DISTRIBUTED', maxConcurrency: workers } as const;
  for (const childType of [undefined, 'EXPRESS'] as const) {
    const played = mapSeconds({ ...plan, childType }, () => partSeconds(300 * MIB));
    expect(evenSeconds({ ...plan, childType }, size)).toBeCloseTo(played, 6);
  }
});

/*
 * Part times have a tail. Published are averages of three runs that lie up to 10 % apart from each other (awslabs/aws-c-s3 pull request
 * 288); a single part then spreads by about 20 %. With a log-normal distribution, one part in a hundred takes 1.6 times the median.
 */
const SPREAD = 0.2;
const COPIES = 200;

const STRAGGLING = [
  ['10 GiB', 10 * GIB],
  ['100 GiB', 100 * GIB],
  ['1 TiB', TIB],
  ['5 TiB', 5 * TIB],
  ['48.8 TiB', MAX_OBJECT_SIZE],
] as const;

test.each(
  STRAGGLING.flatMap(([name, size]) => [undefined, 'AUTO' as const].map((children) => [name, children, size] as const)),
)('stragglers make 1 copy in 100 of %s (%s) take at most 1.3 times the median', (_, childExecutions, size) => {
  const random = seeded(42);
  const plan = planParts(size, { maxConcurrency: 250, childExecutions });
  const seconds = partSeconds(plan.partSize);
  const copies = Array.from({ length: COPIES }, () =>
    mapSeconds(plan, () => seconds * Math.exp(SPREAD * normal(random))),
  ).sort((a, b) => a - b);
  expect(copies[Math.floor(COPIES * 0.99)]! / copies[COPIES / 2]!).toBeLessThanOrEqual(1.3);
});

/** Box-Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A linear congruential generator with the constants of Numerical Recipes. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

class MinHeap {
  private readonly values: number[] = [];

  push(value: number): void {
    const { values } = this;
    let index = values.push(value) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (values[parent]! <= value) break;
      values[index] = values[parent]!;
      index = parent;
    }
    values[index] = value;
  }

  pop(): number {
    const { values } = this;
    const top = values[0]!;
    const last = values.pop()!;
    if (values.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= values.length) break;
      if (child + 1 < values.length && values[child + 1]! < values[child]!) child++;
      if (values[child]! >= last) break;
      values[index] = values[child]!;
      index = child;
    }
    values[index] = last;
    return top;
  }
}
