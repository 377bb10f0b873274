import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { createHasher } from '../../../../local/s3/checksums/algorithms';
import type { Scenario } from './harness';

/** A scenario. `leftOut` lists steps that are not replayed, with the reason. */
export interface Script {
  readonly play: (scenario: Scenario) => Promise<void>;
  readonly leftOut?: Readonly<Record<string, string>>;
}

export type Scripts = Readonly<Record<string, Script>>;

export const ALGORITHMS = ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'] as const;

/** The checksum of a text (base64). */
export async function checksum(algorithm: (typeof ALGORITHMS)[number], text: string | Buffer): Promise<string> {
  const hasher = await createHasher(algorithm);
  hasher.update(Buffer.from(text));
  const digest = hasher.digest();
  return digest.toString('base64');
}

/** A customer-provided key: boto3 computes the MD5, the SDK for JavaScript does not. */
export function customerKey(key: string): {
  SSECustomerAlgorithm: string;
  SSECustomerKey: string;
  SSECustomerKeyMD5: string;
} {
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.from(key).toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
}

/** Shortcuts for common calls on the scenario's bucket. */
export class Calls {
  constructor(private readonly scenario: Scenario) {}

  readonly put = (Key: string, Body: PutObjectCommandInput['Body'], more: Partial<PutObjectCommandInput> = {}) =>
    this.scenario.s3.send(
      new PutObjectCommand({
        Bucket: this.scenario.bucket,
        Key,
        // Override the content type of the SDK for JavaScript with S3's default.
        ContentType: 'binary/octet-stream',
        // Avoids a warning of the SDK about unknown lengths.
        ContentLength: Body === undefined ? 0 : Buffer.byteLength(Body as string),
        ...(Body !== undefined && { Body: Buffer.from(Body as string) }),
        ...more,
      }),
    );

  readonly get = (Key: string, more: object = {}) =>
    this.scenario.s3.send(
      new GetObjectCommand({ Bucket: this.scenario.bucket, Key, ChecksumMode: 'ENABLED', ...more }),
    );

  readonly head = (Key: string, more: object = {}) =>
    this.scenario.s3.send(new HeadObjectCommand({ Bucket: this.scenario.bucket, Key, ...more }));

  readonly headWithChecksum = (Key: string, more: object = {}) => this.head(Key, { ChecksumMode: 'ENABLED', ...more });

  readonly delete = (Key: string, more: object = {}) =>
    this.scenario.s3.send(new DeleteObjectCommand({ Bucket: this.scenario.bucket, Key, ...more }));

  readonly copy = (source: string, Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
    this.scenario.s3.send(
      new CopyObjectCommand({
        Bucket: this.scenario.bucket,
        Key,
        CopySource: `${this.scenario.bucket}/${source}`,
        ...more,
      }),
    );

  readonly attributes = (Key: string, names: string[], more: object = {}) =>
    this.scenario.s3.send(
      new GetObjectAttributesCommand({
        Bucket: this.scenario.bucket,
        Key,
        ObjectAttributes: names as any,
        ...more,
      }),
    );

  readonly create = (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) =>
    this.scenario.s3.send(new CreateMultipartUploadCommand({ Bucket: this.scenario.bucket, Key, ...more }));

  readonly part = (Key: string, UploadId: string, PartNumber: number, Body: any, more: object = {}) =>
    this.scenario.s3.send(
      new UploadPartCommand({ Bucket: this.scenario.bucket, Key, UploadId, PartNumber, Body, ...more }),
    );

  readonly partCopy = (Key: string, UploadId: string, source: string, more: object = {}) =>
    this.scenario.s3.send(
      new UploadPartCopyCommand({
        Bucket: this.scenario.bucket,
        Key,
        UploadId,
        PartNumber: 1,
        CopySource: `${this.scenario.bucket}/${source}`,
        ...more,
      }),
    );

  readonly listParts = (Key: string, UploadId: string) =>
    this.scenario.s3.send(new ListPartsCommand({ Bucket: this.scenario.bucket, Key, UploadId }));

  readonly listUploads = () => this.scenario.s3.send(new ListMultipartUploadsCommand({ Bucket: this.scenario.bucket }));

  readonly abort = (Key: string, UploadId: string) =>
    this.scenario.s3.send(new AbortMultipartUploadCommand({ Bucket: this.scenario.bucket, Key, UploadId }));

  readonly complete = (
    Key: string,
    UploadId: string,
    Parts: object[],
    more: Partial<CompleteMultipartUploadCommandInput> = {},
  ) =>
    this.scenario.s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: this.scenario.bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...more,
      }),
    );

  readonly versions = () =>
    this.scenario.s3.send(new ListObjectVersionsCommand({ Bucket: this.scenario.bucket, EncodingType: 'url' }));

  readonly versioning = (Status: 'Enabled' | 'Suspended' = 'Enabled') =>
    this.scenario.s3.send(
      new PutBucketVersioningCommand({ Bucket: this.scenario.bucket, VersioningConfiguration: { Status } }),
    );

  /** Uploads an object as one part. */
  readonly upload = async (Key: string, Body: string, more: Partial<CreateMultipartUploadCommandInput> = {}) => {
    const { UploadId } = await this.create(Key, more);
    const { ETag } = await this.part(Key, UploadId ?? '', 1, Body);
    return this.complete(Key, UploadId ?? '', [{ PartNumber: 1, ETag }]);
  };
}

export type { ChecksumAlgorithm };
