import { PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import {
  type CopyObjectState,
  type CopyResult,
  ErrorName,
  type PlannedCopy,
  type UploadState,
} from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { CopyError } from '../errors';
import { expectedOf, proveEqual } from '../integrity';
import { longTags } from '../properties';
import { toResult } from '../result';
import { type Annotation, writeAnnotations } from './annotations';
import { headCopy } from './head-copy';
import { askS3, type S3 } from './s3';

/** The object that was made, and what S3 accepts only now. */
export interface MadeCopy {
  readonly versionId?: string;
  readonly requestCharged?: string;
  /** Whether tags that are too long for a header still have to be sent. */
  readonly sendLongTags: boolean;
  readonly annotations: Annotation[];
}

/** Adds to the copy what S3 accepts only after it is made, reads it back and proves it equal to the source. */
export async function finishCopy(s3: S3, state: CopyObjectState | UploadState, made: MadeCopy): Promise<CopyResult> {
  const { source, destination, proof } = state;
  const plan = state.action === 'COPY_PARTS' ? state.plan : undefined;
  if (made.sendLongTags) await putLongTags(s3, state, made.versionId);
  const head = await headCopy(s3, destination, made.versionId);
  const integrity = proveEqual(expectedOf(source, proof.checksum, plan?.length), head, source, destination);
  if (proof.sameEtag && head.ETag !== source.etag) {
    throw new CopyError(
      ErrorName.ETAG_NOT_PRESERVABLE,
      `${describeObject(destination)} was created with ETag ${head.ETag} instead of ${source.etag}, because its bucket encrypts by ${head.ServerSideEncryption ?? 'SSE-C'}`,
    );
  }
  await writeAnnotations(s3, source, destination, head, made.annotations);
  return toResult({ status: 'COPIED', integrity }, state, plan, {
    ...head,
    RequestCharged: made.requestCharged as typeof head.RequestCharged,
  });
}

async function putLongTags(s3: S3, { destination, properties }: PlannedCopy, VersionId?: string): Promise<void> {
  const TagSet = longTags(properties);
  if (!TagSet) return;
  await askS3(s3, 'PutObjectTagging', PutObjectTaggingCommand, {
    destination,
    parameters: { VersionId, Tagging: { TagSet } },
    effect: 'the copy exists and is complete except for its tags',
  });
}
