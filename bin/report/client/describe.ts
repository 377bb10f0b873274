import { formatBytes, formatClock, formatDuration, formatRate, plural } from '../format';
import { OUTCOMES, type PageData } from '../page/page-data';
import type { ClientPart } from './data';

/** Describes a part. */
export function describePart(part: ClientPart, { startedAt }: PageData): string {
  const { number, index, lane, startMs, stopMs, outcome, bytes, tries, isCritical } = part;
  const name = number > 0 ? `Part ${number}` : `Part that started as number ${index + 1}`;
  const ms = stopMs - startMs;
  const speed =
    bytes > 0 && outcome === 'SUCCEEDED'
      ? `, ${formatBytes(bytes)} at ${formatRate((bytes / Math.max(1, ms)) * 1000)}`
      : '';
  return [
    `${name}, worker ${lane + 1}: ${outcome.toLowerCase().replace('_', ' ')}${outcome === 'RUNNING' ? ' for' : ' in'} ${formatDuration(ms)}${speed}.`,
    `+${formatDuration(startMs)} to +${formatDuration(stopMs)} (${formatClock(startedAt + startMs)} to ${formatClock(startedAt + stopMs)} UTC).`,
    ...triesText(tries),
    ...(isCritical ? ['On the critical path.'] : []),
  ].join(' ');
}

function triesText(tries: ClientPart['tries']): string[] {
  if (tries === undefined) return ['Its tries were not read.'];
  const failed = tries.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return [];
  const list = failed.map(
    ({ error, startMs, stopMs }) => `${error} after ${formatDuration((stopMs ?? startMs) - startMs)}`,
  );
  return [`${plural(tries.length, 'try')}: ${list.join(', ')}.`];
}

/** Describes a state. */
export function describeState(
  [name, startMs, stopMs, outcome]: PageData['states'][number],
  { startedAt }: PageData,
): string {
  const ended = OUTCOMES[outcome]!.toLowerCase().replace('_', ' ');
  return `State ${name}: ${ended}, ${formatDuration(stopMs - startMs)}. +${formatDuration(startMs)} to +${formatDuration(stopMs)} (${formatClock(startedAt + startMs)} to ${formatClock(startedAt + stopMs)} UTC).`;
}
