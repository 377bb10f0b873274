import * as fc from 'fast-check';
import { contentRange, parseCopyRange, parseReadRange } from '../../../../local/s3/rules/ranges';

const code = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the Range of a read', () => {
  it.each([
    ['bytes=0-0', { offset: 0, length: 1 }],
    ['bytes=2-', { offset: 2, length: 8 }],
    ['bytes=2-100', { offset: 2, length: 8 }],
    ['bytes=-3', { offset: 7, length: 3 }],
    ['bytes=-100', { offset: 0, length: 10 }],
    ['bytes=5-2', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-1', undefined],
    ['bytes=-', undefined],
    [undefined, undefined],
  ])('%s of 10 bytes', (header, range) => {
    expect(parseReadRange(header, 10)).toEqual(range);
  });

  it.each([
    ['bytes=10-', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ])('%s of %d bytes is not satisfiable', (header, size) => {
    expect(code(() => parseReadRange(header, size))).toBe('InvalidRange');
  });

  it('always lies within the object', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 100 }), (first, last, size) => {
        fc.pre(first <= last && first < size);
        const range = parseReadRange(`bytes=${first}-${last}`, size);
        expect(range).toEqual({ offset: first, length: Math.min(last, size - 1) - first + 1 });
      }),
    );
  });

  it('is returned in Content-Range', () => {
    expect(contentRange({ offset: 2, length: 3 }, 10)).toBe('bytes 2-4/10');
  });
});

describe('the range of a part copy', () => {
  it('is never clipped', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.nat(100), (first, last, size) => {
        const work = () => parseCopyRange(`bytes=${first}-${last}`, size);
        if (first <= last && last < size) expect(work()).toEqual({ offset: first, length: last - first + 1 });
        else expect(code(work)).toBe(first <= last && first >= size ? 'InvalidRequest' : 'InvalidArgument');
      }),
    );
  });

  it.each(['bytes=0-', 'bytes=-1', '0-1', 'bytes=a-b', 'bytes=0-1,2-3', ''])('%s is refused', (header) => {
    expect(code(() => parseCopyRange(header, 10))).toBe('InvalidArgument');
  });
});
