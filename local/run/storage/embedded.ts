import { BucketExistsError, type S3Server } from '../../s3';
import { credentialsOfRole, credentialsOfSession, type LocalDeployment } from '../../workflow';
import { InvalidRun } from '../errors';
import { makeNamedKey } from '../keys';
import type { StoragePlan } from './plan';

/**
 * Creates the keys and buckets of a plan in the embedded S3. Existing buckets of a data directory are not changed.
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

/** On AWS, SDKs use HTTPS, and bucket policies often deny HTTP. */
const conditionKeys = { 'aws:SecureTransport': 'true' };

/**
 * Registers the owners of the buckets, the roles of the functions with the policies that the template attaches to them,
 * and the sessions of these roles. S3 lists the ARN of the session as the initiator of an upload.
 */
export function registerPrincipals(
  server: S3Server,
  { buckets }: StoragePlan,
  { roles, functions }: Pick<LocalDeployment, 'roles' | 'functions'>,
): void {
  const owners = [...buckets.values()].map(({ ownerAccountId = server.accountId }) => ownerAccountId);
  const partition = roles[0]?.arn.split(':')[1] ?? 'aws';
  for (const accountId of new Set([server.accountId, ...owners])) {
    const arn = `arn:${partition}:iam::${accountId}:root`;
    server.addPrincipal({ accessKeyId: accountId, accountId, arn, conditionKeys });
  }
  for (const { arn, policies } of roles) {
    const accountId = arn.split(':')[4]!;
    const documents = policies.map(({ document }) => JSON.stringify(document));
    const add = (accessKeyId: string, principal: string) =>
      server.addPrincipal({ accessKeyId, accountId, arn: principal, policies: documents, conditionKeys });
    add(credentialsOfRole(arn).accessKeyId, arn);
    for (const { name } of functions.filter(({ roleArn }) => roleArn === arn)) {
      // The ARN of a session does not contain the path of the role.
      const session = `arn:${partition}:sts::${accountId}:assumed-role/${arn.split('/').at(-1)}/${name}`;
      add(credentialsOfSession(arn, name).accessKeyId, session);
    }
  }
}
