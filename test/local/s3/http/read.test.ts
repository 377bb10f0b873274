import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { releaseMemory, readRequest } from '../../../../local/s3/http/read';
import { ManualClock } from '../manual-clock';

describe('memory of received bytes', () => {
  it('is freed at once if nothing else uses it', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * 1024);
    releaseMemory(bytes);
    expect(bytes.length).toBe(0);
  });

  it('is kept if other buffers may share it', () => {
    const memory = Buffer.alloc(64 * 1024, 7);
    releaseMemory(memory.subarray(0, 32 * 1024));
    releaseMemory(memory.subarray(1));
    const small = Buffer.from('a piece of a pool');
    releaseMemory(small);
    const shared = Buffer.from(new SharedArrayBuffer(64 * 1024));
    releaseMemory(shared);
    expect([memory.length, memory[65_535], small.toString(), shared.length]).toEqual([
      65_536,
      7,
      'a piece of a pool',
      65_536,
    ]);
  });
});

describe('a client that pauses within a body', () => {
  const clock = new ManualClock();
  let body: PassThrough;
  let taken: (() => void)[];
  let outcome: Promise<string>;

  /** Reads a body; `take` waits for the test if it is told so. */
  function read(waits: boolean): void {
    body = new PassThrough();
    taken = [];
    const take = (): Promise<void> | undefined =>
      waits ? new Promise<void>((resolve) => taken.push(resolve)) : undefined;
    outcome = readRequest(body as unknown as IncomingMessage, take, { clock, milliseconds: 20_000 }).then(
      () => 'read',
      (error: { code: string }) => error.code,
    );
  }

  async function send(text: string): Promise<void> {
    const arrived = once(body, 'data');
    body.write(text);
    await arrived;
  }

  it('times out after the limit, measured from its last bytes', async () => {
    read(false);
    await send('a');
    clock.advance(19_999);
    await send('b');
    clock.advance(19_999);
    await send('c');
    clock.advance(20_000);
    expect(await outcome).toBe('RequestTimeout');
  });

  it('does not time out while the server is not reading', async () => {
    read(true);
    await send('a');
    clock.advance(60_000);
    taken[0]?.();
    body.end();
    expect(await outcome).toBe('read');
  });
});
