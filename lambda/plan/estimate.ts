import { type CopyEstimate, estimateCopy } from '../../lib/private/estimates/estimate';
import type { PlanFindings } from './findings';

/** Estimates the planned copy, without retries. */
export function estimate(findings: PlanFindings): CopyEstimate {
  const { copy, head, strategy, restore, region } = findings;
  const { source, destination, properties } = copy;
  const from = source.region ?? region;
  const to = destination.region ?? region;
  return estimateCopy({
    bytes: strategy.plan?.length ?? source.size,
    ...(strategy.plan && { plan: strategy.plan }),
    planRequests: planRequests(findings),
    kmsKeys: kmsKeys(findings),
    storageClass: properties.storageClass ?? 'STANDARD',
    sourceStorageClass: head.ArchiveStatus ?? head.StorageClass ?? 'STANDARD',
    ...(restore?.action === 'RESTORE' && { restoreTier: restore.restore.tier }),
    ...(from !== to && { regions: { from, to } }),
    assumptions: [
      'KMS requests of the destination are counted if the execution sets its encryption, not for the default of its bucket.',
      ...(properties.annotations ? ['Requests for annotations are not counted: a GET and a PUT for each.'] : []),
    ],
  });
}

/** The requests of Plan besides HeadObject of the source. */
function planRequests({ options, carried, head, strategy, checksVersionAccess }: PlanFindings): Record<string, number> {
  const { overwrite = 'always', ifMatch } = options;
  const readsDestination = overwrite !== 'always' || ifMatch !== undefined;
  const readsTags = carried.tags === 'COPY' && (strategy.plan !== undefined || (head.TagCount ?? 0) > 0);
  const heads = Number(readsDestination) + Number(checksVersionAccess);
  return {
    ...(heads > 0 && { HeadObject: heads }),
    ...(readsTags && { GetObjectTagging: 1 }),
    ...(carried.acl && { GetObjectAcl: 1 }),
  };
}

/** How many of source and destination need a KMS request for every part. */
function kmsKeys({ copy, head }: PlanFindings): 0 | 1 | 2 {
  const { serverSideEncryption, bucketKeyEnabled } = copy.properties.encryption ?? {};
  const isKms = (encryption: string | undefined): boolean => encryption?.startsWith('aws:kms') ?? false;
  const source = isKms(head.ServerSideEncryption) && head.BucketKeyEnabled !== true;
  const destination = isKms(serverSideEncryption) && bucketKeyEnabled !== true;
  return (Number(source) + Number(destination)) as 0 | 1 | 2;
}
