import { mkdir, readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { regionOf } from '../base/arns';
import { loadCrcs } from '../checksums/algorithms';
import { type BlobStore, MemoryBlobs } from '../content/blobs';
import { ContentDigests } from '../content/digests';
import { type Content, identity, slice } from '../content/extents';
import { FileBlobs } from '../content/file-blobs';
import { readContent } from '../content/reader';
import { S3Error } from '../errors/s3-error';
import { NotFoundError } from '../errors/server-errors';
import { RequestHandler } from '../http/handler';
import { createListener, serveRequests } from '../http/listener';
import { Accounts } from '../iam/accounts';
import { Authorizer } from '../iam/authorizer';
import { textsOf } from '../iam/conditions';
import { DecisionLog } from '../iam/decision-log';
import { checkPolicyText } from '../iam/policy';
import { Kms, type KmsRequestCounts } from '../kms/kms';
import type { OperationContext } from '../operations/context';
import type { ByteRange } from '../rules/ranges';
import { FaultInjector, parseFaultRules } from '../simulation/faults';
import { RequestLog } from '../simulation/request-log';
import { DirectoryLock } from '../store/directory-lock';
import { FileJournal, MemoryJournal } from '../store/journal';
import type { KmsKey } from '../store/model';
import { Store } from '../store/store';
import { shownVersionId } from '../store/versions';
import { OPERATION_NAMES } from '../wire/operation-names';
import { describeVersion, type ObjectDescription } from './describe';
import { resolveOptions, type ResolvedOptions, type S3ServerOptions } from './options';
import {
  accessPointPolicyChange,
  amendmentOf,
  type BucketOptions,
  bucketSettings,
  ensureKey,
  generatedVersion,
  type GeneratedObject,
  type ObjectAmendment,
  objectOf,
} from './setup';

export interface PrincipalOptions {
  accessKeyId: string;
  /** 12 digits. Default: the server's account. */
  accountId?: string;
  /** Default: a user named like the access key. */
  arn?: string;
  policies?: readonly (string | object)[];
  /** With it the signatures of the access key's requests are verified. Default: any signature does. */
  secretAccessKey?: string;
  /**
   * What conditions find of this principal that the server cannot know, or has otherwise: `aws:PrincipalTag/team`,
   * `aws:PrincipalOrgID`, `aws:userid`, `aws:SourceVpce`, `aws:SecureTransport`.
   */
  conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
}

/** An S3 on this machine: real HTTP, S3's own rules, no AWS. Any S3 client can use it. */
export class S3Server {
  /**
   * Starts a server, with what its data directory holds.
   * @throws InvalidOptionError, DirectoryInUseError, DamagedJournalError
   */
  static async start(options: S3ServerOptions = {}): Promise<S3Server> {
    const resolved = resolveOptions(options);
    await loadCrcs();
    const storage = await openStorage(resolved.dir);
    const server = createListener();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(resolved.port, resolved.host, resolve);
      });
    } catch (error) {
      await storage.close();
      throw error;
    }
    return new S3Server(server, resolved, storage);
  }

  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  /** The account of buckets and credentials that name no other. */
  readonly accountId: string;
  readonly requestLog: RequestLog;
  /** What the policies were asked; empty unless they are enforced. */
  readonly accessLog: DecisionLog;
  readonly faults = new FaultInjector(OPERATION_NAMES);
  private readonly context: OperationContext;
  private readonly store: Store;

  private constructor(
    private readonly server: Server,
    private readonly options: ResolvedOptions,
    private readonly storage: Storage,
  ) {
    const { store, blobs } = storage;
    const { clock, region } = options;
    this.store = store;
    const { port } = server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    this.endpoint = `http://${host}:${port}`;
    this.region = region;
    this.accountId = options.accountId;
    this.requestLog = new RequestLog(options.onRequest);
    const authorizer = options.enforceIam ? new Authorizer({ region, clock }) : undefined;
    this.accessLog = authorizer?.log ?? new DecisionLog();
    this.context = {
      store,
      blobs,
      digests: new ContentDigests(blobs),
      kms: new Kms(store, { region, clock, authorizer, createsUnknown: options.unknownKmsKeys === 'create' }),
      accounts: new Accounts(options.accountId, options.enforceIam),
      authorizer,
      region,
      accountId: options.accountId,
      endpoint: this.endpoint,
      restoreMilliseconds: options.restoreMilliseconds,
      repeatCompleteMilliseconds: options.repeatCompleteMilliseconds,
      clock,
    };
    const handler = new RequestHandler(this.context, this.faults, this.requestLog, options.latency);
    serveRequests(server, (request, response) => void handler.handle(request, response));
  }

  /**
   * Creates a bucket.
   * @throws InvalidBucketNameError, BucketExistsError, InvalidOptionError
   */
  createBucket(name: string, options: BucketOptions = {}): void {
    const settings = bucketSettings(this.context, name, options);
    this.store.commitSoon({ type: 'bucket', bucket: name, settings });
  }

  /**
   * Sets the policy of an access point, which comes beside that of its bucket.
   * @param policy JSON text
   * @throws NotFoundError, InvalidOptionError
   */
  putAccessPointPolicy(bucket: string, accessPoint: string, policy: string): void {
    this.store.commitSoon(accessPointPolicyChange(this.store, bucket, accessPoint, policy));
  }

  /**
   * Creates an object whose bytes are generated from a seed and never stored, so it may have any size that S3 allows.
   * @throws NotFoundError, InvalidObjectError
   */
  putGenerated(object: GeneratedObject): { etag: string; versionId?: string } {
    const { bucket, version, shownVersionId: versionId } = generatedVersion(this.context, object);
    this.store.commitSoon({ type: 'version', bucket, key: object.key, version });
    return { etag: version.etag, ...(versionId !== undefined && { versionId }) };
  }

  /**
   * Changes what no request can change of an object.
   * @throws NotFoundError
   */
  amendObject(amendment: ObjectAmendment): void {
    this.store.commitSoon(...amendmentOf(this.store, amendment));
  }

  /**
   * A text that is equal for two objects exactly when they are the same ranges of the same generated streams or stored bytes.
   * @throws NotFoundError
   */
  contentIdentity(bucket: string, key: string, versionId?: string, range?: ByteRange): string {
    return identity(this.contentOf(bucket, key, versionId, range));
  }

  /** Base64 of the CRC64NVME of an object's bytes, whatever checksum S3 keeps of it. */
  async contentCrc(bucket: string, key: string, versionId?: string, range?: ByteRange): Promise<string> {
    const content = this.contentOf(bucket, key, versionId, range);
    return (await this.context.digests.digest(content, 'CRC64NVME')).toString('base64');
  }

  /** An object as it is stored; undefined where there is none. */
  describeObject(bucketName: string, key: string, versionId?: string): ObjectDescription | undefined {
    const bucket = this.store.findBucket(bucketName);
    if (!bucket) return undefined;
    try {
      const version = objectOf(this.store, bucketName, key, versionId);
      return describeVersion(version, shownVersionId(bucket, version));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** The bytes of an object, of any size and storage class. */
  async *readContent(bucket: string, key: string, versionId?: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const content = this.contentOf(bucket, key, versionId, range);
    // Copies, which stay as they are, whatever is done with them.
    for await (const chunk of readContent(content, this.context.blobs)) yield Buffer.from(chunk);
  }

  private contentOf(bucket: string, key: string, versionId?: string, range?: ByteRange): Content {
    const { content } = objectOf(this.store, bucket, key, versionId);
    return range === undefined ? content : slice(content, range.offset, range.length);
  }

  /** Multipart uploads that were neither completed nor aborted. */
  openUploads(): { bucket: string; key: string; uploadId: string }[] {
    return [...this.store.buckets()].flatMap((bucket) =>
      [...bucket.uploads.values()].map(({ upload: { key, uploadId } }) => ({ bucket: bucket.name, key, uploadId })),
    );
  }

  /** Makes a customer managed KMS key; without it a request that names the key is refused. */
  createKmsKey(
    options: { keyId?: string; aliases?: readonly string[]; accountId?: string; region?: string } = {},
  ): KmsKey {
    const { accountId = this.options.accountId, ...rest } = options;
    return this.context.kms.createKey({ accountId, ...rest });
  }

  /** The KMS key of an id, ARN or alias; it is made unless it is there, and gets a further alias. */
  ensureKmsKey(name: string, options: { accountId?: string; region?: string; alias?: string } = {}): KmsKey {
    const { accountId = this.options.accountId, region = this.region, alias } = options;
    const key = ensureKey(this.context, name, accountId, region);
    if (alias !== undefined && !key.aliases.includes(alias)) this.context.kms.addAlias(key, alias);
    return key;
  }

  /**
   * Decides on a call of another service by the policies of an access key. Returns why it is refused; undefined is allowed, as is
   * everything where policies are not enforced.
   */
  checkAccess(call: { accessKeyId: string; action: string; resource: string; operation: string }): string | undefined {
    const { authorizer, accounts } = this.context;
    try {
      authorizer?.authorizeCall(accounts.find(call.accessKeyId), call.action, call.resource, call.operation);
      return undefined;
    } catch (error) {
      if (error instanceof S3Error) return error.description ?? error.code;
      throw error;
    }
  }

  /**
   * Binds an access key to a principal. Without policies it may do everything in its account.
   * @param principal.policies identity-based policies, as JSON text or objects; they count when `enforceIam` is on
   * @throws InvalidOptionError for a policy that is none
   */
  addPrincipal(principal: PrincipalOptions): void {
    const {
      accessKeyId,
      accountId = this.options.accountId,
      policies,
      secretAccessKey,
      conditionKeys = {},
    } = principal;
    const keys = Object.entries(conditionKeys);
    const texts = policies?.map((policy) => (typeof policy === 'string' ? policy : JSON.stringify(policy)));
    for (const text of texts ?? []) checkPolicyText(text, `access key '${accessKeyId}'`);
    this.context.accounts.add({
      accessKeyId,
      accountId,
      arn: principal.arn ?? `arn:aws:iam::${accountId}:user/${accessKeyId}`,
      conditionKeys: Object.fromEntries(keys.map(([key, value]) => [key, textsOf(value)])),
      ...(texts !== undefined && { policies: texts }),
      ...(secretAccessKey !== undefined && { secretAccessKey }),
    });
  }

  /**
   * Adds the fault rules of a file: a JSON array of them, or one a line.
   * @throws InvalidFaultError
   */
  async loadFaults(file: string): Promise<void> {
    for (const rule of parseFaultRules(await readFile(file, 'utf8'), file)) this.faults.add(rule);
  }

  /**
   * Enables or disables a KMS key, or schedules its deletion: requests that need the key then fail as S3 lets them.
   * @param name an ARN; or an id or alias, of the server's account and Region unless told otherwise
   */
  setKmsKeyState(name: string, state: KmsKey['state'], of: { accountId?: string; region?: string } = {}): void {
    const { accountId = this.options.accountId, region = regionOf(name) ?? this.region } = of;
    this.context.kms.setState(this.context.kms.find(name, accountId, region), state);
  }

  /** How often S3 has asked KMS for a new data key and to decrypt one. */
  kmsRequests(): KmsRequestCounts {
    return { ...this.context.kms.requests };
  }

  /** Ends all connections, and writes what is not yet on disk. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await this.storage.close();
  }
}

/** Where a server keeps what it is given. */
interface Storage {
  readonly store: Store;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

async function openStorage(dir: string | undefined): Promise<Storage> {
  if (dir === undefined) {
    const blobs = new MemoryBlobs();
    const store = new Store(blobs, new MemoryJournal());
    return { store, blobs, close: () => store.close() };
  }
  await mkdir(dir, { recursive: true });
  const lock = await DirectoryLock.take(dir);
  try {
    const blobs = await FileBlobs.open(dir);
    const store = new Store(blobs, new FileJournal(dir));
    await blobs.removeAllBut(await store.load());
    return { store, blobs, close: () => store.close().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
