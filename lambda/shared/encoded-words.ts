/*
 * Text that is not ASCII, in headers of user metadata: encoded words of RFC 2047, as S3 returns them.
 */
import { isUtf8 } from 'node:buffer';

/** Metadata as headers: ASCII without spaces at the ends, or an encoded word. */
export function encodeWords(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const encode = (value: string) =>
    /^[\x20-\x7e]*$/.test(value) && value === value.trim()
      ? value
      : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, encode(value)]));
}

/** The text of a header that may contain encoded words. A word that is not UTF-8 stays as it is. */
export function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(
      /=\?utf-8\?([bq])\?([^?]*)\?=/gi,
      (word, encoding: string, text: string) => utf8(bytesOf(encoding.toLowerCase(), text)) ?? word,
    );
}

function bytesOf(encoding: string, text: string): Buffer {
  if (encoding === 'b') return Buffer.from(text, 'base64');
  const characters = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return Buffer.from(characters, 'latin1');
}

/** @returns undefined if the bytes are not UTF-8 */
function utf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
