import { createHash } from 'node:crypto';
import { compositeChecksum } from '../../../lambda/shared/parts/composite-checksum';
import { CHECKSUM_ALGORITHMS } from '../../../lib/private/protocol';

test('is the checksum over the checksums, and their number', async () => {
  const digests = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const expected = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
  const values = digests.map((digest) => digest.toString('base64'));
  await expect(compositeChecksum('SHA256', values)).resolves.toBe(`${expected}-2`);
});

// An answer of Amazon S3: three parts, of which the first two are equal.
test.each([['CRC32C', ['2/Ckiw==', '2/Ckiw==', '5yZkMA=='], 'XF5+4A==-3']] as const)(
  'is what S3 answers for %s',
  async (algorithm, values, expected) => {
    await expect(compositeChecksum(algorithm, [...values])).resolves.toBe(expected);
  },
);

test.each(CHECKSUM_ALGORITHMS)('computes %s', async (algorithm) => {
  await expect(compositeChecksum(algorithm, ['AAAA'])).resolves.toMatch(/^[A-Za-z0-9+/=]+-1$/);
});
