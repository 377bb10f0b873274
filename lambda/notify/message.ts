import type { CopyEventDetail, EventObject } from '../../lib/private/protocol/notifications';
import { describeObject } from '../shared/describe-object';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Describes the outcome for people, in one line. */
export function toMessage(detail: Omit<CopyEventDetail, 'message'>): string {
  const { source, destination, execution } = detail;
  const from = source === undefined ? 'an object' : describe(source);
  const to = destination === undefined ? '' : ` to ${describe(destination)}`;
  return visible(`${outcome(detail, from, to)} Execution ${execution.name}: ${execution.console}`);
}

function outcome(detail: Omit<CopyEventDetail, 'message'>, from: string, to: string): string {
  const after = `after ${seconds(detail.durationSeconds)}`;
  const error = detail.error === undefined ? '' : `: ${detail.error}`;
  const because = `${error}${detail.cause ? `: ${detail.cause}` : ''}`.replace(/\.?$/, '.');
  switch (detail.status) {
    case 'COPIED':
      return `Copied ${from}${to}: ${amount(detail)} in ${seconds(detail.durationSeconds)}.${proof(detail)}`;
    case 'SKIPPED':
      return `Did not copy ${from}${to}: ${detail.reason}.`;
    case 'ABORTED':
      return `The copy of ${from}${to} was stopped ${after}${because}`;
    case 'TIMED_OUT':
      return `The copy of ${from}${to} timed out ${after}${because}`;
    case 'FAILED':
      return `The copy of ${from}${to} failed ${after}${because}`;
  }
}

function amount({ destination, parts = 1, reusedParts = 0 }: Omit<CopyEventDetail, 'message'>): string {
  const reused = reusedParts > 0 ? `, ${reusedParts} of them by an earlier execution` : '';
  return `${bytes(destination?.size ?? 0)}${parts > 1 ? ` in ${parts} parts${reused}` : ''}`;
}

function proof({ integrity }: Omit<CopyEventDetail, 'message'>): string {
  if (integrity === undefined) return '';
  const { verifiedBy, algorithm, checksum } = integrity;
  if (verifiedBy === 'size') return ' Only the sizes could be compared.';
  return ` Proven equal by ${verifiedBy.replaceAll('-', ' ')}${checksum === '' ? '' : ` (${algorithm} ${checksum})`}.`;
}

function describe({ bucket, key, versionId }: EventObject): string {
  return describeObject({ bucket, key, versionId });
}

function bytes(count: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, count)) / 10)));
  const value = count / 1024 ** unit;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

function seconds(count: number): string {
  if (count < 120) return `${Math.round(count)} s`;
  return count < 7200 ? `${Math.round(count / 60)} min` : `${(count / 3600).toFixed(1)} h`;
}

/** Escapes line breaks, and characters that change the direction of text: a key could imitate other parts of the message with them. */
function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
