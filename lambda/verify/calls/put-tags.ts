import { type HeadObjectCommandOutput, PutObjectTaggingCommand, type Tag } from '@aws-sdk/client-s3';
import type { MadeState } from '../../../lib/private/protocol';
import { askS3, type S3 } from '../../shared/calls/s3';
import { allTags, longTags } from '../../shared/properties';

/** Adds the tags that the request that made the copy did not set. */
export async function putTags(
  s3: S3,
  state: MadeState,
  VersionId: string | undefined,
  head: HeadObjectCommandOutput,
): Promise<void> {
  const { destination, properties, made } = state;
  const TagSet = longTags(properties) ?? ignoredTags(state, head);
  if (!TagSet) return;
  await askS3(s3, 'PutObjectTagging', PutObjectTaggingCommand, {
    destination,
    parameters: { VersionId, Tagging: { TagSet } },
    effect: `${made.description} exists and is complete except for its tags`,
  });
}

/**
 * Ceph ignores the tags of CreateMultipartUpload. The missing checksum shows that the server is not Amazon S3, which returns the number of
 * tags only to roles that may read tags.
 */
function ignoredTags(state: MadeState, { TagCount }: HeadObjectCommandOutput): Tag[] | undefined {
  const hasChecksum = state.action !== 'COPY_PARTS' || state.expected.checksum !== undefined;
  return hasChecksum || TagCount ? undefined : allTags(state.properties);
}
