import { type DestinationObject, ErrorName, type ObjectProperties } from '../../../lib/private/protocol';
import { bucketKindOf, type Capability } from '../../../lib/private/protocol/bucket-kinds';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

/**
 * Checks, before anything is copied, that the destination supports all properties of the copy.
 *
 * @throws UnsupportedDestination that names all properties that it does not support
 */
export function checkCapabilities(destination: DestinationObject, properties: ObjectProperties): void {
  const kind = bucketKindOf(destination.bucket);
  const wanted = wantedCapabilities(destination, properties, kind.storageClass);
  const problems = kind.lacks.flatMap((capability) => wanted[capability] ?? []);
  if (problems.length > 0) {
    throw new CopyError(
      ErrorName.UNSUPPORTED_DESTINATION,
      `${describeObject(destination)} is in a ${kind.name}, which does not support ${problems.join(', ')}`,
    );
  }
  checkAnnotatable(destination, properties);
}

/** The properties of the copy, and how an execution leaves them out. */
function wantedCapabilities(
  { customerKey, requestPayer }: DestinationObject,
  properties: ObjectProperties,
  onlyClass: string | undefined,
): Partial<Record<Capability, string>> {
  const { acl, annotations, contentEncoding, encryption, grants, objectLock, storageClass, tagging } = properties;
  const wanted: Partial<Record<Capability, string | false>> = {
    tags: tagging !== undefined && "tags (options.taggingDirective 'NONE' leaves them out)",
    acl: (acl ?? grants) !== undefined && "an ACL (options.aclDirective 'NONE' leaves it out)",
    objectLock: objectLock !== undefined && "Object Lock (options.objectLockDirective 'NONE' leaves it out)",
    annotations: annotations === true && "annotations (options.annotationDirective 'EXCLUDE' leaves them out)",
    websiteRedirect:
      properties.websiteRedirectLocation !== undefined &&
      "a website redirect (options.websiteRedirectLocation '' leaves it out)",
    contentEncoding:
      contentEncoding !== undefined &&
      `Content-Encoding ${contentEncoding} (options.metadataDirective 'REPLACE' leaves it out)`,
    storageClasses:
      storageClass !== undefined &&
      storageClass !== onlyClass &&
      `storage class ${storageClass} (leave options.storageClass out)`,
    dsse:
      encryption?.serverSideEncryption === 'aws:kms:dsse' &&
      "options.serverSideEncryption 'aws:kms:dsse' (use 'aws:kms')",
    customerKey: customerKey !== undefined && 'options.sseCustomerKeySecretArn (leave it out)',
    requestPayer: requestPayer !== undefined && `options.requestPayer '${requestPayer}' (leave it out)`,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, text]) => text !== false));
}

/** S3 supports no annotations of objects that are encrypted with a customer-provided key (SSE-C), but reports it only when they are written. */
function checkAnnotatable(destination: DestinationObject, { annotations }: ObjectProperties): void {
  if (!annotations || destination.customerKey === undefined) return;
  throw new CopyError(
    ErrorName.UNSUPPORTED_DESTINATION,
    `${describeObject(destination)} would have the annotations of the source, which S3 does not support for objects that are encrypted with a customer-provided key; set options.annotationDirective 'EXCLUDE', or leave options.sseCustomerKeySecretArn out`,
  );
}
