import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type RestoreState, type SourceAddress } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

const DEFAULT_DAYS = 2;

/** Between two looks at an archived object: long restores are looked at less often. */
const MIN_WAIT_SECONDS = 60;
const MAX_WAIT_SECONDS = 15 * 60;
const LOOKS_IN_A_TENFOLD = 10;

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
 * What is to be restored; undefined where the object can be read.
 *
 * @param elapsedSeconds of the execution
 * @throws SourceArchived where the execution does not ask for a restore, InvalidInput where S3 has no such tier
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
  const { tier = 'Standard', days = DEFAULT_DAYS } = options.restore;
  if (tier === 'Expedited' && /^DEEP_ARCHIVE/.test(archive ?? '')) {
    throw new CopyError(
      ErrorName.INVALID_INPUT,
      `${describeObject(source)} is in ${archive}, which has no options.restore.tier 'Expedited'; take 'Standard' or 'Bulk'`,
    );
  }
  const wait = Math.round(elapsedSeconds / LOOKS_IN_A_TENFOLD);
  return {
    action: state === 'RESTORING' ? 'WAIT_FOR_RESTORE' : 'RESTORE',
    restore: {
      tier,
      // An object that leaves an archive tier of INTELLIGENT_TIERING leaves it for good.
      ...(head.ArchiveStatus === undefined && { days }),
      waitSeconds: Math.min(MAX_WAIT_SECONDS, Math.max(MIN_WAIT_SECONDS, wait)),
    },
  };
}
