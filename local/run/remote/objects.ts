import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { CopyResult } from '../../../lib/private/protocol';
import type { ByteRange, ObjectDescription } from '../../s3';
import { byteCounter, type OnProgress } from '../progress';
import type { SourceAddress } from '../source';
import type { BucketOf } from '../storage/plan';
import type { Verification } from '../verify';
import { withOwner } from './storage';

/** Objects of a running S3 server, seen by the owners of their buckets. */
export class RemoteObjects {
  constructor(
    private readonly endpoint: string,
    private readonly bucketOf: BucketOf,
  ) {}

  /** @returns null if there is no such object; the result has neither grants nor annotations */
  async describe(address: SourceAddress): Promise<ObjectDescription | null> {
    return this.asOwner(address, async (client, location, owner) => {
      try {
        const head = await client.send(new HeadObjectCommand({ ...location, ChecksumMode: 'ENABLED' }));
        const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(location)).catch(() => ({ TagSet: [] }));
        const tags = Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
        return descriptionOf(head, owner, tags);
      } catch (error) {
        if (error instanceof S3ServiceException) return null;
        throw error;
      }
    });
  }

  /** Reads both objects back. */
  async verify(result: CopyResult, range?: ByteRange, onProgress?: OnProgress): Promise<Verification> {
    const total = (range?.length ?? result.source.size) + result.destination.size;
    const onBytes = byteCounter('compare', total, onProgress);
    try {
      const expected = await this.sha256(result.source, range, onBytes);
      const actual = await this.sha256(result.destination, undefined, onBytes);
      return expected === actual
        ? { equal: true, text: `both objects read back, SHA-256 ${actual}` }
        : { equal: false, text: `the source's SHA-256 is ${expected}, the copy's is ${actual}` };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      return { equal: false, text: `the objects cannot be read back: ${error.name}: ${error.message}` };
    }
  }

  private sha256(
    address: SourceAddress,
    range: ByteRange | undefined,
    onBytes: (bytes: number) => void,
  ): Promise<string> {
    return this.asOwner(address, async (client, location) => {
      const Range = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ ...location, Range }));
      const hash = createHash('sha256');
      for await (const chunk of Body as Readable) {
        hash.update(chunk as Buffer);
        onBytes((chunk as Buffer).length);
      }
      return hash.digest('hex');
    });
  }

  private asOwner<T>(
    { bucket, key, versionId }: SourceAddress,
    work: (
      client: S3Client,
      location: { Bucket: string; Key: string; VersionId?: string },
      owner: string,
    ) => Promise<T>,
  ): Promise<T> {
    return withOwner(this.endpoint, this.bucketOf, bucket, (client, name) => {
      const version = versionId === undefined || versionId === '' ? {} : { VersionId: versionId };
      return work(client, { Bucket: name, Key: key, ...version }, this.bucketOf(bucket).owner);
    });
  }
}

const ALGORITHMS = ['CRC64NVME', 'CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;

/** The answer of HeadObject, with the field names of the report. */
function descriptionOf(head: HeadObjectCommandOutput, owner: string, tags: Record<string, string>): ObjectDescription {
  const checksumAlgorithm = ALGORITHMS.find((algorithm) => head[`Checksum${algorithm}`] !== undefined);
  const all: ObjectDescription = {
    versionId: head.VersionId,
    etag: head.ETag ?? '',
    size: head.ContentLength ?? 0,
    lastModified: head.LastModified?.toISOString() ?? '',
    owner,
    cacheControl: head.CacheControl,
    contentDisposition: head.ContentDisposition,
    contentEncoding: head.ContentEncoding,
    contentLanguage: head.ContentLanguage,
    contentType: head.ContentType,
    expires: head.ExpiresString,
    metadata: head.Metadata ?? {},
    websiteRedirectLocation: head.WebsiteRedirectLocation,
    storageClass: head.StorageClass ?? 'STANDARD',
    tags,
    objectLockMode: head.ObjectLockMode,
    objectLockRetainUntilDate: head.ObjectLockRetainUntilDate?.toISOString(),
    objectLockLegalHoldStatus: head.ObjectLockLegalHoldStatus,
    annotations: {},
    checksumAlgorithm,
    checksumType: head.ChecksumType,
    checksum: checksumAlgorithm && head[`Checksum${checksumAlgorithm}`],
    serverSideEncryption: head.ServerSideEncryption,
    ssekmsKeyId: head.SSEKMSKeyId,
    bucketKeyEnabled: head.BucketKeyEnabled,
    sseCustomerKeyMd5: head.SSECustomerKeyMD5,
  };
  return JSON.parse(JSON.stringify(all)) as ObjectDescription;
}
