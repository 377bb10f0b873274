import { crc32 } from 'node:zlib';
import { combinedChecksum } from '../../../lambda/shared/parts/combined-checksum';
import { Harness, MIB } from '../harness';

function part(bytes: Buffer) {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return { checksum: checksum.toString('base64'), size: bytes.length };
}

test.each([
  ['one part', [9]],
  ['equal parts', [4, 4, 4]],
  ['uneven parts', [1, 100, 7, 3]],
  ['an empty part', [5, 0, 3]],
])('the CRC32 of %s is that of the bytes', (_, sizes) => {
  const parts = sizes.map((size, index) =>
    Buffer.from(`${index}some bytes that do not repeat `.repeat(9)).subarray(0, size),
  );
  expect(combinedChecksum('CRC32', parts.map(part))).toBe(part(Buffer.concat(parts)).checksum);
});

test('checksums that are no CRC cannot be combined', () => {
  expect(combinedChecksum('SHA256', [])).toBeUndefined();
});

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

test.each(['CRC64NVME', 'CRC32C', 'CRC32'])(
  'the %s of the parts is that of the object, before there is one',
  async (checksumAlgorithm) => {
    harness.server.putGenerated({ bucket: 'raw', key: 'in/object.bin', size: 12 * MIB + 1 });
    const options = { partSize: 5 * MIB, checksumAlgorithm };
    const begun = await harness.begin(await harness.planParts({ source: 's3://raw/in/object.bin', options }));
    for (const partNumber of begun.partNumbers) await harness.copyPart(begun, partNumber);
    const { expected } = await harness.checkParts(begun);
    const made = await harness.verify(await harness.completeUpload({ ...begun, expected }));
    expect(made.checksums).toEqual({ [checksumAlgorithm]: expected.checksum!.value });
    expect(made.destination.etag).toBe(expected.etag);
  },
);

test('10,000 parts take seconds at most', () => {
  const parts = Array.from({ length: 10_000 }, (_, index) => ({
    checksum: `${index}`.padStart(11, 'A') + '=',
    size: 5 * MIB,
  }));
  const used = process.cpuUsage();
  combinedChecksum('CRC64NVME', parts);
  expect(process.cpuUsage(used).user).toBeLessThan(5_000_000);
});
