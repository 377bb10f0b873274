import type { Duration } from 'aws-cdk-lib';
import { type CopyDefaults, CopyEncryption, CopyRestoreTier } from '../copy-defaults';
import type { Feature } from './protocol';
import { keyArn } from './validation';

const DEFAULT_RESTORE_DAYS = 2;

/** The defaults in the form of the execution input's `options`; undefined where there are none. */
export function defaultOptions(
  defaults: CopyDefaults,
  features: readonly Feature[],
): Record<string, unknown> | undefined {
  check(defaults, features);
  const { encryptionKey } = defaults;
  const options = {
    overwrite: defaults.overwrite,
    integrity: defaults.integrity,
    preserveEtag: defaults.preserveEtag,
    requestPayer: defaults.requesterPays ? 'requester' : undefined,
    storageClass: defaults.storageClass,
    // S3 takes a key only together with the kind of encryption.
    serverSideEncryption: defaults.serverSideEncryption ?? (encryptionKey && CopyEncryption.KMS),
    ssekmsKeyId: encryptionKey && keyArn('defaults', encryptionKey),
    bucketKeyEnabled: defaults.bucketKeyEnabled,
    acl: defaults.acl,
    restore: restoreOf(defaults),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

function restoreOf({ restoreTier, restoreFor }: CopyDefaults): Record<string, unknown> | undefined {
  if (restoreTier === undefined && restoreFor === undefined) return undefined;
  return { tier: restoreTier ?? CopyRestoreTier.STANDARD, days: restoreFor?.toDays() ?? DEFAULT_RESTORE_DAYS };
}

function check(defaults: CopyDefaults, features: readonly Feature[]): void {
  const { serverSideEncryption, encryptionKey, bucketKeyEnabled, preserveEtag, restoreTier, restoreFor } = defaults;
  if (defaults.acl !== undefined && !features.includes('acl')) {
    throw new Error(
      `defaults.acl ${JSON.stringify(defaults.acl)} needs the permission to write ACLs; set copyAcl: true`,
    );
  }
  if ((restoreTier !== undefined || restoreFor !== undefined) && !features.includes('restore')) {
    throw new Error(
      'defaults.restoreTier and defaults.restoreFor need the permission to restore; set allowRestore: true',
    );
  }
  if (restoreFor !== undefined) checkDays(restoreFor);
  if (serverSideEncryption === CopyEncryption.S3_MANAGED && (encryptionKey !== undefined || bucketKeyEnabled)) {
    throw new Error(
      `defaults.serverSideEncryption ${JSON.stringify(serverSideEncryption)} uses keys of S3; leave out encryptionKey and bucketKeyEnabled, or use CopyEncryption.KMS`,
    );
  }
  if (serverSideEncryption === CopyEncryption.KMS_DSSE && bucketKeyEnabled) {
    throw new Error(
      `defaults.bucketKeyEnabled: S3 has no bucket keys for ${JSON.stringify(serverSideEncryption)}; leave it out, or use CopyEncryption.KMS`,
    );
  }
  const isKms = encryptionKey !== undefined || serverSideEncryption?.startsWith('aws:kms');
  if (preserveEtag && isKms) {
    throw new Error(
      'defaults.preserveEtag: the ETag of an object that KMS encrypts is none of its bytes and never that of the source; leave out preserveEtag or the encryption',
    );
  }
}

function checkDays(duration: Duration): void {
  if (duration.isUnresolved()) return;
  const days = duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw new Error(`defaults.restoreFor must be whole days, at least 1, got ${duration.toHumanString()}`);
  }
}
