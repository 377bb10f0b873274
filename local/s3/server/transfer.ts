import { sleep } from '../base/clock';
import type { OperationContext } from '../operations/context';
import type { ResolvedOptions } from './options';

/** Spends the time that a transfer takes by the latency model, and what a fault adds. */
export function transferOf({ clock, latency }: ResolvedOptions): OperationContext['transfer'] {
  return (request, bytes) => sleep(clock, (latency?.delay(request.operation, bytes) ?? 0) + request.delayMilliseconds);
}
