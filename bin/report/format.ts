/*
 * Formats numbers, times and texts for people. The page and its script both use this module.
 */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `512 B`, `1.5 KiB`, `48.8 TiB`: three significant digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : significant(value)} ${BYTE_UNITS[unit]}`;
}

/** Bytes per second. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `850 ms`, `12.3 s`, `3 min 05 s`, `1 h 02 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0
    ? `${hours} h ${twoDigits(minutes)} min ${twoDigits(rest)} s`
    : `${minutes} min ${twoDigits(rest)} s`;
}

/** `2026-11-20 08:15:00.250 UTC` @param time milliseconds since 1970 */
export function formatTime(time: number): string {
  return `${new Date(time).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `08:15:00.250`, in UTC. */
export function formatClock(time: number): string {
  return new Date(time).toISOString().slice(11, -1);
}

/** `10,000` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `1 part`, `2 parts`, `3 tries` */
export function plural(count: number, noun: string): string {
  const many = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** `$0.0032`, `$2.27`: in cents, or with two significant digits if it is less than a cent. */
export function formatUSD(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.000001) return '< $0.000001';
  return usd < 0.01 ? `$${Number(usd.toPrecision(2)).toFixed(Math.ceil(-Math.log10(usd)) + 1)}` : `$${usd.toFixed(2)}`;
}

/** `96 %` @param share 0..1 */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 0.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/**
 * Replaces invisible characters of text from outside by escapes such as `\u{202E}`: control characters, and characters that change the
 * direction of text or have no width, which can make a key look like another one. Joiners of emoji are kept.
 */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => `\\u{${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}}`,
  );
}

/** Control characters, bidirectional controls, line separators, lone surrogates, and some characters without width. */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]/gu;

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(value >= 10 ? 1 : 2)));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
