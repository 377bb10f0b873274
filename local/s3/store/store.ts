import type { BlobStore } from '../content/blobs';
import type { Content } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import type { Journal } from './journal';
import { KeyIndex } from './key-index';
import type {
  BucketSettings,
  Change,
  CompletedUpload,
  KmsKey,
  ObjectVersion,
  Upload,
  UploadPart,
  Version,
} from './model';

/** An upload in progress and its parts. */
export interface UploadState {
  readonly upload: Upload;
  readonly parts: Map<number, UploadPart>;
  /** Whether the key was written or deleted since CreateMultipartUpload. Then a conditional CompleteMultipartUpload is a conflict. */
  keyChanged: boolean;
  /** How the upload has ended, for requests to it that are still in progress. */
  ended?: 'aborted' | 'completed';
}

export interface Bucket {
  readonly name: string;
  settings: BucketSettings;
  /** The versions of each key, newest first. Lists are never empty. */
  readonly keys: KeyIndex<readonly Version[]>;
  readonly uploads: Map<string, UploadState>;
  /** Recently completed uploads by their id. */
  readonly completedUploads: Map<string, CompletedUpload>;
}

/**
 * The state of the server. All changes are made by `commit`. They take effect immediately and together, and are in the journal when the
 * promise resolves, so a change survives a crash if a client has got a response.
 */
export class Store {
  private readonly byName = new KeyIndex<Bucket>();
  /** Keys by ARN. */
  readonly kmsKeys = new Map<string, KmsKey>();
  private readonly references = new Map<string, number>();
  private sequence = 0;

  constructor(
    private readonly blobs: BlobStore,
    private readonly journal: Journal,
  ) {}

  /** Restores the state from the journal, and returns the ids of the blobs that it refers to. */
  async load(): Promise<ReadonlySet<string>> {
    await this.journal.read((change) => void this.apply(change));
    await this.journal.compact(this.changesFromEmpty());
    return new Set(this.references.keys());
  }

  async commit(...changes: readonly Change[]): Promise<void> {
    const unused = changes.flatMap((change) => this.apply(change));
    await this.journal.append(changes);
    for (const blob of unused) if (!this.references.has(blob)) await this.blobs.remove(blob);
  }

  /** Commits without waiting: the changes are visible immediately, and on disk when `close` resolves. */
  commitSoon(...changes: readonly Change[]): void {
    this.commit(...changes).catch((error: unknown) => {
      process.emitWarning(error instanceof Error ? error : String(error));
    });
  }

  /** The next sequence number, which orders versions. */
  nextSequence(): number {
    return ++this.sequence;
  }

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.byName.get(name);
    if (bucket === undefined) throw s3Error('NoSuchBucket', { BucketName: name });
    return bucket;
  }

  findBucket(name: string): Bucket | undefined {
    return this.byName.get(name);
  }

  *buckets(): Generator<Bucket> {
    for (const [, bucket] of this.byName.from('')) yield bucket;
  }

  /** Keeps the blobs of a content while it is read or copied, even if the object is deleted in the meantime. */
  async hold<T>(content: Content, work: () => Promise<T>): Promise<T> {
    this.retain(content);
    try {
      return await work();
    } finally {
      for (const blob of this.release(content)) await this.blobs.remove(blob);
    }
  }

  /** Removes uploads that were completed before a time. The next compaction removes them from the journal. */
  forgetCompletedUploads(before: number): void {
    for (const bucket of this.buckets()) {
      for (const { uploadId, completedAt } of bucket.completedUploads.values()) {
        if (completedAt < before) bucket.completedUploads.delete(uploadId);
      }
    }
  }

  async close(): Promise<void> {
    await this.journal.close();
    await this.blobs.close();
  }

  /** Changes the state in memory, and returns the blobs that nothing refers to any more. */
  private apply(change: Change): readonly string[] {
    switch (change.type) {
      case 'bucket':
        return this.applyBucket(change.bucket, change.settings);
      case 'bucket-deleted':
        this.byName.delete(change.bucket);
        return [];
      case 'version':
        return this.applyVersion(this.bucket(change.bucket), change.key, change.version);
      case 'version-changed':
        return this.changeVersion(this.bucket(change.bucket), change.key, change.version);
      case 'version-deleted':
        return this.removeVersion(this.bucket(change.bucket), change.key, change.versionId);
      case 'upload':
        this.sequence = Math.max(this.sequence, change.upload.sequence);
        this.bucket(change.bucket).uploads.set(change.upload.uploadId, {
          upload: change.upload,
          parts: new Map(),
          keyChanged: change.keyChanged ?? false,
        });
        return [];
      case 'part':
        return this.applyPart(this.bucket(change.bucket), change.uploadId, change.part);
      case 'kms-key':
        this.kmsKeys.set(change.key.arn, change.key);
        return [];
      case 'upload-completed':
        return this.completeUpload(this.bucket(change.bucket), change.completed);
      case 'upload-deleted':
        return this.removeUpload(this.bucket(change.bucket), change.uploadId, 'aborted');
      default:
        throw new Error(`unknown change ${JSON.stringify(change)}`);
    }
  }

  private applyBucket(name: string, settings: BucketSettings): readonly string[] {
    const known = this.byName.get(name);
    if (known === undefined)
      this.byName.set(name, { name, settings, keys: new KeyIndex(), uploads: new Map(), completedUploads: new Map() });
    else known.settings = settings;
    return [];
  }

  private applyVersion(bucket: Bucket, key: string, version: Version): readonly string[] {
    this.sequence = Math.max(this.sequence, version.sequence);
    const versions = bucket.keys.get(key) ?? [];
    const replaced = versions.find((other) => other.versionId === version.versionId);
    const kept = versions.filter((other) => other !== replaced);
    const newer = kept.filter((other) => other.sequence > version.sequence);
    bucket.keys.set(key, [...newer, version, ...kept.slice(newer.length)]);
    this.markChanged(bucket, key);
    // Retained before the replaced version is released, because both may have the same content.
    this.retain(contentOf(version));
    return replaced === undefined ? [] : this.release(contentOf(replaced));
  }

  private changeVersion(bucket: Bucket, key: string, changed: ObjectVersion): readonly string[] {
    const versions = bucket.keys.get(key) ?? [];
    const known = versions.some((version) => version.versionId === changed.versionId);
    if (known) {
      bucket.keys.set(
        key,
        versions.map((version) => (version.versionId === changed.versionId ? changed : version)),
      );
    }
    return [];
  }

  private removeVersion(bucket: Bucket, key: string, versionId: string): readonly string[] {
    const versions = bucket.keys.get(key) ?? [];
    const kept = versions.filter((version) => version.versionId !== versionId);
    if (kept.length === 0) bucket.keys.delete(key);
    else bucket.keys.set(key, kept);
    this.markChanged(bucket, key);
    return versions.filter((version) => !kept.includes(version)).flatMap((version) => this.release(contentOf(version)));
  }

  private applyPart(bucket: Bucket, uploadId: string, part: UploadPart): readonly string[] {
    const parts = bucket.uploads.get(uploadId)?.parts;
    if (parts === undefined) return [];
    const replaced = parts.get(part.partNumber);
    parts.set(part.partNumber, part);
    this.retain(part.content);
    return replaced === undefined ? [] : this.release(replaced.content);
  }

  private completeUpload(bucket: Bucket, completed: CompletedUpload): readonly string[] {
    bucket.completedUploads.set(completed.uploadId, completed);
    return this.removeUpload(bucket, completed.uploadId, 'completed');
  }

  private removeUpload(bucket: Bucket, uploadId: string, ended: 'aborted' | 'completed'): readonly string[] {
    const state = bucket.uploads.get(uploadId);
    if (state !== undefined) state.ended = ended;
    bucket.uploads.delete(uploadId);
    return [...(state?.parts.values() ?? [])].flatMap((part) => this.release(part.content));
  }

  private markChanged(bucket: Bucket, key: string): void {
    for (const state of bucket.uploads.values()) if (state.upload.key === key) state.keyChanged = true;
  }

  private retain(content: Content): void {
    for (const extent of content) {
      if ('blob' in extent) this.references.set(extent.blob, (this.references.get(extent.blob) ?? 0) + 1);
    }
  }

  private release(content: Content): string[] {
    const unused: string[] = [];
    for (const extent of content) {
      if (!('blob' in extent)) continue;
      const left = (this.references.get(extent.blob) ?? 0) - 1;
      if (left > 0) {
        this.references.set(extent.blob, left);
      } else {
        this.references.delete(extent.blob);
        unused.push(extent.blob);
      }
    }
    return unused;
  }

  /** The changes that create the current state from an empty one, for compaction. */
  private *changesFromEmpty(): Generator<Change> {
    for (const key of this.kmsKeys.values()) yield { type: 'kms-key', key };
    for (const bucket of this.buckets()) {
      yield { type: 'bucket', bucket: bucket.name, settings: bucket.settings };
      for (const [key, versions] of bucket.keys.from('')) {
        for (const version of versions) yield { type: 'version', bucket: bucket.name, key, version };
      }
      for (const { upload, parts, keyChanged } of bucket.uploads.values()) {
        yield { type: 'upload', bucket: bucket.name, upload, keyChanged };
        for (const part of parts.values()) {
          yield { type: 'part', bucket: bucket.name, uploadId: upload.uploadId, part };
        }
      }
      for (const completed of bucket.completedUploads.values()) {
        yield { type: 'upload-completed', bucket: bucket.name, completed };
      }
    }
  }
}

function contentOf(version: Version): Content {
  return version.deleteMarker === true ? [] : version.content;
}

export function isObjectVersion(version: Version | undefined): version is ObjectVersion {
  return version !== undefined && version.deleteMarker !== true;
}

/** The current object of a key. Undefined if there is none, or if the newest version is a delete marker. */
export function currentObject(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.keys.get(key)?.[0];
  return isObjectVersion(newest) ? newest : undefined;
}
