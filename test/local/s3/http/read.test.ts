import { letGo } from '../../../../local/s3/http/read';

describe('memory of received bytes', () => {
  it('is freed at once where it is all theirs', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * 1024);
    letGo(bytes);
    expect(bytes.length).toBe(0);
  });

  it('is left alone where others may use it', () => {
    const memory = Buffer.alloc(64 * 1024, 7);
    letGo(memory.subarray(0, 32 * 1024));
    letGo(memory.subarray(1));
    const small = Buffer.from('a piece of a pool');
    letGo(small);
    const shared = Buffer.from(new SharedArrayBuffer(64 * 1024));
    letGo(shared);
    expect([memory.length, memory[65_535], small.toString(), shared.length]).toEqual([
      65_536,
      7,
      'a piece of a pool',
      65_536,
    ]);
  });
});
