import { RestoreObjectCommand, type Tier } from '@aws-sdk/client-s3';
import type { RestoreState } from '../../lib/private/protocol';
import { unlessCode } from '../shared/calls/ask';
import { askS3, createS3 } from '../shared/calls/s3';
import { logged } from '../shared/logs/invocation';

const s3 = createS3(30_000);

/** Requests a restore of the source. It takes minutes to days, so the state machine waits for it. */
export const handler = logged('restore', async ({ source, restore }: RestoreState): Promise<void> => {
  const request = askS3(s3, 'RestoreObject', RestoreObjectCommand, {
    source,
    parameters: {
      RestoreRequest: { Days: restore.days, GlacierJobParameters: { Tier: restore.tier as Tier } },
    },
  });
  // An attempt whose answer was lost, or somebody else, has requested it already.
  await unlessCode(request, 'RestoreAlreadyInProgress');
});
