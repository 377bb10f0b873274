import type { ServerResponse } from 'node:http';
import type { Content } from '../content/extents';
import type { S3Error } from '../errors/s3-error';
import { renderXml } from './xml';

/** An answer. Headers that are undefined are left out. */
export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** XML text, or bytes of an object. */
  readonly body?: string | ObjectBody;
}

export interface ObjectBody {
  readonly content: Content;
  readonly length: number;
}

export function xmlResponse(
  body: string,
  headers: Readonly<Record<string, string | number | undefined>> = {},
): S3Response {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** The error document; the ids are those of the headers. */
export function errorDocument(error: S3Error, requestId: string, hostId: string): string {
  const { Key: key, ...fields } = error.fields;
  return renderXml(
    'Error',
    {
      Code: error.code,
      Message: error.description,
      ...(key !== undefined && { Key: key }),
      ...fields,
      RequestId: requestId,
      HostId: hostId,
    },
    null,
  );
}

/** Sends the chunks, each when the system has taken the one before: its memory may be used again then. Returns the number of bytes. */
export async function sendChunks(response: ServerResponse, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let sent = 0;
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  for await (const chunk of chunks) {
    if (response.destroyed) break;
    sent += chunk.length;
    const taken = new Promise<void>((resolve) => response.write(chunk, () => resolve()));
    await Promise.race([taken, closed]);
  }
  return sent;
}

/** Text beyond ASCII comes back in the encoded-word form of RFC 2047, as S3 sends it. */
export function encodeHeader(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

/** The text behind an encoded word of `encodeHeader`: clients get the same for both, whichever of them is stored. */
export function decodeHeader(value: string): string {
  const [, word] = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=$/.exec(value) ?? [];
  const text = word === undefined ? value : Buffer.from(word, 'base64').toString();
  return encodeHeader(text) === value ? text : value;
}
