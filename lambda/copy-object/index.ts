import {
  type AnnotationDirective,
  type ChecksumAlgorithm,
  CopyObjectCommand,
  type CopyObjectCommandOutput,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { type CopyResult, type CopyObjectState, ErrorName, type ObjectProperties } from '../../lib/private/protocol';
import { otherCausesOf403 } from '../shared/access-denied';
import { finish } from '../shared/calls/finish-copy';
import { headMade } from '../shared/calls/head-copy';
import { copySourceParameters, ownParameters } from '../shared/calls/parameters';
import { createS3Clients } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { isDirectoryBucket } from '../shared/directory-buckets';
import { CopyError, explain, isCopyError } from '../shared/errors';
import { compare, expectedOf } from '../shared/integrity';
import { metadataParameters, taggingHeader, withExpires, writeParameters } from '../shared/properties';

/** S3 sends nothing but white space until the object is copied. */
const clients = createS3Clients(14 * 60_000);

/** Copies a whole object with one call, and proves it equal. */
export async function handler(state: CopyObjectState): Promise<CopyResult> {
  const copy = await copyOnce(state);
  return finish(clients, state, {
    versionId: copy.VersionId,
    requestCharged: copy.RequestCharged,
    // What the source has, CopyObject has taken along.
    sendLongTags: state.properties.taggingDirective === 'REPLACE',
    annotations: [],
  });
}

type Copied = Pick<CopyObjectCommandOutput, 'VersionId' | 'RequestCharged'>;

/** After a try whose answer was lost, the copy itself is what stands in the way of a condition on the destination. */
async function copyOnce(state: CopyObjectState): Promise<Copied> {
  try {
    return await copyObject(state);
  } catch (error) {
    if (!isCopyError(error, ErrorName.DESTINATION_EXISTS)) throw error;
    const made = await headMade(clients, state.destination, (existing) => isOurs(state, existing));
    if (!made) throw error;
    return { VersionId: made.VersionId };
  }
}

/** Plan has seen that it was not there, so it is ours if it is equal and as young as the execution. */
function isOurs({ source, proof, execution }: CopyObjectState, existing: HeadObjectCommandOutput): boolean {
  const comparison = compare(expectedOf(source, proof.checksum), existing);
  const isProven = 'integrity' in comparison && comparison.integrity.verifiedBy !== 'size';
  // S3's dates have no fractions of seconds.
  const started = Math.floor(Date.parse(execution.startTime) / 1000) * 1000;
  return isProven && (existing.LastModified?.getTime() ?? 0) >= started;
}

async function copyObject(state: CopyObjectState): Promise<CopyObjectCommandOutput> {
  const { source, destination, properties, declared, overwrite, ifMatch } = state;
  const context = {
    call: 'CopyObject',
    source: describeObject(source),
    destination: describeObject(destination),
    ifMatch,
    orWhere: otherCausesOf403({ source, destination }),
  };
  const command = new CopyObjectCommand({
    ...(await ownParameters(destination)),
    ...(await copySourceParameters(source)),
    ...writeParameters(properties),
    ...directives(properties),
    AnnotationDirective: isDirectoryBucket(destination.bucket) ? undefined : annotationDirective(properties),
    ChecksumAlgorithm: declared?.algorithm as ChecksumAlgorithm | undefined,
    IfNoneMatch: overwrite === 'never' ? '*' : undefined,
    IfMatch: ifMatch,
  });
  const { metadataDirective, expires } = properties;
  try {
    const output = await clients(destination).send(
      withExpires(command, metadataDirective === 'REPLACE' ? expires : undefined),
    );
    if (!output.CopyObjectResult?.ETag) {
      throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, 'CopyObject: S3 answered 200 without the ETag of the copy');
    }
    return output;
  } catch (error) {
    throw explain(error, context);
  }
}

/** What is of the source comes along by itself; the rest is sent. Tags that are replaced and not sent are none. */
function directives(properties: ObjectProperties) {
  const { metadataDirective, taggingDirective } = properties;
  return {
    MetadataDirective: metadataDirective,
    ...(metadataDirective === 'REPLACE' && metadataParameters(properties)),
    TaggingDirective: taggingDirective,
    ...(taggingDirective === 'REPLACE' && { Tagging: taggingHeader(properties) }),
  };
}

/** CopyObject copies annotations unless it is told not to; parts never do. */
function annotationDirective({ annotations }: ObjectProperties): AnnotationDirective {
  return annotations ? 'COPY' : 'EXCLUDE';
}
