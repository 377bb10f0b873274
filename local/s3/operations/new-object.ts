import { wholeSeconds } from '../base/dates';
import { objectOwner, readObjectGrants } from '../rules/acl';
import { chooseEncryption } from '../rules/encryption';
import { readObjectLock } from '../rules/lock';
import { readMetadata, readStorageClass, readWebsiteRedirect } from '../rules/properties';
import { parseTaggingHeader } from '../rules/tags';
import type { ObjectProperties, ObjectVersion } from '../store/model';
import type { Bucket } from '../store/store';
import { versionIdFor } from '../store/versions';
import type { S3Request } from '../wire/request';
import { type OperationContext } from './context';

/** Reads the properties of a new object from the headers of PutObject, CopyObject or CreateMultipartUpload. */
export function readProperties(context: OperationContext, request: S3Request, bucket: Bucket): ObjectProperties {
  const websiteRedirect = readWebsiteRedirect(request);
  const lock = readObjectLock(request, bucket.settings, context.clock.now());
  const grants = readObjectGrants(request, bucket.settings);
  return {
    ...readMetadata(request),
    tags: parseTaggingHeader(request.text('x-amz-tagging')),
    storageClass: readStorageClass(request, bucket.settings.directory),
    ...chooseEncryption(request, bucket.settings, context.kms),
    ...(websiteRedirect !== undefined && { websiteRedirect }),
    ...(lock !== undefined && { lock }),
    ...(grants !== undefined && { grants }),
  };
}

/** The changes that make an object the current version of its key. */
export async function commitObject(
  context: OperationContext,
  bucket: Bucket,
  key: string,
  object: Omit<ObjectVersion, 'versionId' | 'sequence' | 'lastModified' | 'ownerAccountId'>,
  writerAccountId: string,
): Promise<ObjectVersion> {
  const sequence = context.store.nextSequence();
  const version: ObjectVersion = {
    ...object,
    versionId: versionIdFor(bucket, sequence),
    sequence,
    lastModified: wholeSeconds(context.clock.now()),
    ownerAccountId: objectOwner(bucket.settings, writerAccountId, object.properties.grants),
  };
  await context.store.commit({ type: 'version', bucket: bucket.name, key, version });
  return version;
}
