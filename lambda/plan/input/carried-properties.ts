import { type WorkflowSettings, ErrorName, type Feature } from '../../../lib/private/protocol';
import { CopyError } from '../../shared/errors';
import type { CopyOptions } from './input-schema';

/** Props of the construct that switch the features on. */
const PROPS: Record<Feature, string> = {
  tags: 'copyTags',
  acl: 'copyAcl',
  objectLock: 'copyObjectLock',
  annotations: 'copyAnnotations',
  restore: 'allowRestore',
};

/** What an execution wants carried over, after its options and the features of the workflow. */
export interface CarriedProperties {
  readonly tags: 'COPY' | 'REPLACE' | 'NONE';
  readonly acl: boolean;
  readonly objectLock: boolean;
  readonly annotations: boolean;
}

/**
 * Settles what is carried over: what the execution asks for, else all that the workflow has permissions for.
 *
 * @param acl canned ACL that the copy gets
 * @throws NotAllowed where the execution asks for what the workflow has no permissions for
 */
export function resolveCarriedProperties(
  options: CopyOptions,
  acl: string | undefined,
  defaults: WorkflowSettings,
): CarriedProperties {
  const has = (feature: Feature) => defaults.features.includes(feature);
  const needed: [Feature, string | undefined][] = [
    ['tags', wanting('taggingDirective', options.taggingDirective, 'COPY', 'REPLACE')],
    ['acl', wanting('aclDirective', options.aclDirective, 'COPY') ?? wanting('acl', options.acl)],
    ['objectLock', wanting('objectLockDirective', options.objectLockDirective, 'COPY') ?? wantingLock(options)],
    ['annotations', wanting('annotationDirective', options.annotationDirective, 'COPY')],
    ['restore', options.restore && 'options.restore'],
  ];
  const missing = needed.filter(([feature, asked]) => asked !== undefined && !has(feature));
  if (missing.length > 0) {
    const problems = missing.map(([feature, asked]) => `${asked} needs ${PROPS[feature]}: true`);
    throw new CopyError(
      ErrorName.NOT_ALLOWED,
      `this workflow has no permissions for what the execution asks: ${problems.join('; ')} on the MultipartCopyWorkflow`,
    );
  }
  checkCustomerKeys(options, defaults.customerKeys ?? []);
  return {
    tags: options.taggingDirective ?? (has('tags') ? 'COPY' : 'NONE'),
    acl: (options.aclDirective ?? (has('acl') && acl === undefined ? 'COPY' : 'NONE')) === 'COPY',
    objectLock: (options.objectLockDirective ?? (has('objectLock') ? 'COPY' : 'NONE')) === 'COPY',
    annotations: (options.annotationDirective ?? (has('annotations') ? 'COPY' : 'EXCLUDE')) === 'COPY',
  };
}

function wanting(name: string, value: string | undefined, ...values: string[]): string | undefined {
  const isAsked = value !== undefined && (values.length === 0 || values.includes(value));
  return isAsked ? `options.${name} '${value}'` : undefined;
}

function wantingLock({ objectLockMode, objectLockLegalHoldStatus }: CopyOptions): string | undefined {
  return wanting('objectLockMode', objectLockMode) ?? wanting('objectLockLegalHoldStatus', objectLockLegalHoldStatus);
}

function checkCustomerKeys(options: CopyOptions, allowed: string[]): void {
  for (const name of ['copySourceSseCustomerKeySecretArn', 'sseCustomerKeySecretArn'] as const) {
    const arn = options[name];
    if (arn !== undefined && !allowed.some((known) => isSameSecret(known, arn))) {
      throw new CopyError(
        ErrorName.NOT_ALLOWED,
        `options.${name} ${JSON.stringify(arn)} is not a secret that this workflow may read; add it to customerKeys of the MultipartCopyWorkflow`,
      );
    }
  }
}

/** An imported secret may be known without the six characters that Secrets Manager appends to its name. */
function isSameSecret(known: string, arn: string): boolean {
  return arn === known || (arn.startsWith(`${known}-`) && /^[A-Za-z0-9]{6}$/.test(arn.slice(known.length + 1)));
}
