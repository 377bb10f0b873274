import { type Duration, Token } from 'aws-cdk-lib';
import type { CopyLimits } from '../copy-limits';
import type { Feature } from './protocol';
import { OPTIONS } from './protocol/options';
import { DEFAULT_LIMITS, type ExecutionLimits } from './protocol/restrictions';

/**
 * The limits as Plan gets them.
 *
 * @returns undefined if all are the default
 * @throws if a limit is invalid, or is about a feature that is not turned on
 */
export function executionLimits(limits: CopyLimits, features: readonly Feature[]): ExecutionLimits | undefined {
  const { cannedAcls, complianceRetention, maxRetention, maxRestoreFor, sourceVersions } = limits;
  requireFeature('cannedAcls', cannedAcls, features.includes('acl'), 'copyAcl');
  requireFeature(
    'complianceRetention',
    complianceRetention || undefined,
    features.includes('objectLock'),
    'copyObjectLock',
  );
  requireFeature('maxRetention', maxRetention, features.includes('objectLock'), 'copyObjectLock');
  requireFeature('maxRestoreFor', maxRestoreFor, features.includes('restore'), 'allowRestore');
  const allowed: readonly string[] = OPTIONS.acl.kind.values;
  for (const acl of cannedAcls ?? []) {
    if (allowed.includes(acl)) continue;
    throw new Error(
      `limits.cannedAcls must contain canned ACLs such as CopyCannedAcl.PRIVATE, got ${JSON.stringify(acl)}`,
    );
  }
  const encoded: ExecutionLimits = {
    acls: cannedAcls,
    compliance: complianceRetention === DEFAULT_LIMITS.compliance ? undefined : complianceRetention,
    retentionDays: daysOf('maxRetention', maxRetention),
    restoreDays: daysOf('maxRestoreFor', maxRestoreFor),
    versions: sourceVersions === DEFAULT_LIMITS.versions ? undefined : sourceVersions,
  };
  return Object.values(encoded).some((value) => value !== undefined) ? encoded : undefined;
}

function requireFeature(limit: keyof CopyLimits, value: unknown, isOn: boolean, prop: string): void {
  if (value !== undefined && !isOn) throw new Error(`limits.${limit} requires ${prop}: true`);
}

function daysOf(limit: keyof CopyLimits, duration: Duration | undefined): number | undefined {
  const days = duration?.toDays({ integral: false });
  if (days === undefined || Token.isUnresolved(days) || (Number.isInteger(days) && days > 0)) return days;
  throw new Error(`limits.${limit} must be a whole number of days, 1 or more, got ${days}`);
}
