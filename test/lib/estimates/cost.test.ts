import { costOf, type CopyUsage } from '../../../lib/private/estimates/cost';
import * as prices from '../../../lib/private/estimates/prices';

const USAGE: CopyUsage = {
  s3Requests: { UploadPartCopy: 10_000, CreateMultipartUpload: 1, CompleteMultipartUpload: 1, HeadObject: 10 },
  storageClass: 'STANDARD',
  stateTransitions: 30_000,
  lambdaRequests: 10_004,
  lambdaGBSeconds: 170_000,
  architecture: 'arm64',
};

test('adds up list prices by service', () => {
  const { costUSD } = costOf(USAGE);
  expect(costUSD.s3).toBeCloseTo((10_002 * 0.005) / 1000 + (10 * 0.0004) / 1000, 10);
  expect(costUSD.stepFunctions).toBeCloseTo(0.75, 10);
  expect(costUSD.lambda).toBeCloseTo(170_000 * 0.000_013_333_4 + (10_004 * 0.2) / 1_000_000, 10);
  expect(costUSD.kms).toBe(0);
  expect(costUSD.transfer).toBe(0);
  const { total, ...services } = costUSD;
  expect(total).toBeCloseTo(
    Object.values(services).reduce((sum, usd) => sum + usd, 0),
    12,
  );
});

test('bills parts of an upload to GLACIER as STANDARD, and only its completion as GLACIER', () => {
  const { lines } = costOf({ ...USAGE, storageClass: 'GLACIER' });
  const usd = (item: string) => lines.find((line) => line.item === item)?.usd;
  expect(usd('UploadPartCopy')).toBeCloseTo(0.05, 10);
  expect(usd('CompleteMultipartUpload')).toBeCloseTo(0.03 / 1000, 10);
});

test('names what has no price instead of taking another', () => {
  const { lines, costUSD } = costOf({ ...USAGE, storageClass: 'EXPRESS_ONEZONE' });
  const copies = lines.find(({ item }) => item === 'UploadPartCopy');
  expect(copies).toEqual({ service: 's3', item: 'UploadPartCopy', quantity: 10_000, usd: 0 });
  expect(costUSD.s3).toBeCloseTo((10 * 0.0004) / 1000, 12);
});

test('does not charge for what S3 does not charge for', () => {
  const { lines } = costOf({ ...USAGE, s3Requests: { AbortMultipartUpload: 3 } });
  expect(lines.filter(({ service }) => service === 's3')).toEqual([]);
});

test('adds KMS requests and transfer where there are any', () => {
  const { costUSD } = costOf({ ...USAGE, kmsRequests: 20_000, transferredBytes: 100 * 1024 ** 3 });
  expect(costUSD.kms).toBeCloseTo(0.06, 10);
  expect(costUSD.transfer).toBeCloseTo(2, 10);
});

test('every price has a date, a Region and a source', () => {
  expect(prices.PRICE_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(prices.PRICE_REGION).toBe('us-east-1');
  const isPrice = (value: any): value is prices.ListPrice => value.usd !== undefined;
  const pricesIn = (value: any): any[] =>
    isPrice(value) ? [value] : typeof value === 'object' ? Object.values(value as object).flatMap(pricesIn) : [];
  const all = [...Object.values(prices).flatMap(pricesIn), prices.transferPrice('eu-west-1')!];
  expect(all.length).toBeGreaterThan(10);
  for (const price of all) {
    expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\//);
    expect(price.usd).toBeGreaterThanOrEqual(0);
    expect(price.per).toBeGreaterThan(0);
  }
});
