import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { close, listen } from '../../front-door';
import { regionOfKey } from '../base/arns';
import { loadCrcs } from '../checksums/algorithms';
import { type Content, identity, slice } from '../content/extents';
import { readContent } from '../content/reader';
import { S3Error } from '../errors/s3-error';
import { NotFoundError } from '../errors/server-errors';
import { RequestHandler } from '../http/handler';
import { createListener, serveRequests } from '../http/listener';
import { Authorizer } from '../iam/authorizer';
import { DecisionLog } from '../iam/decision-log';
import { checkPolicyText } from '../iam/policy';
import type { KmsRequestCounts } from '../kms/kms';
import type { OperationContext } from '../operations/context';
import type { ByteRange } from '../rules/ranges';
import { parseFaultRules } from '../simulation/fault-rules';
import { FaultInjector } from '../simulation/faults';
import { OperationHooks, type OperationListener } from '../simulation/operation-hooks';
import { RequestLog } from '../simulation/request-log';
import type { KmsKey, KmsKeyState, VersioningStatus } from '../store/model';
import type { Store } from '../store/store';
import { shownVersionId } from '../store/versions';
import { OPERATION_NAMES } from '../wire/operation-names';
import { accessPointPolicyChange, type BucketOptions, bucketSettings, existingBucket } from './buckets';
import { operationContext } from './context';
import { bucketDeletion, objectDeletion, uploadDeletion } from './deletions';
import { describeVersion, type ObjectDescription } from './describe';
import { ensureKey, keyOf } from './keys';
import { amendmentOf, generatedVersion, type GeneratedObject, type ObjectAmendment, existingObject } from './objects';
import { type ResolvedOptions, resolveOptions, type S3ServerOptions } from './options';
import { ownHosts } from './own-hosts';
import { principalFor, type PrincipalOptions } from './principals';
import { openStorage, type Storage } from './storage';

/** Account and Region of a KMS key. */
export interface KmsKeyScope {
  /**
   * Account ID, 12 digits.
   * @default the server's account
   */
  accountId?: string;
  /** @default the Region of the ARN if the name is one, otherwise the server's Region */
  region?: string;
}

/**
 * A local S3 server for any S3 client, over HTTP.
 *
 * Methods that change data take effect at once, without authorization and without an entry in the request log. Tests also use them to
 * act as another client.
 */
export class S3Server {
  /**
   * Starts a server and loads its data directory, if any.
   * @throws InvalidOptionError, ForeignDirectoryError, DirectoryInUseError, DamagedJournalError
   */
  static async start(options: S3ServerOptions = {}): Promise<S3Server> {
    const resolved = resolveOptions(options);
    await loadCrcs();
    const storage = await openStorage(resolved.dir);
    const server = createListener();
    try {
      await listen(server, resolved.port, resolved.host);
    } catch (error) {
      await storage.close();
      throw error;
    }
    return new S3Server(server, resolved, storage);
  }

  /** For example `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly region: string;
  /** The default account ID of buckets and access keys. */
  readonly accountId: string;
  readonly requestLog: RequestLog;
  /** Decisions of the authorizer; empty if policies are not enforced. */
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
    const { port, address } = server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    this.endpoint = `http://${host}:${port}`;
    this.region = region;
    this.accountId = accountId;
    this.requestLog = new RequestLog(options.onRequest);
    this.faults = new FaultInjector(OPERATION_NAMES, { clock, timeScale });
    const authorizer = options.enforceIam ? new Authorizer({ region, clock }) : undefined;
    this.accessLog = authorizer?.log ?? new DecisionLog();
    this.context = operationContext(options, storage, authorizer, this.endpoint);
    const { faults, hooks, requestLog: log } = this;
    const handler = new RequestHandler(
      this.context,
      { faults, hooks, log, latency, timeScale },
      ownHosts(address, options),
    );
    serveRequests(server, (request, response) => void handler.handle(request, response));
  }

  /** Whether requests have no latency at the moment, for preparations that are not measured. */
  set isLatencyPaused(isPaused: boolean) {
    if (this.options.latency !== undefined) this.options.latency.isPaused = isPaused;
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
   * Deletes a bucket and everything in it.
   * @throws NotFoundError
   */
  deleteBucket(name: string): void {
    this.store.commitSoon(...bucketDeletion(this.store, name));
  }

  /**
   * Enables or suspends versioning.
   * @throws NotFoundError
   */
  putBucketVersioning(bucket: string, versioning: VersioningStatus): void {
    const { settings } = existingBucket(this.store, bucket);
    this.store.commitSoon({ type: 'bucket', bucket, settings: { ...settings, versioning } });
  }

  /**
   * Sets the policy of an access point, which applies in addition to the bucket policy.
   * @param policy JSON text
   * @throws NotFoundError, InvalidOptionError
   */
  putAccessPointPolicy(bucket: string, accessPoint: string, policy: string): void {
    this.store.commitSoon(accessPointPolicyChange(this.store, bucket, accessPoint, policy));
  }

  /**
   * Creates an object whose bytes are generated from a seed instead of being stored, so it can have any size that S3 supports.
   * @throws NotFoundError, InvalidObjectError
   */
  putGenerated(object: GeneratedObject): { etag: string; versionId?: string } {
    const { bucket, version, shownVersionId: versionId } = generatedVersion(this.context, object);
    this.store.commitSoon({ type: 'version', bucket, key: object.key, version });
    return { etag: version.etag, ...(versionId !== undefined && { versionId }) };
  }

  /**
   * Changes properties of an object that S3 requests cannot change.
   * @throws NotFoundError
   */
  amendObject(amendment: ObjectAmendment): void {
    this.store.commitSoon(...amendmentOf(this.store, amendment));
  }

  /**
   * Deletes an object like DeleteObject: permanently if a version ID is given or the bucket has no versions, otherwise by a delete marker.
   * Ignores Object Lock.
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
   * Identifies the content of an object. Two objects have the same identity if and only if they consist of the same ranges of the same
   * generated streams or stored bytes.
   * @throws NotFoundError
   */
  contentIdentity(bucket: string, key: string, versionId?: string, range?: ByteRange): string {
    return identity(this.contentOf(bucket, key, versionId, range));
  }

  /**
   * Computes the CRC64NVME (base64) of an object's bytes, independent of its stored checksum.
   * @throws NotFoundError
   */
  async contentCrc(bucket: string, key: string, versionId?: string, range?: ByteRange): Promise<string> {
    const content = this.contentOf(bucket, key, versionId, range);
    return (await this.context.digests.digest(content, 'CRC64NVME')).toString('base64');
  }

  /** Describes a stored object version; undefined if it does not exist. */
  describeObject(bucketName: string, key: string, versionId?: string): ObjectDescription | undefined {
    const bucket = this.store.findBucket(bucketName);
    if (!bucket) return undefined;
    try {
      const version = existingObject(this.store, bucketName, key, versionId);
      return describeVersion(version, shownVersionId(bucket, version));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /**
   * Reads the bytes of an object of any size and storage class.
   * @throws NotFoundError
   */
  async *readContent(bucket: string, key: string, versionId?: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const content = this.contentOf(bucket, key, versionId, range);
    // Copy the chunks, whose memory is reused for the next one.
    for await (const chunk of readContent(content, this.context.blobs)) yield Buffer.from(chunk);
  }

  private contentOf(bucket: string, key: string, versionId?: string, range?: ByteRange): Content {
    const { content } = existingObject(this.store, bucket, key, versionId);
    return range === undefined ? content : slice(content, range.offset, range.length);
  }

  /** Multipart uploads in progress. */
  openUploads(): { bucket: string; key: string; uploadId: string }[] {
    return [...this.store.buckets()].flatMap((bucket) =>
      [...bucket.uploads.values()].map(({ upload: { key, uploadId } }) => ({ bucket: bucket.name, key, uploadId })),
    );
  }

  /** Creates a customer managed KMS key. */
  createKmsKey(options: KmsKeyScope & { keyId?: string; aliases?: readonly string[] } = {}): KmsKey {
    const { accountId = this.accountId, ...rest } = options;
    return this.context.kms.createKey({ accountId, ...rest });
  }

  /** Finds a KMS key by ID, ARN or alias, or creates it, and adds an alias to it. */
  ensureKmsKey(name: string, options: KmsKeyScope & { alias?: string } = {}): KmsKey {
    const { accountId = this.accountId, region = this.region, alias } = options;
    const key = ensureKey(this.context, name, accountId, region);
    if (alias !== undefined && !key.aliases.includes(alias)) this.context.kms.addAlias(key, alias);
    return key;
  }

  /**
   * Changes the state of a KMS key. Requests that need the key then fail as on S3: with status 400 and `KMS.DisabledException`
   * (`Disabled`), `KMS.KMSInvalidStateException` (`PendingDeletion`) or `KMS.NotFoundException` (`Deleted`), or with status 503 and
   * `SlowDown` (`Throttled`). HEAD requests get the status without a body.
   * @param name ID, ARN or alias
   * @throws NotFoundError
   */
  setKmsKeyState(name: string, state: KmsKeyState, scope: KmsKeyScope = {}): void {
    const { accountId = this.accountId, region = regionOfKey(name) ?? this.region } = scope;
    this.context.kms.setState(keyOf(this.context, name, accountId, region), state);
  }

  /**
   * Sets the policy of a KMS key, which applies if `enforceIam` is set. Without a policy, identity-based policies of all accounts can
   * allow its use.
   * @param name ID, ARN or alias
   * @param policy JSON text
   * @throws NotFoundError, InvalidOptionError for an invalid policy
   */
  setKmsKeyPolicy(name: string, policy: string, scope: KmsKeyScope = {}): void {
    const { accountId = this.accountId, region = regionOfKey(name) ?? this.region } = scope;
    checkPolicyText(policy, `KMS key '${name}'`);
    this.context.kms.setPolicy(keyOf(this.context, name, accountId, region), policy);
  }

  /** Number of requests from S3 to KMS, by operation. */
  kmsRequests(): KmsRequestCounts {
    return { ...this.context.kms.requests };
  }

  /**
   * Adds an access key and its principal. Policies apply if `enforceIam` is set; a principal without policies is allowed everything in
   * its account.
   * @throws InvalidOptionError for an invalid policy
   */
  addPrincipal(principal: PrincipalOptions): void {
    this.context.accounts.add(principalFor(principal, this.options));
  }

  /**
   * Evaluates the policies of an access key for a call of another service. Without an access key, the call is not signed.
   * @returns the reason for a denial; undefined if the call is allowed or policies are not enforced
   */
  checkAccess(call: {
    accessKeyId: string | undefined;
    action: string;
    resource: string;
    operation: string;
  }): string | undefined {
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
   * Adds a listener that is called at each phase of every request. The request waits for the listener, so a test can act at an exact
   * moment, for example after an operation has taken effect and before its response is sent.
   * @example
   * server.onOperation(({ phase, operation }) => {
   *   if (phase === 'done' && operation === 'CompleteMultipartUpload') server.deleteObject('lake', 'copy.bin');
   * });
   * @returns a function that removes the listener
   */
  onOperation(listener: OperationListener): () => void {
    return this.hooks.add(listener);
  }

  /**
   * Adds the fault rules in a file: a JSON array, or one rule per line.
   * @throws InvalidFaultError
   */
  async loadFaults(file: string): Promise<void> {
    for (const rule of parseFaultRules(await readFile(file, 'utf8'), file, OPERATION_NAMES)) this.faults.add(rule);
  }

  /** Closes all connections and writes pending changes to disk. */
  async close(): Promise<void> {
    await close(this.server);
    await this.storage.close();
  }
}
