import type { Locations } from '../../lib/private/protocol';
import type { BucketOptions, S3Server } from '../s3';
import { credentialsOfRole, type LocalDeployment } from '../workflow';

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

/** Binds the credentials that functions get to their roles, with the policies that the template gives them. */
export function deployRoles(server: S3Server, deployment: LocalDeployment, accountId: string): void {
  for (const { arn, policies } of deployment.roles) {
    const { accessKeyId } = credentialsOfRole(arn);
    const documents = policies.map(({ document }) => JSON.stringify(document));
    server.addPrincipal({ accessKeyId, accountId, arn, policies: documents });
  }
}
