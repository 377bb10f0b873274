import {
  GetObjectAclCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type Tag,
} from '@aws-sdk/client-s3';
import {
  type AclGrants,
  ErrorName,
  MAX_OBJECT_SIZE,
  type SourceAddress,
  type SourceConditions,
  type SourceObject,
} from '../../../lib/private/protocol';
import { otherCausesOf403 } from '../../shared/access-denied';
import { listAnnotations } from '../../shared/calls/annotations';
import { bucketParameters, ownParameters } from '../../shared/calls/parameters';
import type { S3Clients } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { isDirectoryBucket } from '../../shared/directory-buckets';
import { CopyError, explain } from '../../shared/errors';
import type { CarriedProperties, SourceProperties } from '../../shared/properties';
import { toGrants } from '../source/acl';

/** @throws SourceNotFound, AccessDenied */
export async function headSource(clients: S3Clients, source: SourceAddress): Promise<HeadObjectCommandOutput> {
  const key = await ownParameters(source);
  try {
    return await clients(source).send(
      new HeadObjectCommand({ ...key, VersionId: source.versionId, ChecksumMode: 'ENABLED' }),
    );
  } catch (error) {
    throw explainSource(error, source);
  }
}

/** A HEAD has no body, so that only its status tells what was wrong. */
function explainSource(error: unknown, source: SourceAddress): CopyError {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const name = describeObject(source);
  const gone = (text: string) => new CopyError(ErrorName.SOURCE_NOT_FOUND, text, { cause: error });
  if (status === 404)
    return gone(`${name} does not exist; check bucket, key and versionId (the key is used as it is given)`);
  if (status === 405) return gone(`${name} is a delete marker; name the version of an object`);
  if (status === 400 && source.versionId !== undefined) {
    return gone(`${name} does not exist: S3 refuses the request, as it does for a versionId that it never gave`);
  }
  if (status === 400 && source.customerKey === undefined) {
    return new CopyError(
      ErrorName.CUSTOMER_KEY_INVALID,
      `HeadObject: S3 refuses to show ${name}, as it does where the object is encrypted with a customer-provided key (SSE-C); name its secret in options.copySourceSseCustomerKeySecretArn`,
      { cause: error },
    );
  }
  if (status === 400) {
    return new CopyError(
      ErrorName.CUSTOMER_KEY_INVALID,
      `HeadObject: S3 refuses to show ${name} with the key of secret ${source.customerKey}; the object is encrypted with another key or with none`,
      { cause: error },
    );
  }
  return explain(error, { call: 'HeadObject', source: name, orWhere: otherCausesOf403({ source }) });
}

/** The source, fixed: all later calls name its version and its ETag. @throws ObjectTooLarge */
export function toSourceObject(
  address: SourceAddress,
  head: HeadObjectCommandOutput,
  conditions: SourceConditions | undefined,
): SourceObject {
  const name = describeObject(address);
  const { ContentLength: size, ETag: etag, LastModified, VersionId: versionId } = head;
  if (size === undefined || etag === undefined || LastModified === undefined) {
    throw new CopyError(
      ErrorName.TRANSIENT_S3_ERROR,
      `HeadObject: S3 answered without the size, the ETag or the date of ${name}`,
    );
  }
  if (size > MAX_OBJECT_SIZE) {
    throw new CopyError(
      ErrorName.OBJECT_TOO_LARGE,
      `${name} has ${size} bytes; S3 copies at most ${MAX_OBJECT_SIZE} (48.8 TiB)`,
    );
  }
  return { ...address, versionId, etag, size, lastModified: LastModified.toISOString(), conditions };
}

/**
 * What the source carries that HeadObject does not tell, as far as it is to be carried over. HeadObject leaves out what the role
 * may not see, as if it were not there: what would be lost by that is asked for by name, which S3 refuses.
 *
 * @param byParts one CopyObject takes the tags along, or is refused
 * @throws AccessDenied
 */
export async function readProperties(
  clients: S3Clients,
  source: SourceObject,
  head: HeadObjectCommandOutput,
  carried: CarriedProperties,
  byParts: boolean,
): Promise<SourceProperties> {
  // Directory buckets have none of these, and no calls for them.
  if (isDirectoryBucket(source.bucket)) return { head, tags: [], hasAnnotations: false };
  if (carried.objectLock) await checkLockIsShown(clients, source, head);
  return {
    head,
    tags: carried.tags === 'COPY' && (byParts || head.TagCount) ? await readTags(clients, source) : [],
    grants: carried.acl ? await readGrants(clients, source) : undefined,
    // SSE-C objects cannot have any. Listing them now tells a missing permission before terabytes are copied.
    hasAnnotations:
      carried.annotations && source.customerKey === undefined && (await listAnnotations(clients, source)).length > 0,
  };
}

async function readTags(clients: S3Clients, source: SourceObject): Promise<Tag[]> {
  const command = new GetObjectTaggingCommand({ ...bucketParameters(source), VersionId: source.versionId });
  try {
    const { TagSet } = await clients(source).send(command);
    return TagSet ?? [];
  } catch (error) {
    throw explain(error, { call: 'GetObjectTagging', source: describeObject(source) });
  }
}

async function checkLockIsShown(
  clients: S3Clients,
  source: SourceObject,
  head: HeadObjectCommandOutput,
): Promise<void> {
  const object = { ...bucketParameters(source), VersionId: source.versionId };
  if (head.ObjectLockMode === undefined && head.ObjectLockEventHold === undefined) {
    await mayRead('GetObjectRetention', source, () => clients(source).send(new GetObjectRetentionCommand(object)));
  }
  if (head.ObjectLockLegalHoldStatus === undefined) {
    await mayRead('GetObjectLegalHold', source, () => clients(source).send(new GetObjectLegalHoldCommand(object)));
  }
}

/** That there is nothing to read is no problem, nor that the bucket has no Object Lock. */
async function mayRead(call: string, source: SourceObject, read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const { name } = error as Error;
    if (['NoSuchObjectLockConfiguration', 'InvalidRequest'].includes(name)) return;
    throw explain(error, { call, source: describeObject(source) });
  }
}

async function readGrants(clients: S3Clients, source: SourceObject): Promise<AclGrants | undefined> {
  const command = new GetObjectAclCommand({ ...bucketParameters(source), VersionId: source.versionId });
  try {
    return toGrants(await clients(source).send(command));
  } catch (error) {
    throw explain(error, { call: 'GetObjectAcl', source: describeObject(source) });
  }
}
