import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CopyResult } from '../../lib/private/protocol';
import { type ExecutionResult, type LocalDeployment, LocalStepFunctions } from '../../local/workflow';
import type { OtherServer } from './server-kind';
import { LAKE, LAKE_VERSIONS, RAW, RAW_VERSIONS, REGION, VERSIONED } from './template';
import { type BeforeRequest, type Request, WatchingProxy } from './watching-proxy';

/** Waits of the state machine pass faster. Requests take as long as they take. */
const TIME_SCALE = 60;

/** An execution that did not end as it should. */
export class ExecutionFailed extends Error {
  constructor(
    /** Its error; the status of its result if it succeeded. */
    readonly error: string,
    cause: string,
  ) {
    super(`${error}: ${messageOf(cause)}`);
  }
}

export interface Address {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export interface CopyInput {
  readonly source: Address;
  /** Default: the key of the source in the bucket `lake`. */
  readonly destination?: Address;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Default: `Copy`. */
  readonly workflow?: 'Copy' | 'CopyWithTags';
  readonly before?: BeforeRequest;
}

export interface Copied {
  readonly result: CopyResult;
  readonly requests: readonly Request[];
}

/** What puts objects on a server, and copies them there. */
export class Bench {
  readonly client: S3Client;

  constructor(
    private readonly server: OtherServer,
    private readonly deployment: LocalDeployment,
  ) {
    this.client = new S3Client({
      endpoint: server.endpoint,
      region: REGION,
      credentials: server.credentials,
      forcePathStyle: true,
      // Other servers do not know the checksums that SDKs send by themselves.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async makeBuckets(): Promise<void> {
    for (const Bucket of [RAW, RAW_VERSIONS, LAKE, LAKE_VERSIONS]) {
      await this.client.send(new CreateBucketCommand({ Bucket }));
      const VersioningConfiguration = { Status: 'Enabled' as const };
      if (!VERSIONED.includes(Bucket)) continue;
      await this.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
  }

  async put(
    { bucket: Bucket, key: Key }: Address,
    Body: Buffer | string,
    properties: Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'> = {},
  ): Promise<string | undefined> {
    const { VersionId } = await this.client.send(new PutObjectCommand({ ...properties, Bucket, Key, Body }));
    return VersionId;
  }

  async putParts(
    { bucket: Bucket, key: Key }: Address,
    bodies: readonly Buffer[],
    properties: Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'> = {},
  ): Promise<void> {
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand({ ...properties, Bucket, Key }));
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await this.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    const MultipartUpload = { Parts };
    await this.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  }

  head({ bucket: Bucket, key: Key, versionId: VersionId }: Address): Promise<HeadObjectCommandOutput> {
    return this.client.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
  }

  async sha256({ bucket: Bucket, key: Key, versionId: VersionId }: Address): Promise<string> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return sha256(await Body!.transformToByteArray());
  }

  /** Ids of the uploads to the destination that are open. */
  async uploads({ bucket: Bucket, key }: Address): Promise<string[]> {
    const { Uploads = [] } = await this.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: key }));
    return Uploads.filter(({ Key }) => Key === key).map(({ UploadId }) => UploadId!);
  }

  /** Runs an execution that has to succeed. @throws ExecutionFailed */
  async copy(input: CopyInput): Promise<Copied> {
    const { execution, requests } = await this.execute(input);
    if (execution.status === 'SUCCEEDED') return { result: execution.output as CopyResult, requests };
    throw new ExecutionFailed(execution.error ?? execution.status, execution.cause ?? '');
  }

  /** Runs an execution that has to fail with this error. @throws ExecutionFailed, also if it succeeds */
  async fail(input: CopyInput, error: string): Promise<void> {
    const { execution } = await this.execute(input);
    if (execution.error === error) return;
    if (execution.status !== 'SUCCEEDED') {
      throw new ExecutionFailed(execution.error ?? execution.status, execution.cause ?? '');
    }
    const { status } = execution.output as CopyResult;
    throw new ExecutionFailed(status, `the execution succeeded instead of failing with ${error}`);
  }

  private async execute(given: CopyInput): Promise<{ execution: ExecutionResult; requests: readonly Request[] }> {
    const { source, destination = destinationOf(given), options, workflow = 'Copy', before } = given;
    const proxy = await WatchingProxy.start(this.server.endpoint, before);
    const stepFunctions = new LocalStepFunctions(this.deployment, {
      s3Endpoint: proxy.endpoint,
      timeScale: TIME_SCALE,
      credentials: this.server.credentials,
    });
    try {
      const input = { source, destination, options };
      const execution = await stepFunctions.start(this.deployment.stateMachine(workflow), { input });
      await stepFunctions.idle();
      return { execution, requests: proxy.requests };
    } finally {
      await stepFunctions.close();
      await proxy.close();
    }
  }
}

export function destinationOf({ source, destination }: CopyInput): Address {
  return destination ?? { bucket: LAKE, key: source.key };
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Lambda's JSON holds the message of the worker. */
function messageOf(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
