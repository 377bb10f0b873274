import { randomUUID } from 'node:crypto';
import { bucketArn, directoryBucketArn, kmsArn, regionOfKey } from '../base/arns';
import type { Clock } from '../base/clock';
import { type S3ErrorKind, s3Error } from '../errors/s3-error';
import type { Authorizer } from '../iam/authorizer';
import type { Encryption, KmsKey, KmsKeyState } from '../store/model';
import type { Store } from '../store/store';
import type { Principal } from '../wire/principal';
import { keyArn, isAliasOf } from './key-names';

/** Number of requests from S3 to KMS, by operation. KMS bills and throttles these. */
export interface KmsRequestCounts {
  GenerateDataKey: number;
  Decrypt: number;
}

/** The request for which S3 uses a key. */
export interface KmsUse {
  readonly principal: Principal;
  readonly bucket: string;
  readonly key: string;
  /** The S3 operation, for example `PutObject`. */
  readonly operation: string;
}

export interface KmsOptions {
  /** The Region of keys that are named without one. */
  readonly region: string;
  readonly clock: Clock;
  /** Absent if policies are not enforced. */
  readonly authorizer?: Authorizer | undefined;
  /** Whether an unknown key is created when a request names it. */
  readonly createsUnknown: boolean;
}

const REFUSALS: Readonly<Record<Exclude<KmsKeyState, 'Enabled'>, S3ErrorKind>> = {
  Disabled: 'KmsKeyDisabled',
  PendingDeletion: 'KmsKeyPendingDeletion',
  Throttled: 'KmsThrottled',
  Deleted: 'KmsKeyNotFound',
};

/**
 * The KMS keys. The server does not encrypt anything; it checks whether the principal may use the key, and whether the key's state
 * allows its use.
 */
export class Kms {
  readonly requests: KmsRequestCounts = { GenerateDataKey: 0, Decrypt: 0 };

  private readonly bucketKeys = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly options: KmsOptions,
  ) {}

  private get region(): string {
    return this.options.region;
  }

  private get keys(): ReadonlyMap<string, KmsKey> {
    return this.store.kmsKeys;
  }

  createKey(options: {
    accountId: string;
    keyId?: string;
    aliases?: readonly string[];
    manager?: 'AWS';
    region?: string;
  }): KmsKey {
    const keyId = options.keyId ?? randomUUID();
    const key: KmsKey = {
      keyId,
      arn: kmsArn(`key/${keyId}`, options.region ?? this.region, options.accountId),
      accountId: options.accountId,
      manager: options.manager ?? 'CUSTOMER',
      state: 'Enabled',
      aliases: [...(options.aliases ?? [])],
      createdAt: this.options.clock.now(),
    };
    this.store.commitSoon({ type: 'kms-key', key });
    return key;
  }

  /** Changes the state of a key. Requests that need a key that is not enabled fail with the error that S3 reports. */
  setState(key: KmsKey, state: KmsKeyState): void {
    this.store.commitSoon({ type: 'kms-key', key: { ...key, state } });
  }

  setPolicy(key: KmsKey, policy: string): void {
    this.store.commitSoon({ type: 'kms-key', key: { ...key, policy } });
  }

  addAlias(key: KmsKey, alias: string): void {
    this.store.commitSoon({ type: 'kms-key', key: { ...key, aliases: [...key.aliases, alias] } });
  }

  /**
   * Finds a key by its ID, ARN, alias or alias ARN in an account and a Region. Undefined refers to the AWS managed key `aws/s3`.
   * @throws KMS.NotFoundException if the key does not exist and is not created on demand
   */
  find(name: string | undefined, accountId: string, region = this.region): KmsKey {
    if (name === undefined || name === 'alias/aws/s3') return this.managedKey(accountId, region);
    const arn = keyArn(name, accountId, region);
    const key = this.keyNamed(arn);
    if (key !== undefined && key.state !== 'Deleted') return key;
    if (key !== undefined || !this.options.createsUnknown) throw s3Error('KmsKeyNotFound', {}, { key: arn });
    return this.createNamed(arn);
  }

  /** The key with this ARN or alias ARN, in any state. */
  keyNamed(arn: string): KmsKey | undefined {
    return this.keys.get(arn) ?? [...this.keys.values()].find((candidate) => isAliasOf(candidate, arn));
  }

  /** Creates a key with the ID or the alias in the ARN. */
  createNamed(arn: string): KmsKey {
    const [, accountId = '', name = ''] = /:(\d{12}):(.+)$/.exec(arn) ?? [];
    const region = regionOfKey(arn) ?? this.region;
    if (name.startsWith('alias/')) return this.createKey({ accountId, region, aliases: [name] });
    return this.createKey({ accountId, region, keyId: name.replace(/^key\//, '') });
  }

  /** The keys of a Region that have not been deleted. */
  list(region = this.region): readonly KmsKey[] {
    return [...this.keys.values()].filter((key) => key.state !== 'Deleted' && regionOfKey(key.arn) === region);
  }

  /** Authorizes and counts the KMS request for writing an object or starting an upload. */
  generateDataKey(encryption: Encryption | undefined, use: KmsUse): void {
    this.use(encryption, 'GenerateDataKey', use);
  }

  /** Authorizes and counts the KMS request for reading an object or adding a part to an upload. */
  decrypt(encryption: Encryption | undefined, use: KmsUse): void {
    this.use(encryption, 'Decrypt', use);
  }

  private use(encryption: Encryption | undefined, request: keyof KmsRequestCounts, use: KmsUse): void {
    if (encryption?.kmsKeyArn === undefined) return;
    const key = this.keys.get(encryption.kmsKeyArn);
    if (key === undefined) throw s3Error('KmsKeyNotFound', {}, { key: encryption.kmsKeyArn });
    const context = this.contextOf(encryption, use);
    // The key policy of aws/s3 allows all principals of its account to use it through S3.
    const openToAccount = key.manager === 'AWS' && key.accountId === use.principal.accountId;
    if (!openToAccount)
      this.options.authorizer?.authorizeKms(use.principal, `kms:${request}`, key, context, use.operation);
    if (!this.servedByBucketKey(encryption, request, use)) this.requests[request] += 1;
    if (key.state !== 'Enabled') throw s3Error(REFUSALS[key.state], {}, { key: key.arn });
  }

  /** The encryption context: the ARN of the object, or of the bucket if it uses a bucket key or is a directory bucket. */
  private contextOf({ bucketKeyEnabled }: Encryption, use: KmsUse): string {
    const settings = this.store.findBucket(use.bucket)?.settings;
    if (settings?.directory === true) {
      return directoryBucketArn(use.bucket, settings.region, settings.ownerAccountId);
    }
    const arn = bucketArn(use.bucket, settings?.region ?? this.region);
    return bucketKeyEnabled === true ? arn : `${arn}/${use.key}`;
  }

  /** Whether a bucket key makes the KMS request unnecessary. Copies from and to directory buckets always call KMS. */
  private servedByBucketKey(encryption: Encryption, request: keyof KmsRequestCounts, use: KmsUse): boolean {
    if (encryption.bucketKeyEnabled !== true) return false;
    const copies = use.operation === 'CopyObject' || use.operation === 'UploadPartCopy';
    if (copies && this.store.findBucket(use.bucket)?.settings.directory === true) return false;
    const name = `${request} ${encryption.kmsKeyArn ?? ''} ${use.bucket}`;
    const known = this.bucketKeys.has(name);
    this.bucketKeys.add(name);
    return known;
  }

  private managedKey(accountId: string, region: string): KmsKey {
    const known = this.list(region).find((key) => key.manager === 'AWS' && key.accountId === accountId);
    return known ?? this.createKey({ accountId, region, aliases: ['alias/aws/s3'], manager: 'AWS' });
  }
}
