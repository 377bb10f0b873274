import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';

export { close, listen } from './listening';

/*
 * Decides which requests the servers of this machine accept. Web pages can send requests to servers on 127.0.0.1: any page by forms, images
 * and links, and a page whose host name its owner resolves to 127.0.0.1 (DNS rebinding) also by scripts. Browsers send the page in `Origin`,
 * `Referer` and `Sec-Fetch-Site`, which pages cannot change, and the host name of the URL in `Host`.
 */

/** Host names have at most 255 characters (RFC 1035, section 2.3.4). */
const MAX_HOST = 255;

/** The host name in a Host header, without the port, in lower case, and without a dot at the end. */
export function hostNameOf(host: string): string {
  const port = host.lastIndexOf(':');
  const name = port > host.lastIndexOf(']') ? host.slice(0, port) : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** Whether an IP address is a loopback address. */
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
 * The reason why the Host header of a request is refused; undefined if it is accepted.
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

/** Values for requests by the user, or by a page of the server itself (Fetch Metadata Request Headers, section 2.3). */
const OWN_SITES: ReadonlySet<string> = new Set(['none', 'same-origin']);

/** The reason why a request is refused that comes from a page of another origin; undefined for other requests. */
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

/** Whether the host of a URL is that of a Host header. */
function isOrigin(url: string, host: string): boolean {
  return URL.canParse(url) && new URL(url).host === host.toLowerCase();
}
