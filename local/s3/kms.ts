import { randomUUID } from 'node:crypto';
import { s3Error } from './errors';
import type { Encryption, KmsKey } from './store/model';
import type { Store } from './store/store';

/** How often S3 asked KMS for something, which is what KMS bills and throttles. */
export interface KmsRequestCounts {
  GenerateDataKey: number;
  Decrypt: number;
}

const UUID = /^(mrk-)?[0-9a-f-]{32,36}$/;

/** The keys of AWS KMS that the server knows. No byte is encrypted: what counts is who may use which key in which state. */
export class Kms {
  readonly requests: KmsRequestCounts = { GenerateDataKey: 0, Decrypt: 0 };

  constructor(
    private readonly store: Store,
    private readonly region: string,
  ) {}

  private get keys(): ReadonlyMap<string, KmsKey> {
    return this.store.kmsKeys;
  }

  createKey(options: { accountId: string; keyId?: string; aliases?: readonly string[]; manager?: 'AWS' }): KmsKey {
    const keyId = options.keyId ?? randomUUID();
    const key: KmsKey = {
      keyId,
      arn: `arn:aws:kms:${this.region}:${options.accountId}:key/${keyId}`,
      accountId: options.accountId,
      manager: options.manager ?? 'CUSTOMER',
      state: 'Enabled',
      aliases: [...(options.aliases ?? [])],
      createdAt: Date.now(),
    };
    this.store.commitSoon({ type: 'kms-key', key });
    return key;
  }

  /** Enables or disables a key, or schedules its deletion. */
  setState(key: KmsKey, state: KmsKey['state']): void {
    this.store.commitSoon({ type: 'kms-key', key: { ...key, state } });
  }

  addAlias(key: KmsKey, alias: string): void {
    this.store.commitSoon({ type: 'kms-key', key: { ...key, aliases: [...key.aliases, alias] } });
  }

  /** The key that an id, ARN, alias or alias ARN means in an account; undefined is the account's `aws/s3` key. */
  find(name: string | undefined, accountId: string): KmsKey {
    if (name === undefined || name === 'alias/aws/s3') return this.managedKey(accountId);
    const arn = this.arnOf(name, accountId);
    const key = this.keys.get(arn) ?? [...this.keys.values()].find((candidate) => isAlias(candidate, name));
    if (key === undefined) throw s3Error('KmsKeyNotFound', {}, { key: arn });
    return key;
  }

  list(): readonly KmsKey[] {
    return [...this.keys.values()];
  }

  /** Uses the key for new bytes; with a bucket key S3 still asks once in a while, which counts as once. */
  generateDataKey(encryption: Encryption | undefined): void {
    this.use(encryption, 'GenerateDataKey');
  }

  /** Uses the key to read bytes. */
  decrypt(encryption: Encryption | undefined): void {
    this.use(encryption, 'Decrypt');
  }

  private use(encryption: Encryption | undefined, request: keyof KmsRequestCounts): void {
    if (encryption?.kmsKeyArn === undefined) return;
    this.requests[request] += 1;
    const key = this.keys.get(encryption.kmsKeyArn);
    if (key === undefined) throw s3Error('KmsKeyNotFound', {}, { key: encryption.kmsKeyArn });
    if (key.state === 'Disabled') throw s3Error('KmsKeyDisabled', {}, { key: key.arn });
    if (key.state === 'PendingDeletion') throw s3Error('KmsKeyPendingDeletion', {}, { key: key.arn });
  }

  private managedKey(accountId: string): KmsKey {
    const known = this.list().find((key) => key.manager === 'AWS' && key.accountId === accountId);
    return known ?? this.createKey({ accountId, aliases: ['alias/aws/s3'], manager: 'AWS' });
  }

  private arnOf(name: string, accountId: string): string {
    const arn = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(.+)$/.exec(name);
    if (arn !== null) {
      const [, region = ''] = arn;
      if (region !== this.region) throw s3Error('KmsKeyRegion', {}, { region });
      return name;
    }
    if (name.startsWith('alias/')) return `arn:aws:kms:${this.region}:${accountId}:${name}`;
    if (!UUID.test(name)) throw s3Error('KmsKeyId', {}, { key: name });
    return `arn:aws:kms:${this.region}:${accountId}:key/${name}`;
  }
}

function isAlias(key: KmsKey, name: string): boolean {
  const alias = name.replace(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:/, '');
  return key.aliases.includes(alias);
}
