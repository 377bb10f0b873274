import * as fc from 'fast-check';
import { AwsChunkedDecoder } from '../../../../local/s3/http/aws-chunked';

function decode(pieces: readonly Uint8Array[]): { data: Buffer; trailers: ReadonlyMap<string, string> } {
  const decoder = new AwsChunkedDecoder(1);
  const data: Uint8Array[] = [];
  for (const piece of pieces) data.push(...decoder.decode(piece));
  decoder.end();
  return { data: Buffer.concat(data), trailers: decoder.trailers };
}

function encode(chunks: readonly Uint8Array[], signature: string, trailers: string): Buffer {
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`0${signature}\r\n${trailers}\r\n`)]);
}

describe('aws-chunked bodies', () => {
  it('are decoded for any split into packets', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 5 });
    fc.assert(
      fc.property(chunks, fc.array(fc.nat(400)), fc.boolean(), fc.boolean(), (data, cuts, signed, trailing) => {
        const trailers = trailing ? 'x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:f00\r\n' : '';
        const body = encode(data, signed ? `;chunk-signature=${'a'.repeat(64)}` : '', trailers);
        const ends = [...new Set(cuts)].filter((cut) => cut < body.length).sort((a, b) => a - b);
        const pieces = [...ends, body.length].map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
        const decoded = decode(pieces);
        expect(decoded.data).toEqual(Buffer.concat(data));
        expect(decoded.trailers.get('x-amz-checksum-crc32')).toBe(trailing ? 'AAAAAA==' : undefined);
      }),
    );
  });

  it('have a minimum chunk size, except for the last chunk', () => {
    const chunk = `2\r\nab\r\n`;
    expect(() => [...new AwsChunkedDecoder().decode(Buffer.from(`${chunk}0\r\n\r\n`))]).not.toThrow();
    expect(() => [...new AwsChunkedDecoder().decode(Buffer.from(`${chunk}${chunk}0\r\n\r\n`))]).toThrow(
      'InvalidChunkSizeError',
    );
  });

  it.each([
    '',
    '5\r\nab',
    '5\r\nabcde',
    '5\r\nabcde\r\n',
    'zz\r\n',
    '2\r\nabXX\r\n0\r\n\r\n',
    '-1\r\n',
    `${'f'.repeat(20)}\r\n`,
  ])('are refused if they are incomplete: %j', (text) => {
    expect(() => decode([Buffer.from(text)])).toThrow();
  });
});
