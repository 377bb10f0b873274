import type { IncomingMessage } from 'node:http';
import { S3Error } from '../errors/s3-error';
import { parseTarget } from '../wire/addressing';
import { signingScopeOf } from '../wire/signing-scope';
import { route } from './router';

/** The name of the operation that a request is routed to, or `Unknown`. */
export function operationOf({ method = 'GET', url = '/', headers }: IncomingMessage): string {
  try {
    const target = parseTarget(url, headers.host);
    return route(
      method,
      target,
      (name) => Object.hasOwn(headers, name),
      signingScopeOf(headers, target.query)?.service,
    );
  } catch (error) {
    if (error instanceof S3Error) return 'Unknown';
    throw error;
  }
}
