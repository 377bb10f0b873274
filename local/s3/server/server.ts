import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { regionOfKey } from '../base/arns';
import { loadCrcs } from '../checksums/algorithms';
import { ContentDigests } from '../content/digests';
import { type Content, identity, slice } from '../content/extents';
import { readContent } from '../content/reader';
import { S3Error } from '../errors/s3-error';
import { NotFoundError } from '../errors/server-errors';
import { RequestHandler } from '../http/handler';
import { createListener, serveRequests } from '../http/listener';
import { Accounts } from '../iam/accounts';
import { Authorizer } from '../iam/authorizer';
import { DecisionLog } from '../iam/decision-log';
import { checkPolicyText } from '../iam/policy';
import { Kms, type KmsRequestCounts } from '../kms/kms';
import type { OperationContext } from '../operations/context';
import type { ByteRange } from '../rules/ranges';
import { parseFaultRules } from '../simulation/fault-rules';
import { FaultInjector } from '../simulation/faults';
import { OperationHooks, type OperationListener } from '../simulation/operation-hooks';
import { RequestLog } from '../simulation/request-log';
import type { KmsKey, KmsKeyState } from '../store/model';
import type { Store } from '../store/store';
import { shownVersionId } from '../store/versions';
import { OPERATION_NAMES } from '../wire/operation-names';
import { accessPointPolicyChange, type BucketOptions, bucketSettings } from './buckets';
import { bucketDeletion, objectDeletion, uploadDeletion } from './deletions';
import { describeVersion, type ObjectDescription } from './describe';
import { ensureKey, keyOf } from './keys';
import { amendmentOf, generatedVersion, type GeneratedObject, type ObjectAmendment, objectOf } from './objects';
import { type ResolvedOptions, resolveOptions, type S3ServerOptions } from './options';
import { principalOf, type PrincipalOptions } from './principals';
import { openStorage, type Storage } from './storage';
import { transferOf } from './transfer';

/** Whose a KMS key is. */
export interface KmsKeyScope {
  /** 12 digits. Default: the server's account. */
  accountId?: string;
  /** Default: the Region of the name if it is an ARN, else the server's. */
  region?: string;
}

/**
 * An S3 on this machine: real HTTP, S3's own rules, no AWS. Any S3 client can use it.
 *
 * Methods that change something act at once and with nobody's permissions, and appear in no log: so they are also what other
 * clients may do while a test runs.
 */
export class S3Server {
  /**
   * Starts a server with what its data directory holds.
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
  /** The decisions of policies; empty unless policies are enforced. */
  readonly accessLog: DecisionLog;
  readonly faults: FaultInjector;
  private readonly hooks = new OperationHooks();
  private readonly context: OperationContext;

  private constructor(
    private readonly server: Server,
    private readonly options: ResolvedOptions,
    private readonly storage: Storage,
  ) {
    const { clock, region, accountId, latency, timeScale } = options;
    const { port } = server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    this.endpoint = `http://${host}:${port}`;
    this.region = region;
    this.accountId = accountId;
    this.requestLog = new RequestLog(options.onRequest);
    this.faults = new FaultInjector(OPERATION_NAMES, { clock, timeScale });
    const authorizer = options.enforceIam ? new Authorizer({ region, clock }) : undefined;
    this.accessLog = authorizer?.log ?? new DecisionLog();
    this.context = contextOf(options, storage, authorizer, this.endpoint);
    const { faults, hooks, requestLog: log } = this;
    const handler = new RequestHandler(this.context, { faults, hooks, log, latency, timeScale });
    serveRequests(server, (request, response) => void handler.handle(request, response));
  }

  private get store(): Store {
    return this.storage.store;
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
   * Deletes a bucket with everything in it.
   * @throws NotFoundError
   */
  deleteBucket(name: string): void {
    this.store.commitSoon(...bucketDeletion(this.store, name));
  }

  /**
   * Sets the policy of an access point, which applies together with that of its bucket.
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
   * Changes what no request can change about an object.
   * @throws NotFoundError
   */
  amendObject(amendment: ObjectAmendment): void {
    this.store.commitSoon(...amendmentOf(this.store, amendment));
  }

  /**
   * Deletes an object as a DeleteObject does: with a version id that version for good, else a delete marker hides it if its bucket
   * has versions. Locks do not matter.
   * @throws NotFoundError
   */
  deleteObject(bucket: string, key: string, versionId?: string): void {
    this.store.commitSoon(...objectDeletion(this.context, bucket, key, versionId));
  }

  /**
   * Aborts a multipart upload.
   * @throws NotFoundError
   */
  abortUpload(bucket: string, uploadId: string): void {
    this.store.commitSoon(uploadDeletion(this.store, bucket, uploadId));
  }

  /**
   * A text that is equal for two objects exactly if they are the same ranges of the same generated streams or stored bytes.
   * @throws NotFoundError
   */
  contentIdentity(bucket: string, key: string, versionId?: string, range?: ByteRange): string {
    return identity(this.contentOf(bucket, key, versionId, range));
  }

  /**
   * Base64 of the CRC64NVME of an object's bytes, whatever checksum S3 keeps of it.
   * @throws NotFoundError
   */
  async contentCrc(bucket: string, key: string, versionId?: string, range?: ByteRange): Promise<string> {
    const content = this.contentOf(bucket, key, versionId, range);
    return (await this.context.digests.digest(content, 'CRC64NVME')).toString('base64');
  }

  /** An object as it is stored; undefined if there is none. */
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

  /**
   * The bytes of an object, of any size and storage class.
   * @throws NotFoundError
   */
  async *readContent(bucket: string, key: string, versionId?: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const content = this.contentOf(bucket, key, versionId, range);
    // Copies: the chunks themselves are overwritten when the next is read.
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

  /** Creates a customer managed KMS key. Without it, a request that names the key is refused. */
  createKmsKey(options: KmsKeyScope & { keyId?: string; aliases?: readonly string[] } = {}): KmsKey {
    const { accountId = this.accountId, ...rest } = options;
    return this.context.kms.createKey({ accountId, ...rest });
  }

  /** The KMS key of an id, ARN or alias. It is created unless it exists, and gets a further alias. */
  ensureKmsKey(name: string, options: KmsKeyScope & { alias?: string } = {}): KmsKey {
    const { accountId = this.accountId, region = this.region, alias } = options;
    const key = ensureKey(this.context, name, accountId, region);
    if (alias !== undefined && !key.aliases.includes(alias)) this.context.kms.addAlias(key, alias);
    return key;
  }

  /**
   * Changes the state of a KMS key. Requests that need the key then fail as S3 lets them: `KMS.DisabledException`,
   * `KMS.KMSInvalidStateException` (`PendingDeletion`), `KMS.NotFoundException` (`Deleted`) with status 400, `SlowDown` with 503
   * (`Throttled`); a HEAD gets the bare status.
   * @param name id, ARN or alias
   * @throws NotFoundError
   */
  setKmsKeyState(name: string, state: KmsKeyState, scope: KmsKeyScope = {}): void {
    const { accountId = this.accountId, region = regionOfKey(name) ?? this.region } = scope;
    this.context.kms.setState(keyOf(this.context, name, accountId, region), state);
  }

  /**
   * Sets the policy of a KMS key, which applies if `enforceIam` is on. Without one, the identity-based policies of any account decide.
   * @param name id, ARN or alias
   * @param policy JSON text
   * @throws NotFoundError, InvalidOptionError for a text that is not a policy
   */
  setKmsKeyPolicy(name: string, policy: string, scope: KmsKeyScope = {}): void {
    const { accountId = this.accountId, region = regionOfKey(name) ?? this.region } = scope;
    checkPolicyText(policy, `KMS key '${name}'`);
    this.context.kms.setPolicy(keyOf(this.context, name, accountId, region), policy);
  }

  /** How often S3 has asked KMS for a new data key and to decrypt one. */
  kmsRequests(): KmsRequestCounts {
    return { ...this.context.kms.requests };
  }

  /**
   * Binds an access key to a principal. Without policies the principal may do everything in its account; policies apply if
   * `enforceIam` is on.
   * @throws InvalidOptionError for a text that is not a policy
   */
  addPrincipal(principal: PrincipalOptions): void {
    this.context.accounts.add(principalOf(principal, this.options));
  }

  /**
   * Decides a call of another service by the policies of an access key.
   * @returns why the call is refused; undefined if it is allowed, as everything is unless policies are enforced
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
   * Calls a listener at each phase of every request, so that a test can act at an exact moment: after an operation was carried
   * out and before it is answered, say. The request waits for the listener.
   * @example
   * server.onOperation(({ phase, operation }) => {
   *   if (phase === 'done' && operation === 'CompleteMultipartUpload') server.deleteObject('lake', 'copy.bin');
   * });
   * @returns removes the listener
   */
  onOperation(listener: OperationListener): () => void {
    return this.hooks.add(listener);
  }

  /**
   * Adds the fault rules of a file: a JSON array, or one rule on each line.
   * @throws InvalidFaultError
   */
  async loadFaults(file: string): Promise<void> {
    for (const rule of parseFaultRules(await readFile(file, 'utf8'), file, OPERATION_NAMES)) this.faults.add(rule);
  }

  /** Ends all connections, and writes what is not yet on disk. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await this.storage.close();
  }
}

function contextOf(
  options: ResolvedOptions,
  { store, blobs }: Storage,
  authorizer: Authorizer | undefined,
  endpoint: string,
): OperationContext {
  const { clock, region, accountId, enforceIam } = options;
  return {
    store,
    blobs,
    digests: new ContentDigests(blobs),
    kms: new Kms(store, { region, clock, authorizer, createsUnknown: options.unknownKmsKeys === 'create' }),
    accounts: new Accounts({
      region,
      accountId,
      enforced: enforceIam,
      refusesUnknown: options.refuseUnknownAccessKeys,
    }),
    authorizer,
    region,
    accountId,
    endpoint,
    restoreMilliseconds: options.restoreMilliseconds,
    repeatCompleteMilliseconds: options.repeatCompleteMilliseconds,
    latePartsReopenUploads: options.latePartsReopenUploads,
    clock,
    transfer: transferOf(options),
  };
}
