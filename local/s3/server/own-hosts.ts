import { isLoopbackAddress, isLoopbackName } from '../../front-door';
import { serviceHost } from '../wire/addressing';
import type { ResolvedOptions } from './options';

/**
 * Returns whether a host name is one of the server's. A server on a loopback address only accepts names that refer to this machine, so that
 * a web page cannot reach it by a name of its own (DNS rebinding). The names of a server on another address are not known, so all are accepted.
 */
export function ownHosts(address: string, { allowedHosts }: ResolvedOptions): (name: string) => boolean {
  if (!isLoopbackAddress(address)) return () => true;
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));
  return (name) => isLoopbackName(name) || allowed.has(name) || serviceHost(name)?.isTrusted === true;
}
