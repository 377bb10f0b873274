import { CHUNK_BYTES, sharedChunks } from '../../../../local/s3/base/chunks';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, createHasher } from '../../../../local/s3/checksums/algorithms';
import { backgroundLoad } from '../../../../local/s3/checksums/background';
import { DigestStream, type Sink } from '../../../../local/s3/checksums/digest-stream';
import { until } from '../clients';

async function expected(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  const hasher = await createHasher(algorithm);
  hasher.update(bytes);
  return hasher.digest().toString('hex');
}

/** Bytes that are nowhere the same, so that no two chunks can be mistaken for each other. */
function content(size: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index + seed, 0x9e3779b1);
  return Buffer.from(words.buffer, 0, size);
}

async function write(stream: DigestStream, bytes: Buffer, pieceBytes: number): Promise<void> {
  for (let position = 0; position < bytes.length; position += pieceBytes) {
    await stream.write(bytes.subarray(position, position + pieceBytes));
  }
}

/** Keeps copies, after a while: until then the memory must stay as it is. */
function slowSink(taken: Buffer[]): Sink {
  return async (chunk) => {
    await new Promise(setImmediate);
    taken.push(Buffer.from(chunk));
  };
}

describe('a digest stream', () => {
  it('processes a single chunk without a thread', async () => {
    for (const size of [0, 1, 1000, CHUNK_BYTES]) {
      const bytes = content(size, size);
      const taken: Buffer[] = [];
      const stream = new DigestStream(['MD5', 'CRC64NVME'], slowSink(taken));
      await write(stream, bytes, 60_000);
      const digests = await stream.end();
      expect(digests.get('MD5')?.toString('hex')).toBe(await expected('MD5', bytes));
      expect(digests.get('CRC64NVME')?.toString('hex')).toBe(await expected('CRC64NVME', bytes));
      expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    }
    expect(backgroundLoad()).toEqual({ threads: 0, digests: 0 });
    expect(sharedChunks()).toEqual({ inUse: 0, kept: 0 });
  });

  it('computes every algorithm of several large contents at once, and passes all bytes on in order', async () => {
    const sizes = [CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES - 1, 5 * CHUNK_BYTES + 7, 7 * CHUNK_BYTES + 4321];
    await Promise.all(
      sizes.map(async (size, index) => {
        const bytes = content(size, index);
        const taken: Buffer[] = [];
        const stream = new DigestStream(CHECKSUM_ALGORITHMS, slowSink(taken));
        await write(stream, bytes, 60_000 + index * 997_001);
        const digests = await stream.end();
        for (const algorithm of CHECKSUM_ALGORITHMS) {
          expect([algorithm, digests.get(algorithm)?.toString('hex')]).toEqual([
            algorithm,
            await expected(algorithm, bytes),
          ]);
        }
        expect(Buffer.concat(taken).equals(bytes)).toBe(true);
      }),
    );
    expect(backgroundLoad().digests).toBe(0);
    expect(sharedChunks().inUse).toBe(0);
  });

  it('limits and reuses memory', async () => {
    const release: (() => void)[] = [];
    const stream = new DigestStream(['MD5'], () => new Promise((resolve) => release.push(resolve)));
    const bytes = content(CHUNK_BYTES, 1);
    let written = 0;
    let wait: Promise<void> | undefined;
    while (wait === undefined && written < 50) {
      wait = stream.write(bytes);
      written++;
    }
    expect(written).toBeLessThan(10);
    expect(sharedChunks().inUse).toBeLessThan(10);
    const ended = Promise.resolve(wait).then(() => stream.end());
    let done = false;
    void ended.finally(() => (done = true));
    await until(() => {
      release.splice(0).forEach((resolve) => resolve());
      return done;
    });
    await ended;
    expect(sharedChunks().inUse).toBe(0);
  });

  it('shares a limited amount of memory among many', async () => {
    const bytes = content(6 * CHUNK_BYTES, 1);
    let most = 0;
    const one = async (): Promise<void> => {
      const stream = new DigestStream(['MD5', 'CRC64NVME'], async () => {
        most = Math.max(most, sharedChunks().inUse);
        await new Promise(setImmediate);
      });
      await write(stream, bytes, 500_000);
      await stream.end();
    };
    await Promise.all(Array.from({ length: 20 }, one));
    expect(most).toBeLessThanOrEqual(24 + 2 * 20);
    expect(sharedChunks().inUse).toBe(0);
  });

  it('releases memory and threads if it is aborted', async () => {
    const taken: Buffer[] = [];
    const stream = new DigestStream(['MD5', 'CRC64NVME', 'CRC32'], slowSink(taken));
    await write(stream, content(4 * CHUNK_BYTES + 5, 1), 100_000);
    await stream.abort();
    const passed = taken.length;
    expect(sharedChunks().inUse).toBe(0);
    expect(backgroundLoad().digests).toBe(0);
    await new Promise(setImmediate);
    expect(taken).toHaveLength(passed);
  });

  it('fails with the error of its sink and passes no further bytes on', async () => {
    let calls = 0;
    const stream = new DigestStream(['MD5'], () => {
      calls++;
      throw new Error('the disk is full');
    });
    const writing = write(stream, content(20 * CHUNK_BYTES, 1), CHUNK_BYTES).then(() => stream.end());
    await expect(writing).rejects.toThrow('the disk is full');
    await stream.abort();
    expect(calls).toBeLessThan(20);
    expect(sharedChunks().inUse).toBe(0);
    expect(backgroundLoad().digests).toBe(0);
  });
});
