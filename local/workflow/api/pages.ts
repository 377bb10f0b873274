import { asText, stableHex, type Json, type JsonObject } from '../json';
import { ApiError } from './api-error';

/** Number of results of a page without `maxResults`, and its maximum (API reference, ListExecutions). */
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;

export interface Page<T> {
  readonly page: T[];
  readonly nextToken: { readonly nextToken?: string };
}

/**
 * The page that a request asks for. The token contains the start of the next page, and the parameters of the request.
 */
export function paginate<T>(list: readonly T[], request: JsonObject): Page<T> {
  const { nextToken: token, maxResults, ...query } = request;
  const size = typeof maxResults === 'number' && maxResults > 0 ? maxResults : DEFAULT_PAGE;
  if (size > LARGEST_PAGE) {
    throw new ApiError('ValidationException', `maxResults is ${size}, the maximum is ${LARGEST_PAGE}.`);
  }
  const fingerprint = stableHex(JSON.stringify(query), 16);
  const [askedFor, offset] = decodeToken(token ?? null, fingerprint);
  if (askedFor !== fingerprint) throw new ApiError('InvalidToken', `Invalid Token: '${asText(token)}'`);
  const end = offset + size;
  const next = end < list.length && { nextToken: Buffer.from(`${fingerprint}:${end}`).toString('base64') };
  return { page: list.slice(offset, end), nextToken: next || {} };
}

function decodeToken(token: Json, fingerprint: string): [string, number] {
  if (token === null) return [fingerprint, 0];
  const [askedFor = '', offset] = Buffer.from(asText(token), 'base64').toString().split(':');
  return [Number.isInteger(Number(offset)) ? askedFor : '', Number(offset)];
}
