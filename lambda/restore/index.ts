import { RestoreObjectCommand, type Tier } from '@aws-sdk/client-s3';
import type { RestoreState } from '../../lib/private/protocol';
import { bucketParameters } from '../shared/calls/parameters';
import { createS3Clients } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { explain } from '../shared/errors';

const clients = createS3Clients(30_000);

/** Asks S3 to restore the source. It takes minutes to days, so the state machine waits for it. */
export async function handler({ source, restore }: RestoreState): Promise<void> {
  const command = new RestoreObjectCommand({
    ...bucketParameters(source),
    VersionId: source.versionId,
    RestoreRequest: { Days: restore.days, GlacierJobParameters: { Tier: restore.tier as Tier } },
  });
  try {
    await clients(source).send(command);
  } catch (error) {
    // A try whose answer was lost, or somebody else's.
    if ((error as Error).name === 'RestoreAlreadyInProgress') return;
    throw explain(error, { call: 'RestoreObject', source: describeObject(source) });
  }
}
