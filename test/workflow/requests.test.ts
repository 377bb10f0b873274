import { copied } from './support';

const MIB = 1024 ** 2;
const PART = 8 * MIB;

const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

test.each([2, 40, 41, 1001])('a copy in %d parts asks S3 for its parts, five things more, and lists', async (parts) => {
  const report = await copied({ setup: { object: { size: `${parts * 8}MiB` } }, options: { partSize: PART } });
  const { ListParts, ...others } = report.requests;
  const { UploadPartCopy, ...besides } = others;
  expect(UploadPartCopy).toBe(parts);
  expect(sum(Object.values(besides))).toBeLessThanOrEqual(5);
  // CheckParts and Complete: pages of 1,000.
  expect(ListParts).toBe(2 * Math.ceil(parts / 1000));
});
