import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { isCrcAlgorithm, type S3Server } from '../../s3';
import { InvalidRun } from '../errors';
import { keyOf, makeNamedKey } from '../keys';
import type { SourceAddress, SourceContent } from '../source';
import type { BucketOf, RunBucket } from '../storage/plan';
import { type ObjectTarget, putVersion } from './objects';
import { customerKeyOf } from './parameters';
import { type BucketSetup, type SourceSetup, sum, type VersionSetup } from './schema';

/** Values besides the setup that determine the objects of a run. */
export interface Preparation {
  readonly source: SourceAddress;
  readonly destination: Omit<SourceAddress, 'versionId'>;
  /** Size of the source object in bytes, from the command line or by default. */
  readonly content: SourceContent;
  /** ARN that replaces `{copyRole}` in policies. */
  readonly copyRole: string;
  /** Called with the number of bytes that have been put. */
  readonly onBytes?: (bytes: number) => void;
}

const STAGING = 'mpcopy-staging';

/** Size of objects other than the source, if the setup does not specify one. */
const DEFAULT_BYTES = 1024;

/** Larger objects have generated content, since creating real bytes would take long. */
const MAX_REAL_BYTES = 1024 ** 3;

/**
 * A client that acts as the bucket's owner: in the embedded S3, an account ID is the access key of the root user of
 * this account.
 */
export function ownerClient(
  server: Pick<S3Server, 'endpoint'>,
  { owner, region }: Pick<RunBucket, 'owner' | 'region'>,
): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: owner, secretAccessKey: 'mpcopy' },
    // Without a checksum of the client, the checksum is the default of S3, as for most objects.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  });
}

/** Whether an object has real bytes: its content is given, or it has a checksum that cannot be computed for generated content. */
export function hasRealBytes(version: VersionSetup | undefined, content: SourceContent): boolean {
  if (version?.content !== undefined || content.file !== undefined || content.onDisk === true) return true;
  const { checksumAlgorithm: algorithm = 'none' } = version ?? {};
  const size = sizeOf(version ?? {}, content);
  return algorithm !== 'none' && !isCrcAlgorithm(algorithm) && size <= MAX_REAL_BYTES;
}

/**
 * Puts all objects of a setup into their buckets, and then sets the policies, which might deny the puts.
 *
 * @throws InvalidRun with the error of S3 if it refuses an object or a policy
 */
export async function prepareObjects(
  server: S3Server,
  setup: SourceSetup,
  bucketOf: BucketOf,
  run: Preparation,
): Promise<void> {
  const { source, destination, content } = run;
  const versions: [string, VersionSetup, SourceContent][] = [
    ...(setup.olderVersions ?? []).map((version, index) => other(`olderVersions.${index}`, version)),
    ['object', { versionId: source.versionId, ...setup.object }, content],
    ...(setup.newerVersions ?? []).map((version, index) => other(`newerVersions.${index}`, version)),
  ];
  const { onBytes } = run;
  await withStaging(server, bucketOf(source.bucket), async (target) => {
    for (const [field, version, bytes] of versions) {
      await putOne(field, { ...target, onBytes, key: source.key }, version, bytes, setup);
    }
  });
  await withStaging(server, bucketOf(destination.bucket), async (target) => {
    for (const [index, { key = destination.key, ...version }] of (setup.existing ?? []).entries()) {
      await putOne(`existing.${index}`, { ...target, onBytes, key }, version, { size: DEFAULT_BYTES }, setup);
    }
  });
  await setPolicies(server, 'sourceBucket', setup.sourceBucket, bucketOf(source.bucket), run.copyRole);
  await setPolicies(server, 'destinationBucket', setup.destinationBucket, bucketOf(destination.bucket), run.copyRole);
}

function other(field: string, version: VersionSetup): [string, VersionSetup, SourceContent] {
  return [field, version, { size: DEFAULT_BYTES }];
}

/** Sum of the sizes of all objects that a setup puts; without a setup, size of the source object. */
export function totalBytes(setup: SourceSetup | undefined, source: SourceContent): number {
  const { object = {}, olderVersions = [], newerVersions = [], existing = [] } = setup ?? {};
  const others: VersionSetup[] = [...olderVersions, ...newerVersions, ...existing];
  const bytesOf = (version: VersionSetup, fallback: SourceContent) => {
    const { text, size = 0 } = contentOf(version, fallback);
    return text === undefined ? size : Buffer.byteLength(text);
  };
  const bytes = others.map((version) => (version.deleteMarker ? 0 : bytesOf(version, { size: DEFAULT_BYTES })));
  return sum([bytesOf(object, source), ...bytes]);
}

type Target = Omit<ObjectTarget, 'key'> & { readonly of: RunBucket };

/** Provides a staging bucket of the same owner, and deletes it afterwards. */
async function withStaging(
  server: S3Server,
  bucket: RunBucket,
  work: (target: Target) => Promise<void>,
): Promise<void> {
  const client = ownerClient(server, bucket);
  const staging = `${STAGING}-${bucket.owner}`;
  try {
    await client.send(new CreateBucketCommand({ Bucket: staging }));
    await work({ server, client, bucket: bucket.name, staging, of: bucket });
    await client.send(new DeleteObjectCommand({ Bucket: staging, Key: 'bytes' }));
    await client.send(new DeleteBucketCommand({ Bucket: staging }));
  } finally {
    client.destroy();
  }
}

async function putOne(
  field: string,
  { of, ...target }: ObjectTarget & { readonly of: RunBucket },
  version: VersionSetup,
  fallback: SourceContent,
  { secrets }: SourceSetup,
): Promise<void> {
  const customerKey = customerKeyOf(version.sseCustomerKeySecret, secrets);
  const content = contentOf(version, fallback);
  checkParts(field, version, content);
  const { ssekmsKeyId: key } = version;
  try {
    if (key !== undefined) makeNamedKey(target.server, keyOf(key, of.owner, of.region));
    await putVersion({ ...target, ...(customerKey && { customerKey }) }, version, content);
  } catch (error) {
    throw refusal(field, error);
  }
}

function contentOf(version: VersionSetup, given: SourceContent): SourceContent {
  if (version.content !== undefined) return { text: version.content };
  if (given.file !== undefined) return given;
  return { size: sizeOf(version, given), onDisk: hasRealBytes(version, given) };
}

function sizeOf({ size, parts }: VersionSetup, given: SourceContent): number {
  return size ?? (parts === undefined ? (given.size ?? 0) : sum(parts));
}

function checkParts(field: string, { parts }: VersionSetup, { size, text }: SourceContent): void {
  const bytes = text === undefined ? size : Buffer.byteLength(text);
  if (parts === undefined || bytes === undefined || sum(parts) === bytes) return;
  throw new InvalidRun(
    `${field}.parts: the parts have ${sum(parts)} bytes in total, the object has ${bytes}; make them equal`,
  );
}

async function setPolicies(
  server: S3Server,
  field: string,
  setup: BucketSetup = {},
  bucket: RunBucket,
  copyRole: string,
): Promise<void> {
  const textOf = (policy: object): string =>
    JSON.stringify(policy).replaceAll('{copyRole}', copyRole).replaceAll('{bucket}', bucket.name);
  const { policy, accessPoint, accessPointPolicy } = setup;
  if (accessPoint !== undefined && accessPointPolicy !== undefined) {
    server.putAccessPointPolicy(bucket.name, accessPoint, textOf(accessPointPolicy));
  }
  if (policy !== undefined) await setBucketPolicy(server, field, textOf(policy), bucket);
}

async function setBucketPolicy(server: S3Server, field: string, text: string, bucket: RunBucket): Promise<void> {
  const client = ownerClient(server, bucket);
  try {
    await client.send(new DeletePublicAccessBlockCommand({ Bucket: bucket.name }));
    await client.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy: text }));
  } catch (error) {
    throw refusal(`${field}.policy`, error);
  } finally {
    client.destroy();
  }
}

function refusal(field: string, error: unknown): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  return new InvalidRun(
    `${field}: S3 refuses it: ${error.name}: ${error.message}. Change the object or its bucket in the setup`,
  );
}
