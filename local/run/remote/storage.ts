import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { BucketOptions } from '../../s3';
import { credentialsOfRole } from '../../workflow';
import { InvalidRun, ResourceUnavailable } from '../errors';
import { ownerClient } from '../setup/prepare';
import type { BucketOf, StoragePlan } from '../storage/plan';

const NETWORK_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT']);

/** In this Region, the S3 API does not accept a location constraint. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Creates the buckets of a plan that the server does not have, with S3 requests. Existing buckets are not changed.
 *
 * @throws InvalidRun for kinds of buckets that the S3 API cannot create, ResourceUnavailable if the server refuses a bucket
 */
export async function makeStorageAt(endpoint: string, { buckets, bucketOf }: StoragePlan): Promise<void> {
  for (const [name, options] of buckets) {
    await withOwner(endpoint, bucketOf, name, async (client) => {
      if (!(await exists(endpoint, client, name))) await makeBucket(client, name, options);
    });
  }
}

/**
 * Makes calls on behalf of the owner of a bucket, which an access point may name.
 *
 * @throws ResourceUnavailable if the server cannot be reached any more, or does not have the KMS key of the bucket
 */
export async function withOwner<T>(
  endpoint: string,
  bucketOf: BucketOf,
  name: string,
  work: (client: S3Client, bucket: string) => Promise<T>,
): Promise<T> {
  const bucket = bucketOf(name);
  const client = ownerClient({ endpoint }, bucket);
  try {
    return await work(client, bucket.name);
  } catch (error) {
    if (NETWORK_ERRORS.has((error as NodeJS.ErrnoException).code ?? '')) throw unreachable(endpoint, error);
    if ((error as Error).name === 'KMS.NotFoundException') {
      const { message } = error as Error;
      throw new ResourceUnavailable(
        `--endpoint ${endpoint}: ${message}; start the server with mpcopy s3 --create-kms-keys`,
      );
    }
    throw error;
  } finally {
    client.destroy();
  }
}

/**
 * Checks that the server is reachable and accepts the access keys of a run: the account IDs of the buckets' owners, and
 * the access key of the workers' role. A server with `--principals` refuses keys that it does not list.
 *
 * @throws ResourceUnavailable
 */
export async function checkAccessKeys(
  endpoint: string,
  { buckets, bucketOf }: StoragePlan,
  roleArn: string,
): Promise<void> {
  const owners = [...buckets.keys()].map((name) => bucketOf(name));
  const { region } = owners[0] ?? { region: DEFAULT_REGION };
  const keys = new Map(owners.map(({ owner }) => [owner, { accessKeyId: owner, accountId: owner }]));
  const { accessKeyId } = credentialsOfRole(roleArn);
  for (const key of [...keys.values(), { accessKeyId, arn: roleArn, accountId: roleArn.split(':')[4] }]) {
    const client = ownerClient({ endpoint }, { owner: key.accessKeyId, region });
    try {
      await client.send(new ListBucketsCommand({ MaxBuckets: 1 }));
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw unreachable(endpoint, error);
      if (error.name !== 'InvalidAccessKeyId') continue;
      throw new ResourceUnavailable(
        `--endpoint ${endpoint} refuses an access key; add ${JSON.stringify(key)} to its --principals`,
      );
    } finally {
      client.destroy();
    }
  }
}

function unreachable(endpoint: string, error: unknown): ResourceUnavailable {
  const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  return new ResourceUnavailable(
    `--endpoint ${endpoint} cannot be reached: ${reason}; start a server with mpcopy s3 --port`,
  );
}

async function exists(endpoint: string, client: S3Client, name: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
    return true;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw unreachable(endpoint, error);
    if (error.$metadata.httpStatusCode === 404) return false;
    throw new ResourceUnavailable(`--endpoint ${endpoint}: the bucket "${name}" cannot be used: ${error.name}`);
  }
}

/** @throws InvalidRun for kinds of buckets that the S3 API cannot create, ResourceUnavailable if the server refuses the bucket */
async function makeBucket(client: S3Client, Bucket: string, options: BucketOptions): Promise<void> {
  const { region = DEFAULT_REGION, accessPoints = [], versioning, encryption, objectLock } = options;
  if (accessPoints.length > 0 || Bucket.endsWith('--x-s3')) {
    const kind = accessPoints.length > 0 ? 'with access points' : 'that is a directory bucket';
    throw new InvalidRun(`--endpoint has no bucket "${Bucket}", and none ${kind} can be made there; use --dir`);
  }
  try {
    await client.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: objectLock,
        ...(region !== DEFAULT_REGION && {
          CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
        }),
      }),
    );
    if (versioning !== undefined) {
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: versioning } }));
    }
    if (encryption !== undefined) await encryptBucket(client, Bucket, encryption);
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    throw new ResourceUnavailable(
      `--endpoint refuses the bucket "${Bucket}" of the template: ${error.name}: ${error.message}`,
    );
  }
}

async function encryptBucket(
  client: S3Client,
  Bucket: string,
  { sseAlgorithm, kmsKeyId, bucketKeyEnabled }: NonNullable<BucketOptions['encryption']>,
): Promise<void> {
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: sseAlgorithm, KMSMasterKeyID: kmsKeyId },
    BucketKeyEnabled: bucketKeyEnabled,
  };
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
}

/** IDs of the uploads that are open in a bucket. */
export async function openUploads(client: S3Client, Bucket: string): Promise<string[]> {
  const ids: string[] = [];
  let markers = {};
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket, ...markers }));
    ids.push(...(page.Uploads ?? []).flatMap(({ UploadId }) => UploadId ?? []));
    if (page.IsTruncated !== true) return ids;
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
