import { type DestinationObject, ErrorName, type ObjectProperties } from '../../../lib/private/protocol';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

/**
 * Refuses to encrypt by a customer-provided key (SSE-C) what has annotations: S3 takes none of such an object, and says so
 * only when it is made.
 *
 * @throws UnsupportedDestination
 */
export function checkAnnotatable(destination: DestinationObject, { annotations }: ObjectProperties): void {
  if (!annotations || destination.customerKey === undefined) return;
  throw new CopyError(
    ErrorName.UNSUPPORTED_DESTINATION,
    `${describeObject(destination)} is to have the annotations of the source, which S3 does not keep of an object encrypted with a customer-provided key; options.annotationDirective 'EXCLUDE' leaves them out, or leave options.sseCustomerKeySecretArn out`,
  );
}
