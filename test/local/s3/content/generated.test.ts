import * as fc from 'fast-check';
import { crcOf, loadCrcs } from '../../../../local/s3/checksums/algorithms';
import type { CrcName } from '../../../../local/s3/checksums/crc';
import { BLOCK_SIZE, GeneratedStream } from '../../../../local/s3/content/generated';

const NAMES: readonly CrcName[] = ['CRC32', 'CRC32C', 'CRC64NVME'];
const stream = new GeneratedStream('seed');

function bytes(offset: number, length: number): Buffer {
  const chunks: Buffer[] = [];
  for (let position = offset; position < offset + length;) {
    const chunk = stream.read(position, offset + length - position);
    chunks.push(chunk);
    position += chunk.length;
  }
  return Buffer.concat(chunks);
}

describe('generated content', () => {
  beforeAll(loadCrcs);

  it.each(NAMES)('has the correct %s for any range', (name) => {
    const blocks = 40 * BLOCK_SIZE;
    fc.assert(
      fc.property(fc.nat(blocks), fc.nat(blocks), (offset, length) => {
        expect(stream.crc(name, offset, length)).toBe(crcOf(name, bytes(offset, length)));
      }),
      { numRuns: 25 },
    );
  });

  it.each(NAMES)('has the correct %s far into the stream', (name) => {
    const far = 10_000 * 5 * 1024 ** 3 - 3 * BLOCK_SIZE - 7;
    for (const [offset, length] of [
      [far, 3 * BLOCK_SIZE],
      [2 ** 45 - BLOCK_SIZE, 2 * BLOCK_SIZE],
    ] as const) {
      expect(stream.crc(name, offset, length)).toBe(crcOf(name, bytes(offset, length)));
    }
  });

  it('differs between blocks and between seeds', () => {
    const blocks = [0, 1, 2, 256, 65_536].map((index) => bytes(index * BLOCK_SIZE, BLOCK_SIZE).toString('base64'));
    expect(new Set(blocks).size).toBe(blocks.length);
    expect(new GeneratedStream('other').read(0, 64)).not.toEqual(stream.read(0, 64));
    expect(new GeneratedStream('seed').read(0, 64)).toEqual(stream.read(0, 64));
  });

  it('has another CRC for a range at another offset', () => {
    const length = 8 * 1024 ** 2;
    const crcs = [0, length, 2 * length, 3 * length].map((offset) => stream.crc('CRC64NVME', offset, length));
    expect(new Set(crcs).size).toBe(crcs.length);
  });
});
