import { isLoopbackAddress, isLoopbackName } from '../../front-door';
import { serviceHost } from '../wire/addressing';
import type { ResolvedOptions } from './options';

/**
 * Tells which host names a server answers to. A server that listens on a loopback address has names that only this machine gives it, so
 * that a web page cannot reach it by a name of its own (DNS rebinding). The names of any other server are not known here.
 */
export function ownHosts(address: string, { allowedHosts }: ResolvedOptions): (name: string) => boolean {
  if (!isLoopbackAddress(address)) return () => true;
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));
  return (name) => isLoopbackName(name) || allowed.has(name) || serviceHost(name)?.isTrusted === true;
}
