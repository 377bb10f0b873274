import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  type CopyObjectCommandOutput,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { type CopyResult, type CopyState, ErrorName } from '../../lib/private/protocol';
import { describeObject, encodeCopySource } from '../shared/copy-source';
import { CopyError, explain } from '../shared/errors';
import { keptChecksum, proveEqual } from '../shared/integrity';
import { toResult } from '../shared/result';
import { createS3Client, headCopy } from '../shared/s3';

/** S3 sends nothing but white space until the object is copied. */
const s3 = createS3Client(14 * 60_000);

/** Copies a whole object with one call, and proves it equal. */
export async function handler(state: CopyState): Promise<CopyResult> {
  const copy = await copyObject(state);
  const made = await headCopy(s3, state.destination, copy.VersionId);
  const integrity = proveEqual(state.source, state.checksum, made, state.destination);
  return toResult('COPIED', state, { ...made, RequestCharged: copy.RequestCharged }, integrity);
}

async function copyObject(state: CopyState): Promise<CopyObjectCommandOutput> {
  const { source, destination, properties, checksum, overwrite } = state;
  const context = { call: 'CopyObject', source: describeObject(source), destination: describeObject(destination) };
  const command = new CopyObjectCommand({
    Bucket: destination.bucket,
    Key: destination.key,
    CopySource: encodeCopySource(source),
    CopySourceIfMatch: source.etag,
    // Headers, metadata and tags come along by themselves; these two do not.
    StorageClass: properties.storageClass as StorageClass | undefined,
    WebsiteRedirectLocation: properties.websiteRedirectLocation,
    ChecksumAlgorithm: keptChecksum({ checksum })?.algorithm as ChecksumAlgorithm | undefined,
    IfNoneMatch: overwrite === 'never' ? '*' : undefined,
  });
  try {
    const output = await s3.send(command);
    if (!output.CopyObjectResult?.ETag) {
      throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, 'CopyObject: S3 answered 200 without the ETag of the copy');
    }
    return output;
  } catch (error) {
    throw explain(error, context);
  }
}
