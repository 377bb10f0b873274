import { randomBytes } from 'node:crypto';
import type { S3Server } from '../../s3';
import { type LocalDeployment, type LocalStepFunctions, partitionOf } from '../../workflow';

/** The reason in the event, by the operation that created the object. */
const REASONS = new Map([
  ['PutObject', 'PutObject'],
  ['CopyObject', 'CopyObject'],
  ['CompleteMultipartUpload', 'CompleteMultipartUpload'],
]);

/**
 * Puts an `Object Created` event to the default event bus of the bucket's account and Region for each object that a
 * client creates ("Using EventBridge", Amazon S3 User Guide). Keys are not encoded. A bucket of the templates sends
 * events if the template enables them; a bucket that the templates only refer to always sends events.
 */
export function sendObjectEvents(
  server: S3Server,
  { buckets }: LocalDeployment,
  homeOf: (bucket: string) => { readonly owner: string; readonly region: string },
  stepFunctions: LocalStepFunctions,
): void {
  const silent = new Set(buckets.filter(({ eventBridge }) => !eventBridge).map(({ name }) => name));
  const completed = new Set<string>();
  let sequence = 0;
  server.onOperation(async ({ phase, operation, bucket, key, uploadId, principal }) => {
    const reason = REASONS.get(operation);
    if (phase !== 'done' || reason === undefined || silent.has(bucket) || bucket.endsWith('--x-s3')) return;
    // A repeated CompleteMultipartUpload creates nothing.
    if (uploadId !== undefined && completed.has(uploadId)) return;
    if (uploadId !== undefined) completed.add(uploadId);
    const object = server.describeObject(bucket, key);
    if (object === undefined) return;
    const { owner: accountId, region } = homeOf(bucket);
    const { size, etag, versionId } = object;
    await stepFunctions.putEvent({
      source: 'aws.s3',
      detailType: 'Object Created',
      accountId,
      region,
      resources: [`arn:${partitionOf(region).name}:s3:::${bucket}`],
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: {
          key,
          size,
          etag: etag.replaceAll('"', ''),
          ...(versionId !== undefined && { 'version-id': versionId }),
          sequencer: (++sequence).toString(16).toUpperCase().padStart(18, '0'),
        },
        'request-id': randomBytes(8).toString('hex').toUpperCase(),
        requester: /^\d{12}$/.test(principal) ? principal : server.accountId,
        'source-ip-address': '127.0.0.1',
        reason,
      },
    });
  });
}
