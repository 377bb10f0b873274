import * as fc from 'fast-check';
import { concat, type Content, identity, sizeOf, slice } from '../../../../local/s3/content/extents';

/** Bytes of a content, as the names of their origin: equal exactly when the content is. */
function origins(content: Content): string[] {
  return content.flatMap((extent) =>
    Array.from({ length: extent.length }, (_, index) => {
      const stream = 'seed' in extent ? `s${extent.seed}` : `b${extent.blob}`;
      return `${stream}@${extent.offset + index}`;
    }),
  );
}

const extent = fc.record({
  name: fc.constantFrom('x', 'y'),
  seed: fc.boolean(),
  offset: fc.nat(30),
  length: fc.nat(10),
});
const content = fc
  .array(extent, { maxLength: 6 })
  .map((list) =>
    concat(
      list.map(({ name, seed, offset, length }) => [
        seed ? { seed: name, offset, length } : { blob: name, offset, length },
      ]),
    ),
  );

describe('extents', () => {
  it('can be sliced and joined like bytes', () => {
    fc.assert(
      fc.property(content, fc.nat(60), fc.nat(60), (whole, a, b) => {
        const size = sizeOf(whole);
        const from = Math.min(a, size);
        const length = Math.min(b, size - from);
        expect(origins(slice(whole, from, length))).toEqual(origins(whole).slice(from, from + length));
        const parts = [slice(whole, 0, from), slice(whole, from, length), slice(whole, from + length, size)];
        expect(identity(concat(parts))).toBe(identity(whole));
      }),
    );
  });

  it('have the same identity if and only if they are the same ranges of the same streams', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(identity(a) === identity(b)).toBe(origins(a).join() === origins(b).join());
      }),
    );
  });

  it('have distinct identities for seeds that look like identities', () => {
    expect(identity([{ seed: 'a:0+1 generated:b', offset: 0, length: 1 }])).not.toBe(
      identity([
        { seed: 'a', offset: 0, length: 1 },
        { seed: 'b', offset: 0, length: 1 },
      ]),
    );
  });
});
