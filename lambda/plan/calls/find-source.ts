import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { SourceObject } from '../../../lib/private/protocol';
import { sourceConditionsOf } from '../../../lib/private/protocol/option-rules';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { pinCustomerKey } from '../../shared/calls/customer-key';
import type { S3, TimedAnswer } from '../../shared/calls/s3';
import type { CopyEnds } from '../input/resolve-locations';
import { checkSourceConditions } from '../source/conditions';
import { toSourceObject } from '../source/source-object';
import { headSource } from './head-source';
import { pinVersion } from './pin-version';

interface FoundSource {
  readonly source: SourceObject;
  readonly head: HeadObjectCommandOutput;
  readonly answered: TimedAnswer<HeadObjectCommandOutput>['answered'];
  /** As in `PlanFindings`. */
  readonly checksVersionAccess: boolean;
}

/** @throws SourceNotFound, CustomerKeyInvalid, AccessDenied, PreconditionFailed */
export async function findSource(s3: S3, ends: CopyEnds, options: CopyOptions): Promise<FoundSource> {
  const address = await pinCustomerKey(s3, ends.source);
  const { output: head, answered } = await headSource(s3, address);
  const found = toSourceObject(address, head, sourceConditionsOf(options));
  // All requests name a version that the execution specifies.
  const checksVersionAccess = !ends.mayNameVersions && address.versionId === undefined && found.versionId !== undefined;
  const source = checksVersionAccess ? await pinVersion(s3, found) : found;
  checkSourceConditions(source, { etag: source.etag, lastModified: head.LastModified! }, source.conditions);
  return { source, head, answered, checksVersionAccess };
}
