import fc from 'fast-check';
import { fitsCopyObject, partNumbers, planParts } from '../../../lambda/plan/parts/part-plan';
import { partRange } from '../../../lambda/shared/part-range';
import { modelledSeconds } from '../../../lib/private/estimates/copy-model';
import {
  MAX_COPY_OBJECT_SIZE,
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
} from '../../../lib/private/protocol';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** Sizes of every magnitude, and those at the edges of S3's limits. */
const size = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 45 }), fc.double({ min: 1, max: 2, noNaN: true }))
    .map(([exponent, factor]) => Math.min(MAX_OBJECT_SIZE, Math.floor(2 ** exponent * factor))),
  fc
    .tuple(
      fc.constantFrom(MIN_PART_SIZE, 40 * MIN_PART_SIZE, MAX_COPY_OBJECT_SIZE, 5 * TIB, MAX_OBJECT_SIZE - 1),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([edge, offset]) => edge + offset),
);
const maxConcurrency = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(1, 40, 250, 1000));
const partSize = fc.integer({ min: MIN_PART_SIZE, max: MAX_PART_SIZE });

const RUNS = { numRuns: 2000 };

describe('planParts, for every size from 1 byte to 48.8 TiB', () => {
  test('covers every byte once', () => {
    fc.assert(
      fc.property(size, maxConcurrency, fc.option(partSize, { nil: undefined }), (bytes, concurrency, chosen) => {
        const plan = planParts(bytes, { maxConcurrency: concurrency, partSize: chosen });
        const ranges = partNumbers(plan).map((partNumber) => partRange(plan, partNumber));
        expect(ranges.find(({ first, last }) => last < first)).toBeUndefined();
        expect(
          ranges.find(({ first }, index) => first !== (index === 0 ? 0 : ranges[index - 1]!.last + 1)),
        ).toBeUndefined();
        expect(ranges.at(-1)!.last).toBe(bytes - 1);
      }),
      { numRuns: 300 },
    );
  });

  test('makes 1 to 10,000 parts of 5 MiB to 5 GiB', () => {
    fc.assert(
      fc.property(size, maxConcurrency, fc.option(partSize, { nil: undefined }), (bytes, concurrency, chosen) => {
        const plan = planParts(bytes, { maxConcurrency: concurrency, partSize: chosen });
        expect(plan.parts).toBeGreaterThanOrEqual(1);
        expect(plan.parts).toBeLessThanOrEqual(MAX_PARTS);
        expect(plan.partSize).toBeGreaterThanOrEqual(MIN_PART_SIZE);
        expect(plan.partSize).toBeLessThanOrEqual(MAX_PART_SIZE);
        expect(Number.isSafeInteger(plan.partSize)).toBe(true);
      }),
      RUNS,
    );
  });

  test('makes the last part at least half as large as the others', () => {
    fc.assert(
      fc.property(size, maxConcurrency, (bytes, concurrency) => {
        const plan = planParts(bytes, { maxConcurrency: concurrency });
        const { first, last } = partRange(plan, plan.parts);
        if (plan.parts > 1) expect(last - first + 1).toBeGreaterThanOrEqual(plan.partSize / 2);
      }),
      RUNS,
    );
  });

  test('uses the inline Map for up to 40 parts, and never more workers than parts', () => {
    fc.assert(
      fc.property(size, maxConcurrency, fc.option(partSize, { nil: undefined }), (bytes, concurrency, chosen) => {
        const plan = planParts(bytes, { maxConcurrency: concurrency, partSize: chosen });
        expect(plan.mapType).toBe(plan.parts <= 40 ? 'INLINE' : 'DISTRIBUTED');
        expect(plan.maxConcurrency).toBe(Math.min(concurrency, plan.parts));
      }),
      RUNS,
    );
  });

  test('is within 5 % of the fastest even plan according to the model', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64 * MIB, max: 64 * GIB }),
        fc.constantFrom(1, 10, 40, 100, 250, 1000),
        (bytes, concurrency) => {
          const options = { maxConcurrency: concurrency };
          const seconds = modelledSeconds(planParts(bytes, options), bytes);
          const most = Math.floor(bytes / (64 * MIB));
          let fastest = Infinity;
          for (let count = Math.ceil(bytes / MAX_PART_SIZE); count <= most; count++) {
            const even = planParts(bytes, { ...options, partSize: Math.min(MAX_PART_SIZE, Math.ceil(bytes / count)) });
            fastest = Math.min(fastest, modelledSeconds(even, bytes));
          }
          // 3 % are given for smaller parts, the rest goes to alignment.
          expect(seconds).toBeLessThanOrEqual(fastest * 1.05);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a given part size', () => {
  test.each([
    [64 * MIB, 8 * MIB, 8],
    [64 * MIB + 1, 8 * MIB, 9],
    [64 * MIB - 1, 8 * MIB, 8],
    [10_000 * MIN_PART_SIZE, MIN_PART_SIZE, 10_000],
  ])('divides %d bytes by %d into %d parts', (bytes, chosen, parts) => {
    const plan = planParts(bytes, { partSize: chosen, maxConcurrency: 250 });
    expect(plan).toMatchObject({ parts, partSize: chosen });
  });

  test('is increased if 10,000 parts are too few', () => {
    const plan = planParts(MAX_OBJECT_SIZE, { partSize: 8 * MIB, maxConcurrency: 250 });
    expect(plan).toMatchObject({ parts: 10_000, partSize: MAX_PART_SIZE });
  });
});

// The README gives these as examples.
test.each([
  ['1 GiB', GIB, 32, 32 * MIB],
  ['10 GiB', 10 * GIB, 40, 256 * MIB],
  ['1 TiB', TIB, 250, 4195 * MIB],
])('plans %s for 250 workers', (_, bytes, parts, bytesOfPart) => {
  expect(planParts(bytes, { maxConcurrency: 250 })).toMatchObject({ parts, partSize: bytesOfPart });
});

test('copies up to about 190 MiB with one CopyObject', () => {
  expect(fitsCopyObject(190 * MIB, { maxConcurrency: 250 })).toBe(true);
  expect(fitsCopyObject(192 * MIB, { maxConcurrency: 250 })).toBe(false);
});

describe('whole waves', () => {
  test('copies 48.8 TiB with 250 workers in 40 waves', () => {
    expect(planParts(MAX_OBJECT_SIZE, { maxConcurrency: 250 })).toMatchObject({
      parts: 10_000,
      partSize: MAX_PART_SIZE,
    });
  });

  test('copies 1 TiB in whole waves, give or take one part', () => {
    const { parts } = planParts(TIB, { maxConcurrency: 250 });
    expect(Math.ceil(parts / 250) * 250 - parts).toBeLessThanOrEqual(5);
  });
});

describe('fitsCopyObject', () => {
  const automatic = { maxConcurrency: 250 };

  test.each([0, 1, MIN_PART_SIZE, 64 * MIB])('%d bytes: one CopyObject', (bytes) => {
    expect(fitsCopyObject(bytes, automatic)).toBe(true);
  });

  test.each([GIB, MAX_COPY_OBJECT_SIZE, MAX_COPY_OBJECT_SIZE + 1, MAX_OBJECT_SIZE])('%d bytes: parts', (bytes) => {
    expect(fitsCopyObject(bytes, automatic)).toBe(false);
  });

  test('accepts any size up to 5 GiB for a single worker, which parts do not make faster', () => {
    expect(fitsCopyObject(GIB, { maxConcurrency: 1 })).toBe(true);
  });

  test('rejects objects that are larger than the given part size', () => {
    expect(fitsCopyObject(16 * MIB, { ...automatic, partSize: 8 * MIB })).toBe(false);
    expect(fitsCopyObject(8 * MIB, { ...automatic, partSize: 8 * MIB })).toBe(true);
  });
});
