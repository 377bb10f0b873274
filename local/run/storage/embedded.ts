import { BucketExistsError, type S3Server } from '../../s3';
import { credentialsOfRole, type LocalDeployment } from '../../workflow';
import { InvalidRun } from '../errors';
import { makeNamedKey } from '../keys';
import type { StoragePlan } from './plan';

/**
 * Makes the keys and buckets of a plan in the embedded S3. Buckets that a data directory already holds are left as they are.
 *
 * @throws InvalidRun if the setup describes an existing bucket
 */
export function makeStorage(server: S3Server, { keys, buckets, described }: StoragePlan): void {
  for (const key of keys) makeNamedKey(server, key);
  for (const [name, options] of buckets) {
    try {
      server.createBucket(name, options);
    } catch (error) {
      if (!(error instanceof BucketExistsError)) throw error;
      if (described.has(name))
        throw new InvalidRun(
          `--source-setup describes the bucket "${name}", which --dir already has; leave it out, or use an empty folder`,
        );
    }
  }
}

/** Registers the credentials of the functions' roles, with the policies that the template attaches to the roles. */
export function registerRoles(server: S3Server, roles: LocalDeployment['roles'], accountId: string): void {
  for (const { arn, policies } of roles) {
    const { accessKeyId } = credentialsOfRole(arn);
    const documents = policies.map(({ document }) => JSON.stringify(document));
    server.addPrincipal({ accessKeyId, accountId, arn, policies: documents });
  }
}
