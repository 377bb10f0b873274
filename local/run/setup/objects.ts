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

/** CopyObject takes no more, and a larger object of Amazon S3 has parts. */
const MAX_SINGLE_BYTES = 5 * 1024 ** 3;

const STAGED_KEY = 'bytes';

/** Where an object goes, and who puts it there. */
export interface ObjectTarget {
  readonly server: S3Server;
  /** In the name of the bucket's owner, for the bucket's Region. */
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Bucket of the same owner that the bytes come from, so that copies do all the rest. */
  readonly staging: string;
  readonly customerKey?: CustomerKeyParameters;
}

/**
 * Makes one version of an object by the calls of S3, so that its rules hold: bytes that are staged are copied to where they belong,
 * with everything that the setup says.
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
  const { server, client, staging } = target;
  const seed = version.seed ?? `${target.bucket}/${target.key}/${version.versionId ?? ''}`;
  return putSource(server, client, { bucket: staging, key: STAGED_KEY }, { ...content, seed });
}

/** Sizes of the parts; undefined for an object that was put as one piece. */
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
    // ETag and checksum go on as they are; S3 does not look at the date.
    parts.push({ ...CopyPartResult, PartNumber: part.PartNumber });
    first += size;
  }
  const completion = { UploadId, MultipartUpload: { Parts: parts }, ...(algorithm !== undefined && customerKey) };
  return (await client.send(new CompleteMultipartUploadCommand({ ...location, ...completion }))).VersionId;
}

/** The SDK sends dates only; the header may be any text. */
function addExpires(command: CopyObjectCommand | CreateMultipartUploadCommand, { expires }: ObjectSetup): void {
  if (expires === undefined) return;
  const middleware: BuildMiddleware<object, object> = (next) => (args) => {
    const request = args.request as { headers: Record<string, string> };
    request.headers.expires = header(expires) ?? '';
    return next(args);
  };
  (command.middlewareStack as unknown as MiddlewareStack<object, object>).add(middleware, { step: 'build' });
}
