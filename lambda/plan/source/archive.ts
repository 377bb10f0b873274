import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type RestoreState, type SourceAddress } from '../../../lib/private/protocol';
import { type CopyOptions, OPTIONS } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

const DEFAULTS = OPTIONS.restore.kind.fields;

/** The delay between two checks of an archived object is a tenth of the time that the restore has taken, within limits. */
const WAIT_FRACTION = 0.1;
const MIN_WAIT_SECONDS = 60;
const MAX_WAIT_SECONDS = 15 * 60;

/** Whether a restore has to be requested or is in progress. */
export type RestoreDecision = Pick<RestoreState, 'action' | 'restore'>;

export type Availability = 'AVAILABLE' | 'ARCHIVED' | 'RESTORING';

/** Whether S3 can read the object now. */
export function availability({ ArchiveStatus, Restore = '', StorageClass }: HeadObjectCommandOutput): Availability {
  if (Restore.includes('ongoing-request="true"')) return 'RESTORING';
  if (ArchiveStatus !== undefined) return 'ARCHIVED';
  if (StorageClass !== 'GLACIER' && StorageClass !== 'DEEP_ARCHIVE') return 'AVAILABLE';
  return Restore.includes('ongoing-request="false"') ? 'AVAILABLE' : 'ARCHIVED';
}

/**
 * Decides whether the source has to be restored.
 *
 * @param elapsedSeconds since the start of the execution
 * @returns undefined if the source can be read
 * @throws SourceArchived if the execution does not allow a restore, InvalidInput if the archive does not support the tier
 */
export function planRestore(
  source: SourceAddress,
  head: HeadObjectCommandOutput,
  options: CopyOptions,
  elapsedSeconds: number,
): RestoreDecision | undefined {
  const state = availability(head);
  if (state === 'AVAILABLE') return undefined;
  const archive = head.ArchiveStatus ?? head.StorageClass;
  if (!options.restore) {
    const advice =
      state === 'RESTORING'
        ? 'is being restored; start the copy when RestoreObject has finished, or set options.restore to wait for it'
        : 'has to be restored first; set options.restore, or start the copy when RestoreObject has finished';
    throw new CopyError(ErrorName.SOURCE_ARCHIVED, `${describeObject(source)} is in ${archive} and ${advice}`);
  }
  const { tier = DEFAULTS.tier.default, days = DEFAULTS.days.default } = options.restore;
  if (tier === 'Expedited' && /^DEEP_ARCHIVE/.test(archive ?? '')) {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `${describeObject(source)} is in ${archive}, which does not support options.restore.tier 'Expedited'; use 'Standard' or 'Bulk'`,
    );
  }
  const wait = Math.round(elapsedSeconds * WAIT_FRACTION);
  return {
    action: state === 'RESTORING' ? 'WAIT_FOR_RESTORE' : 'RESTORE',
    restore: {
      tier,
      // Objects leave the archive tiers of INTELLIGENT_TIERING permanently.
      ...(head.ArchiveStatus === undefined && { days }),
      waitSeconds: Math.min(MAX_WAIT_SECONDS, Math.max(MIN_WAIT_SECONDS, wait)),
    },
  };
}
