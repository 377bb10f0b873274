import { PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { MadeState } from '../../../lib/private/protocol';
import { askS3, type S3 } from '../../shared/calls/s3';
import { longTags } from '../../shared/properties';

/** Adds tags that are too long for a header of the request that made the copy. */
export async function putLongTags(
  s3: S3,
  { destination, properties, made }: MadeState,
  VersionId: string | undefined,
): Promise<void> {
  const TagSet = longTags(properties);
  if (!TagSet) return;
  await askS3(s3, 'PutObjectTagging', PutObjectTaggingCommand, {
    destination,
    parameters: { VersionId, Tagging: { TagSet } },
    effect: `${made.description} exists and is complete except for its tags`,
  });
}
