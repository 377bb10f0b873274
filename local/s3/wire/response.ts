import type { ServerResponse } from 'node:http';
import type { Content } from '../content/extents';
import type { S3Error } from '../errors/s3-error';
import { renderXml } from './xml';

/** A response. Headers with the value undefined are not sent. */
export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** XML, or the content of an object. */
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

/** The body of an error response. The IDs are the same as in its headers. */
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

/**
 * Sends chunks one after the other: the memory of a chunk may be reused only when the operating system has accepted it. Returns the
 * number of bytes.
 */
export async function sendChunks(response: ServerResponse, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let sent = 0;
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  for await (const chunk of chunks) {
    if (response.destroyed) break;
    sent += chunk.length;
    const accepted = new Promise<void>((resolve) => response.write(chunk, () => resolve()));
    await Promise.race([accepted, closed]);
  }
  return sent;
}

/** Encodes non-ASCII text as an encoded word (RFC 2047), as S3 does. */
export function encodeHeader(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

/** Decodes an encoded word of `encodeHeader`; other text is returned unchanged. */
export function decodeHeader(value: string): string {
  const [, word] = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=$/.exec(value) ?? [];
  const text = word === undefined ? value : Buffer.from(word, 'base64').toString();
  return encodeHeader(text) === value ? text : value;
}
