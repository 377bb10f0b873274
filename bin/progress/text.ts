import { formatSize } from '../../local/run/size';
import type { Snapshot } from './meter';

/** The amount in one line: `4.5 GiB of 10 GiB, 1.2 GiB/s, 0:05 left, 18 of 40 parts`. */
export function amountText({ bytes, rate, secondsLeft, parts, retries = 0 }: Snapshot): string {
  return [
    bytes && `${formatSize(bytes.done)} of ${formatSize(bytes.total)}`,
    rate !== undefined && `${formatSize(Math.round(rate))}/s`,
    secondsLeft !== undefined && `${formatTime(secondsLeft)} left`,
    parts && `${parts.done} of ${parts.total} parts`,
    parts && parts.failed > 0 && `${parts.failed} failed`,
    retries > 0 && `${retries} ${retries === 1 ? 'retry' : 'retries'}`,
  ]
    .filter((text) => typeof text === 'string')
    .join(', ');
}

/** `0:05`, `1:02:03`; the last second counts as one. */
export function formatTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

export interface LineParts {
  readonly title: string;
  readonly bar?: string;
  readonly percent?: string;
  /** Output of `amountText`. */
  readonly amount?: string;
  readonly state?: string;
}

/**
 * The parts in one line. In a narrow terminal, the numbers are kept, and the bar and the name of the state are omitted.
 */
export function progressLine({ title, bar, percent, amount, state }: LineParts, columns: number): string {
  const short = amount?.replaceAll(' of ', '/');
  const lines = [
    [title, bar, percent, amount, state],
    [title, percent, amount, state],
    [title, percent, short, state],
    [title, percent, short],
    [percent, short],
  ].map((parts) => parts.filter((part) => part !== undefined).join('  '));
  return lines.find((line) => line.length < columns) ?? lines.at(-1)!;
}
