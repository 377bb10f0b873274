import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock';
import { nodeErrorCode } from '../base/node-errors';
import { s3Error } from '../errors/s3-error';

/** How long a client may be silent within a body. */
export interface IdleLimit {
  readonly clock: Clock;
  readonly milliseconds: number;
}

/** Takes bytes of a body. A promise asks to wait before more is read. */
export type Take = (bytes: Uint8Array) => Promise<void> | undefined;

/**
 * Reads a request's body to its end. The events of the stream are used as they are: its iterator would join what has come in, byte
 * by byte.
 * @throws IncompleteBody when the client goes, RequestTimeout when it is silent for too long, and whatever `take` throws.
 */
export async function readRequest(request: IncomingMessage, take: Take, idle: IdleLimit): Promise<void> {
  if (request.readableEnded) return;
  if (request.destroyed) throw s3Error('IncompleteBody');
  let ended: (error?: unknown) => void = () => undefined;
  const end = new Promise<unknown>((resolve) => (ended = resolve));
  const watch = new IdleWatch(idle, () => ended(s3Error('RequestTimeout')));

  const onData = (bytes: Uint8Array): void => {
    watch.restart();
    try {
      const wait = take(bytes);
      if (wait === undefined) return;
      request.pause();
      watch.pause();
      wait.then(() => {
        watch.restart();
        request.resume();
      }, ended);
    } catch (error) {
      ended(error);
    }
  };
  const onEnd = (): void => ended();
  const onClose = (): void => ended(s3Error('IncompleteBody'));
  const onError = (error: unknown): void =>
    ended(nodeErrorCode(error) === 'ECONNRESET' ? s3Error('IncompleteBody') : error);
  request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
  const failure = await end;
  request.off('data', onData).off('end', onEnd).off('close', onClose);
  watch.stop();
  // What still comes of the connection's end is told already.
  request.off('error', onError).on('error', () => undefined);
  if (failure !== undefined) throw failure as Error;
}

/** Smaller memory may be a piece of a pool that others use too. */
const MIN_LET_GO = 16 * 1024;

/**
 * Frees the memory of bytes that came from the connection and are not looked at any more. The collector would do so too, but only
 * after it has gone through everything else, again and again: large uploads kept it busier than they kept the network.
 */
export function letGo(bytes: Uint8Array): void {
  const memory = bytes.buffer;
  if (bytes.length < MIN_LET_GO || bytes.length !== memory.byteLength) return;
  if (memory instanceof ArrayBuffer && 'transfer' in memory) memory.transfer(0);
}

/** Notices a client that is silent for longer than the limit. Activity is only noted: no timer is set anew for each chunk. */
class IdleWatch {
  private lastActivity: number;
  private paused = false;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly limit: IdleLimit,
    private readonly onIdle: () => void,
  ) {
    this.lastActivity = limit.clock.now();
    this.checkIn(limit.milliseconds);
  }

  /** While the server is the slow side, the client may be silent. */
  pause(): void {
    this.paused = true;
  }

  restart(): void {
    this.paused = false;
    this.lastActivity = this.limit.clock.now();
  }

  stop(): void {
    this.cancel?.();
  }

  private checkIn(milliseconds: number): void {
    this.cancel = this.limit.clock.schedule(milliseconds, () => this.check());
  }

  private check(): void {
    const left = this.lastActivity + this.limit.milliseconds - this.limit.clock.now();
    if (this.paused) this.checkIn(this.limit.milliseconds);
    else if (left > 0) this.checkIn(left);
    else this.onIdle();
  }
}
