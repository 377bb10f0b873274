import { PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import {
  type CopyObjectState,
  type CopyResult,
  ErrorName,
  type PlannedCopy,
  type UploadState,
} from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { CopyError, explain } from '../errors';
import { expectedOf, proveEqual } from '../integrity';
import { longTags } from '../properties';
import { toResult } from '../result';
import { type Annotation, writeAnnotations } from './annotations';
import { headCopy } from './head-copy';
import { bucketParameters } from './parameters';
import type { S3Clients } from './s3';

/** What has just been made, and what S3 takes only now. */
export interface Made {
  readonly versionId?: string;
  readonly requestCharged?: string;
  /** Whether tags that were too long for a header are still to be sent. */
  readonly sendLongTags: boolean;
  readonly annotations: Annotation[];
}

/** Gives the new object what S3 takes only afterwards, reads it back and proves it equal. */
export async function finish(
  clients: S3Clients,
  state: CopyObjectState | UploadState,
  made: Made,
): Promise<CopyResult> {
  const { source, destination, proof } = state;
  const plan = state.action === 'COPY_PARTS' ? state.plan : undefined;
  if (made.sendLongTags) await putLongTags(clients, state, made.versionId);
  const head = await headCopy(clients, destination, made.versionId);
  const integrity = proveEqual(expectedOf(source, proof.checksum, plan?.length), head, source, destination);
  if (proof.sameEtag && head.ETag !== source.etag) {
    throw new CopyError(
      ErrorName.ETAG_NOT_PRESERVABLE,
      `${describeObject(destination)} was made, with ETag ${head.ETag} instead of ${source.etag}: its bucket encrypts by ${head.ServerSideEncryption ?? 'SSE-C'}`,
    );
  }
  await writeAnnotations(clients, source, destination, head, made.annotations);
  return toResult({ status: 'COPIED', integrity }, state, plan, {
    ...head,
    RequestCharged: made.requestCharged as typeof head.RequestCharged,
  });
}

async function putLongTags(clients: S3Clients, state: PlannedCopy, VersionId: string | undefined): Promise<void> {
  const { destination, properties } = state;
  const TagSet = longTags(properties);
  if (!TagSet) return;
  const command = new PutObjectTaggingCommand({ ...bucketParameters(destination), VersionId, Tagging: { TagSet } });
  try {
    await clients(destination).send(command);
  } catch (error) {
    const call = 'PutObjectTagging of the copy, which is complete but for its tags';
    throw explain(error, { call, destination: describeObject(destination) });
  }
}
