import { planParts } from '../../../lambda/plan/parts/part-plan';
import { type CopyEstimate, estimateCopy, type EstimateFacts } from '../../../lib/private/estimates/estimate';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

function estimate(size: number, facts: Partial<EstimateFacts> = {}, maxConcurrency = 250): CopyEstimate {
  return estimateCopy({
    bytes: size,
    plan: planParts(size, { maxConcurrency }),
    planRequests: { GetObjectTagging: 1 },
    kmsKeys: 0,
    ...facts,
  });
}

test('has what the contract of mpcopy plan --json names', () => {
  const zero = expect.any(Number) as number;
  expect(estimate(TIB)).toMatchObject({
    strategy: 'COPY_PARTS',
    parts: zero,
    partSize: zero,
    estimatedSeconds: zero,
    requests: { UploadPartCopy: zero },
    stateTransitions: zero,
    lambdaGBSeconds: zero,
    costUSD: { s3: zero, stepFunctions: zero, lambda: zero, kms: 0, transfer: 0, total: zero },
  });
});

test('adds up the costs', () => {
  const { total, ...services } = estimate(TIB, { kmsKeys: 2, regions: { from: 'us-east-1', to: 'eu-west-1' } }).costUSD;
  const sum = Object.values(services).reduce((all, usd) => all + usd, 0);
  expect(total).toBeCloseTo(sum, 10);
  for (const usd of Object.values(services)) expect(usd).toBeGreaterThan(0);
});

test('one CopyObject is one request, five states and no Map', () => {
  const planned = estimate(100 * MIB, { plan: undefined, planRequests: {} });
  expect(planned).toMatchObject({ strategy: 'COPY_OBJECT', parts: 1, partSize: 100 * MIB, concurrency: 1, waves: 1 });
  expect(planned.requests).toEqual({ HeadObject: 2, CopyObject: 1 });
  expect(planned.stateTransitions).toBe(5);
  expect(planned).not.toHaveProperty('mapType');
});

test('lists parts in pages of 1,000, twice', () => {
  expect(estimate(48 * TIB, {}, 1000).requests).toMatchObject({ ListParts: 2 * 10 });
});

test('asks for the range of each part of a source with parts of its own', () => {
  const plan = { ...planParts(10 * GIB, { maxConcurrency: 250 }), boundaries: 'SOURCE' as const };
  expect(estimate(10 * GIB, { plan }).requests.HeadObject).toBe(3 + plan.parts);
});

test('fewer concurrent Lambda executions make it slower, and more waves', () => {
  const all = estimate(TIB);
  const few = estimate(TIB, { lambdaConcurrency: 10 });
  expect(few).toMatchObject({ concurrency: 10, waves: 25, requests: all.requests });
  expect(few.estimatedSeconds).toBeGreaterThan(20 * all.estimatedSeconds);
  // The same parts take the same seconds of Lambda.
  expect(few.lambdaGBSeconds).toBe(all.lambdaGBSeconds);
});

test('an inline Map runs 40 parts at once', () => {
  expect(estimate(10 * GIB)).toMatchObject({ mapType: 'INLINE', parts: 40, concurrency: 40, waves: 1 });
});

describe('limits', () => {
  const limit = (name: string, planned: CopyEstimate) => planned.limits.find((each) => each.name === name)!;

  test('new accounts have fewer concurrent executions than parts run at once', () => {
    const { isNear, used, note } = limit('concurrent Lambda executions', estimate(TIB));
    expect({ isNear, used }).toEqual({ isNear: true, used: 250 });
    expect(note).toMatch(/10 to 50 in new accounts.*With 10, this copy takes about 1,\d{3} seconds/);
    expect(limit('concurrent Lambda executions', estimate(GIB, {}, 8)).isNear).toBe(false);
  });

  test('the largest object uses all of its parts and bytes', () => {
    const largest = estimate(10_000 * 5 * GIB);
    expect(limit('parts', largest)).toMatchObject({ used: 10_000, limit: 10_000, isNear: true });
    expect(limit('bytes of the object', largest).isNear).toBe(true);
    expect(limit('seconds of the largest part', largest)).toMatchObject({ isNear: false, limit: 900 });
  });

  test('events of the history are counted', () => {
    expect(limit('events in the history', estimate(10 * GIB)).used).toBeGreaterThan(280);
    expect(limit('events in the history', estimate(10 * GIB)).limit).toBe(25_000);
  });
});

describe('where more than requests is charged', () => {
  test('transfer has the price of the Region that the bytes leave', () => {
    const usd = (from: string) => estimate(TIB, { regions: { from, to: 'eu-west-1' } }).costUSD.transfer;
    expect(usd('us-east-1')).toBeCloseTo(1024 * 0.02, 6);
    expect(usd('sa-east-1')).toBeCloseTo(1024 * 0.138, 6);
    const unknown = estimate(TIB, { regions: { from: 'xx-west-1', to: 'eu-west-1' } });
    expect(unknown.costUSD.transfer).toBe(0);
    expect(unknown.assumptions).toContainEqual(expect.stringMatching(/^No price is known for: GB between Regions/));
  });

  test('a part is half as fast between Regions', () => {
    const far = estimate(TIB, { regions: { from: 'us-east-1', to: 'eu-west-1' } });
    expect(far.estimatedSeconds).toBeGreaterThan(1.5 * estimate(TIB).estimatedSeconds);
  });

  test('Infrequent Access and Glacier Instant Retrieval charge for reading', () => {
    const { costUSD, retrievedBytes } = estimate(TIB, { sourceStorageClass: 'GLACIER_IR' });
    expect(costUSD.s3 - estimate(TIB).costUSD.s3).toBeCloseTo(1024 * 0.03, 6);
    expect(retrievedBytes).toBe(TIB);
    expect(estimate(TIB).retrievedBytes).toBe(0);
  });

  test('a restore is charged by tier', () => {
    const restored = (restoreTier: string) =>
      estimate(TIB, { sourceStorageClass: 'DEEP_ARCHIVE', restoreTier }).costUSD.s3 - estimate(TIB).costUSD.s3;
    expect(restored('Standard')).toBeGreaterThan(restored('Bulk'));
    expect(restored('Bulk')).toBeGreaterThan(2);
  });

  test('KMS is asked for each part and key', () => {
    const { parts, kmsRequests } = estimate(TIB, { kmsKeys: 2 });
    expect(kmsRequests).toBe(2 * (parts + 2));
  });
});
