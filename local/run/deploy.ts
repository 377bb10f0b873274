import type { Locations } from '../../lib/private/protocol';
import type { BucketOptions, S3Server } from '../s3';
import type { LocalDeployment } from '../workflow';

/** Makes the keys and buckets of the template, and those that it only refers to, in the embedded S3. */
export function deployStorage(server: S3Server, deployment: LocalDeployment, locations: Locations): void {
  for (const key of deployment.keys) server.createKmsKey({ keyId: key.keyId });
  for (const bucket of deployment.buckets) {
    server.createBucket(bucket.name, {
      versioning: bucket.versioning,
      encryption: bucket.encryption as BucketOptions['encryption'],
      objectLock: bucket.objectLock,
    });
  }
  const owned = new Set(deployment.buckets.map(({ name }) => name));
  const imported = [...locations.sources, ...locations.destinations].map(({ bucket }) => bucket);
  for (const name of new Set(imported)) {
    if (!owned.has(name)) server.createBucket(name);
  }
}
