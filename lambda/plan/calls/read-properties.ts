import {
  GetObjectAclCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  type HeadObjectCommandOutput,
  type Tag,
} from '@aws-sdk/client-s3';
import type { AclGrants, SourceObject } from '../../../lib/private/protocol';
import { type Capability, supports } from '../../../lib/private/protocol/bucket-kinds';
import { listAnnotations } from '../../shared/calls/annotations';
import { unlessCode } from '../../shared/calls/ask';
import { askS3, type S3 } from '../../shared/calls/s3';
import type { CarriedProperties, SourceProperties } from '../../shared/properties';
import { checkVersion } from '../../shared/source-version';
import { toGrants } from '../source/acl';

/**
 * Reads the properties that the copy gets from the source and that HeadObject does not return. HeadObject omits properties that the role
 * may not read, as if they did not exist. The call for each property fails instead, so that no property is lost silently.
 *
 * @param inParts whether the object is copied in parts; CopyObject copies the tags by itself
 * @throws AccessDenied
 */
export async function readProperties(
  s3: S3,
  source: SourceObject,
  head: HeadObjectCommandOutput,
  carried: CarriedProperties,
  inParts: boolean,
): Promise<SourceProperties> {
  // Buckets that do not support a property reject the call that reads it.
  const has = (capability: Capability) => supports(source.bucket, capability);
  if (carried.objectLock && has('objectLock')) await checkLockIsVisible(s3, source, head);
  const copiesTags = carried.tags === 'COPY' && has('tags') && (inParts || head.TagCount);
  // Objects with SSE-C have no annotations.
  const mayHaveAnnotations = carried.annotations && has('annotations') && source.customerKey === undefined;
  return {
    head,
    tags: copiesTags ? await readTags(s3, source) : [],
    grants: carried.acl && has('acl') ? await readGrants(s3, source) : undefined,
    // Listing them now finds a missing permission before anything is copied.
    hasAnnotations: mayHaveAnnotations && (await listAnnotations(s3, source)).length > 0,
  };
}

async function readTags(s3: S3, source: SourceObject): Promise<Tag[]> {
  const { TagSet, VersionId } = await askS3(s3, 'GetObjectTagging', GetObjectTaggingCommand, { source });
  checkVersion(source, VersionId);
  return TagSet ?? [];
}

/** What S3 answers if there is no lock, or if the bucket has no Object Lock. */
const NO_LOCK = ['NoSuchObjectLockConfiguration', 'InvalidRequest'];

async function checkLockIsVisible(s3: S3, source: SourceObject, head: HeadObjectCommandOutput): Promise<void> {
  if (head.ObjectLockMode === undefined && head.ObjectLockEventHold === undefined) {
    await unlessCode(askS3(s3, 'GetObjectRetention', GetObjectRetentionCommand, { source }), ...NO_LOCK);
  }
  if (head.ObjectLockLegalHoldStatus === undefined) {
    await unlessCode(askS3(s3, 'GetObjectLegalHold', GetObjectLegalHoldCommand, { source }), ...NO_LOCK);
  }
}

async function readGrants(s3: S3, source: SourceObject): Promise<AclGrants | undefined> {
  return toGrants(await askS3(s3, 'GetObjectAcl', GetObjectAclCommand, { source }));
}
