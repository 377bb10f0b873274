import type { TimeWindow } from '../../lib/private/protocol';

/** How long a request that timed out may still take effect, in milliseconds. AWS documents no limit; this is long for a call without data. */
export const LATE_REQUEST_MS = 60_000;

/** S3's dates have no fractions of seconds, and those of its servers may differ a little. */
const TOLERANCE_MS = 1_000;

/** A window that ends with an answer of S3. Only the duration is measured here, so the clock of the worker does not matter. */
export function windowBefore(answeredAt: Date, milliseconds: number): TimeWindow {
  return { from: new Date(answeredAt.getTime() - milliseconds).toISOString(), to: answeredAt.toISOString() };
}

export function isWithin(date: Date, { from, to }: TimeWindow): boolean {
  const earliest = Math.floor(Date.parse(from) / 1000) * 1000 - TOLERANCE_MS;
  return date.getTime() >= earliest && date.getTime() <= Date.parse(to) + TOLERANCE_MS;
}
