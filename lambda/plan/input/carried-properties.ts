import { ErrorName, type Feature, type WorkflowSettings } from '../../../lib/private/protocol';
import { asInput, CUSTOMER_KEY_OPTIONS, missingFeatures } from '../../../lib/private/protocol/option-rules';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { CopyError } from '../../shared/errors';
import type { CarriedProperties } from '../../shared/properties';

/**
 * Rejects options for which the workflow has no permissions.
 *
 * @throws NotAllowed
 */
export function checkAllowed(options: CopyOptions, settings: WorkflowSettings): void {
  const missing = missingFeatures(options, settings.features);
  if (missing.length > 0) {
    const problems = missing.map(({ option, value, prop }) => {
      const shown = typeof value === 'string' ? ` '${value}'` : '';
      return `${asInput([option])}${shown} requires ${prop}: true`;
    });
    throw new CopyError(
      ErrorName.NOT_ALLOWED,
      `this workflow does not have the permissions that the execution needs: ${problems.join('; ')} on the MultipartCopyWorkflow`,
    );
  }
  checkCustomerKeys(options, settings.customerKeys ?? []);
}

function checkCustomerKeys(options: CopyOptions, allowed: readonly string[]): void {
  for (const name of CUSTOMER_KEY_OPTIONS) {
    const arn = options[name] as string | undefined;
    if (arn === undefined || allowed.some((known) => isSameSecret(known, arn))) continue;
    throw new CopyError(
      ErrorName.NOT_ALLOWED,
      `${asInput([name])} ${JSON.stringify(arn)} is not a secret that this workflow may read; add it to customerKeys of the MultipartCopyWorkflow`,
    );
  }
}

/** The ARN of an imported secret may lack the six characters that Secrets Manager appends to the name. */
function isSameSecret(known: string, arn: string): boolean {
  return arn === known || (arn.startsWith(`${known}-`) && /^[A-Za-z0-9]{6}$/.test(arn.slice(known.length + 1)));
}

/**
 * Which properties of the source are copied: those that the execution requests. By default, all for which the workflow has
 * permissions.
 *
 * @param acl canned ACL of the copy
 */
export function resolveCarriedProperties(
  options: CopyOptions,
  acl: string | undefined,
  { features }: WorkflowSettings,
): CarriedProperties {
  const has = (feature: Feature) => features.includes(feature);
  return {
    tags: options.taggingDirective ?? (has('tags') ? 'COPY' : 'NONE'),
    acl: (options.aclDirective ?? (has('acl') && acl === undefined ? 'COPY' : 'NONE')) === 'COPY',
    objectLock: (options.objectLockDirective ?? (has('objectLock') ? 'COPY' : 'NONE')) === 'COPY',
    annotations: (options.annotationDirective ?? (has('annotations') ? 'COPY' : 'EXCLUDE')) === 'COPY',
  };
}
