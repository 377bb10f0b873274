import { sleep } from '../base/clock';
import type { OperationContext } from '../operations/context';
import type { ResolvedOptions } from './options';

/** Waits for the latency of a transfer, plus the delay of a fault. */
export function transferOf({ clock, latency }: ResolvedOptions): OperationContext['transfer'] {
  return (request, bytes) => sleep(clock, (latency?.delay(request.operation, bytes) ?? 0) + request.delayMilliseconds);
}
