import { copied } from './support';

const MIB = 1024 ** 2;
const PART = 8 * MIB;

const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

test.each([
  [2, 'without versions', {}],
  [40, 'with versions', { source: { versioned: true }, destination: { versioned: true } }],
  [41, 'without versions', {}],
  [1001, 'with versions', { source: { versioned: true }, destination: { versioned: true } }],
])('a copy in %d parts, %s, asks S3 for its parts, five things more, and lists', async (parts, _, buckets) => {
  const setup = { object: { size: `${parts * 8}MiB` } };
  const report = await copied({ ...buckets, setup, options: { partSize: PART } });
  const { ListParts, ...others } = report.requests;
  const { UploadPartCopy, ...besides } = others;
  expect(UploadPartCopy).toBe(parts);
  expect(sum(Object.values(besides))).toBeLessThanOrEqual(5);
  // CheckParts and Complete: pages of 1,000.
  expect(ListParts).toBe(2 * Math.ceil(parts / 1000));
});
