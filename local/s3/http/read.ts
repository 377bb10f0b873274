import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock';
import { nodeErrorCode } from '../base/node-errors';
import { s3Error } from '../errors/s3-error';

/** How long a client may pause within a body. */
export interface IdleLimit {
  readonly clock: Clock;
  readonly milliseconds: number;
}

/** Processes bytes of a body. If it returns a promise, reading pauses until the promise resolves. */
export type Take = (bytes: Uint8Array) => Promise<void> | undefined;

/**
 * Reads the body of a request. Uses stream events, because the async iterator of the stream copies and joins chunks.
 * @throws IncompleteBody if the client disconnects, RequestTimeout if it pauses for too long, and errors of `take`
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
  // Ignore later errors of the connection; its end has been reported.
  request.off('error', onError).on('error', () => undefined);
  if (failure !== undefined) throw failure as Error;
}

/** Smaller buffers may share the memory of a pool. */
const MIN_RELEASE_BYTES = 16 * 1024;

/**
 * Frees the memory of a buffer that was received from the connection and is no longer used. Without this, large uploads spend more time
 * in the garbage collector than on the network.
 */
export function releaseMemory(bytes: Uint8Array): void {
  const memory = bytes.buffer;
  if (bytes.length < MIN_RELEASE_BYTES || bytes.length !== memory.byteLength) return;
  if (memory instanceof ArrayBuffer && 'transfer' in memory) memory.transfer(0);
}

/** Detects a client that pauses for longer than the limit. Activity does not restart the timer, which would cost time for each chunk. */
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

  /** Suspends the limit while the server is not reading. */
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
