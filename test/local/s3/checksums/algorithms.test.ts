import * as fc from 'fast-check';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, createHasher } from '../../../../local/s3/checksums/algorithms';

async function digest(algorithm: ChecksumAlgorithm, pieces: readonly Uint8Array[]): Promise<string> {
  const hasher = await createHasher(algorithm);
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest().toString('hex');
}

describe('checksum algorithms', () => {
  // Published check values of "123456789", or of the empty text for the families that publish only that.
  it.each([
    ['CRC32', '123456789', 'cbf43926'],
    ['CRC32C', '123456789', 'e3069283'],
    ['CRC64NVME', '123456789', 'ae8b14860a799888'],
    ['SHA1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['MD5', 'abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['XXHASH64', '', 'ef46db3751d8e999'],
    ['XXHASH3', '', '2d06800538d394c2'],
    ['XXHASH128', '', '99aa06d3014798d86001c324468d497f'],
  ] as const)('%s of %j', async (algorithm, text, expected) => {
    expect(await digest(algorithm, [Buffer.from(text)])).toBe(expected);
  });

  it.each(CHECKSUM_ALGORITHMS)('%s does not depend on the split into chunks', async (algorithm) => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, async (cut) => {
        expect(await digest(algorithm, cut)).toBe(await digest(algorithm, [Buffer.concat(cut)]));
      }),
      { numRuns: 20 },
    );
  });
});
