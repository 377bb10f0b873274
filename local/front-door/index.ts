import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';

/*
 * Who may come in at the servers of this machine. Web pages can send requests to servers on 127.0.0.1: by forms, images and links of any
 * page, and by scripts of a page whose host name its owner makes resolve to 127.0.0.1 (DNS rebinding). Browsers name the page in
 * `Origin`, `Referer` and `Sec-Fetch-Site`, which pages cannot change, and the host name of the address in `Host`.
 */

/** Host names have at most 255 characters (RFC 1035, section 2.3.4). */
const MAX_HOST = 255;

/** The host name in a Host header: without the port, in lower case, without the dot of the root. */
export function hostNameOf(host: string): string {
  const port = host.lastIndexOf(':');
  const name = port > host.lastIndexOf(']') ? host.slice(0, port) : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** Whether an IP address is that of this machine only. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^\[|\]$/g, '');
  const embedded = plain.startsWith('::ffff:') ? plain.slice('::ffff:'.length) : plain;
  return plain === '::1' || (isIPv4(embedded) && embedded.startsWith('127.'));
}

/** Whether a host name always refers to this machine: a loopback address, `localhost`, and names below it (RFC 6761). */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
}

/**
 * Why the Host header of a request is refused. Undefined if the request may come in.
 * @param isOwn whether a host name is one of the server's
 */
export function refusalOfHost(
  host: string | undefined,
  isOwn: (name: string) => boolean = isLoopbackName,
): string | undefined {
  // Only HTTP/1.0 has no Host header, and no browser sends HTTP/1.0.
  if (host === undefined) return undefined;
  if (host.length > MAX_HOST)
    return `The Host header has ${host.length} characters; host names have at most ${MAX_HOST}.`;
  const name = hostNameOf(host);
  if (isOwn(name)) return undefined;
  return `The Host header names '${name}', which may be the address of a web page. Use 127.0.0.1, localhost, or a name below localhost.`;
}

/** Requests that a user started, or a page of the server itself (Fetch Metadata Request Headers, section 2.3). */
const OWN_SITES: ReadonlySet<string> = new Set(['none', 'same-origin']);

/** Why a request is refused that a page of another origin caused. Undefined if no such page did. */
export function refusalOfPage(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin, referer } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && !isOrigin(origin, host)) return `The request comes from a web page (Origin: ${origin}).`;
  if (site !== undefined && !OWN_SITES.has(String(site))) {
    return `The request comes from a web page (Sec-Fetch-Site: ${String(site)}).`;
  }
  if (referer !== undefined && referer !== '' && !isOrigin(referer, host)) {
    return `The request comes from a web page (Referer: ${referer}).`;
  }
  return undefined;
}

/** Whether a URL is at the host of a Host header. */
function isOrigin(url: string, host: string): boolean {
  return URL.canParse(url) && new URL(url).host === host.toLowerCase();
}
