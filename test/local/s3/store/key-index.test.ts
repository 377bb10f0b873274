import * as fc from 'fast-check';
import { compareKeys, KeyIndex } from '../../../../local/s3/store/key-index';

const key = fc.string({ unit: 'grapheme', maxLength: 6 });

describe('KeyIndex', () => {
  it('orders keys by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareKeys('\uffff', '\u{10000}')).toBeLessThan(0);
  });

  it('iterates over the entries in order', () => {
    const change = fc.record({ key, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change), key, (changes, from) => {
        const index = new KeyIndex<number>();
        const model = new Map<string, number>();
        changes.forEach((step, number) => {
          if (step.remove) {
            index.delete(step.key);
            model.delete(step.key);
          } else {
            index.set(step.key, number);
            model.set(step.key, number);
          }
        });
        const expected = [...model]
          .filter(([name]) => compareKeys(name, from) >= 0)
          .sort(([a], [b]) => compareKeys(a, b));
        expect([...index.from(from)]).toEqual(expected);
        expect(index.size).toBe(model.size);
      }),
    );
  });
});
