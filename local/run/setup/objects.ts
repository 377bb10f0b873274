import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectAnnotationCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { BuildMiddleware, MiddlewareStack } from '@smithy/types';
import type { S3Server } from '../../s3';
import { putSource, type SourceContent } from '../source';
import { type CustomerKeyParameters, header, objectParameters } from './parameters';
import type { ObjectSetup, VersionSetup } from './schema';

/** Limit of CopyObject and PutObject: a larger object always has parts. */
const MAX_SINGLE_BYTES = 5 * 1024 ** 3;

const STAGED_KEY = 'bytes';

/** The bucket of an object, and the client that puts the object. */
export interface ObjectTarget {
  readonly server: S3Server;
  /** Acts as the bucket's owner, in the bucket's Region. */
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Bucket of the same owner into which the bytes are uploaded first. */
  readonly staging: string;
  readonly customerKey?: CustomerKeyParameters;
  /** Called with the number of bytes that have been put. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Creates one version of an object with S3 requests, so that the rules of S3 apply: the bytes are uploaded to the
 * staging bucket, then copied with the properties of the setup.
 */
export async function putVersion(target: ObjectTarget, version: VersionSetup, content: SourceContent): Promise<void> {
  const { server, client, bucket, key } = target;
  const location = { Bucket: bucket, Key: key };
  if (version.deleteMarker) {
    const { VersionId } = await client.send(new DeleteObjectCommand(location));
    server.amendObject({ bucket, key, versionId: VersionId, newVersionId: version.versionId });
    return;
  }
  const size = await stage(target, version, content);
  const parts = partsOf(version, size);
  const versionId = parts === undefined ? await copyWhole(target, version) : await copyParts(target, version, parts);
  for (const [AnnotationName, text] of Object.entries(version.annotations ?? {})) {
    const annotation = { AnnotationName, AnnotationPayload: Buffer.from(text), VersionId: versionId };
    await client.send(new PutObjectAnnotationCommand({ ...location, ...annotation }));
  }
  server.amendObject({
    bucket,
    key,
    versionId,
    newVersionId: version.versionId,
    lastModified: version.lastModified,
    archiveStatus: version.archiveStatus,
    restoredUntil: version.restoredUntil,
    ...(version.checksumAlgorithm === 'none' && { checksum: 'none' }),
  });
}

async function stage(target: ObjectTarget, version: VersionSetup, content: SourceContent): Promise<number> {
  const { server, client, staging, onBytes } = target;
  const seed = version.seed ?? `${target.bucket}/${target.key}/${version.versionId ?? ''}`;
  return putSource(server, client, { bucket: staging, key: STAGED_KEY }, { ...content, seed }, onBytes);
}

/** Sizes of the parts; undefined for an object that is not multipart. */
function partsOf({ parts, checksumType }: ObjectSetup, size: number): readonly number[] | undefined {
  if (parts !== undefined) return parts;
  if (checksumType === 'COMPOSITE') return [size];
  if (size <= MAX_SINGLE_BYTES) return undefined;
  const full = Math.floor(size / MAX_SINGLE_BYTES);
  const rest = size - full * MAX_SINGLE_BYTES;
  return [...Array<number>(full).fill(MAX_SINGLE_BYTES), ...(rest > 0 ? [rest] : [])];
}

function declaredAlgorithm({ checksumAlgorithm }: ObjectSetup): ChecksumAlgorithm | undefined {
  return checksumAlgorithm === 'none' ? undefined : checksumAlgorithm;
}

async function copyWhole(target: ObjectTarget, version: ObjectSetup): Promise<string | undefined> {
  const command = new CopyObjectCommand({
    ...objectParameters(version, target.customerKey),
    Bucket: target.bucket,
    Key: target.key,
    CopySource: `${target.staging}/${STAGED_KEY}`,
    MetadataDirective: 'REPLACE',
    TaggingDirective: 'REPLACE',
    ChecksumAlgorithm: declaredAlgorithm(version),
  });
  addExpires(command, version);
  return (await target.client.send(command)).VersionId;
}

async function copyParts(
  target: ObjectTarget,
  version: ObjectSetup,
  sizes: readonly number[],
): Promise<string | undefined> {
  const { client, staging, customerKey } = target;
  const location = { Bucket: target.bucket, Key: target.key };
  const algorithm = declaredAlgorithm(version);
  const command = new CreateMultipartUploadCommand({
    ...objectParameters(version, customerKey),
    ...location,
    ChecksumAlgorithm: algorithm,
    ChecksumType: version.checksumType,
  });
  addExpires(command, version);
  const { UploadId } = await client.send(command);
  const parts: CompletedPart[] = [];
  let first = 0;
  for (const [index, size] of sizes.entries()) {
    const part = { UploadId, PartNumber: index + 1, ...customerKey };
    const range = size === 0 ? undefined : `bytes=${first}-${first + size - 1}`;
    const source = { CopySource: `${staging}/${STAGED_KEY}`, CopySourceRange: range };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...location, ...part, ...source }));
    // Passes on ETag and checksum; S3 ignores LastModified.
    parts.push({ ...CopyPartResult, PartNumber: part.PartNumber });
    first += size;
  }
  const completion = { UploadId, MultipartUpload: { Parts: parts }, ...(algorithm !== undefined && customerKey) };
  return (await client.send(new CompleteMultipartUploadCommand({ ...location, ...completion }))).VersionId;
}

/** Sends Expires as any text, which S3 allows. The parameter of the SDK accepts only dates. */
function addExpires(command: CopyObjectCommand | CreateMultipartUploadCommand, { expires }: ObjectSetup): void {
  if (expires === undefined) return;
  const middleware: BuildMiddleware<object, object> = (next) => (args) => {
    const request = args.request as { headers: Record<string, string> };
    request.headers.expires = header(expires) ?? '';
    return next(args);
  };
  (command.middlewareStack as unknown as MiddlewareStack<object, object>).add(middleware, { step: 'build' });
}
