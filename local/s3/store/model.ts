import type { ChecksumAlgorithm, ChecksumType } from '../checksums/algorithms';
import type { Content } from '../content/extents';

/**
 * The state of the server as plain data: it is written to the journal as it is. Times are milliseconds since the epoch, sizes
 * bytes, ETags without quotes, checksums base64.
 */
export type VersioningStatus = 'Enabled' | 'Suspended';

export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** ARN of the KMS key. */
  readonly kmsKeyArn?: string;
  readonly bucketKeyEnabled?: boolean;
  /** Encryption context as sent (base64 JSON). */
  readonly context?: string;
}

/** Only the digest of a customer-provided key is kept. */
export interface CustomerKey {
  readonly md5: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Without the `-N` of a composite one. */
  readonly value: string;
}

export interface ObjectPart {
  readonly partNumber: number;
  readonly size: number;
  /** In the object's algorithm. */
  readonly checksum?: string;
}

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly retainUntil: number;
}

/** The part of an event hold that a client can read back. */
export interface EventHold {
  readonly status: 'ON' | 'OFF';
  readonly days?: number;
  readonly years?: number;
}

export interface ObjectLock {
  readonly retention?: Retention;
  readonly legalHold?: 'ON' | 'OFF';
  readonly eventHold?: EventHold;
}

export interface Grant {
  readonly permission: string;
  /** A canonical user id or a group URI. */
  readonly grantee: { readonly id: string } | { readonly uri: string };
}

/** What a client can specify when it creates an object, in one request or with CreateMultipartUpload. */
export interface ObjectProperties {
  /** Content-Type, Cache-Control, …, lower case, as sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*` without the prefix. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly websiteRedirect?: string;
  readonly encryption?: Encryption;
  readonly customerKey?: CustomerKey;
  readonly lock?: ObjectLock;
  readonly grants?: readonly Grant[];
}

export interface Annotation {
  readonly name: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: number;
  /** UTF-8 text. */
  readonly value: string;
  readonly checksum: StoredChecksum;
}

export interface Restore {
  readonly ongoing: boolean;
  /** When an ongoing restore will be done. Absent: never. */
  readonly readyAt?: number;
  readonly expiry?: number;
}

/** Tiers of INTELLIGENT_TIERING whose objects must be restored before they can be read. */
export type ArchiveStatus = 'ARCHIVE_ACCESS' | 'DEEP_ARCHIVE_ACCESS';

interface VersionBase {
  readonly versionId: string;
  /** Orders the versions of a key by creation, which for a multipart upload is its initiation. */
  readonly sequence: number;
  readonly lastModified: number;
  readonly ownerAccountId: string;
}

export interface DeleteMarker extends VersionBase {
  readonly deleteMarker: true;
}

export interface ObjectVersion extends VersionBase {
  readonly deleteMarker?: false;
  readonly content: Content;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: StoredChecksum;
  /** Present for objects that were uploaded in parts. */
  readonly parts?: readonly ObjectPart[];
  readonly properties: ObjectProperties;
  readonly annotations?: readonly Annotation[];
  readonly restore?: Restore;
  readonly archiveStatus?: ArchiveStatus;
}

export type Version = ObjectVersion | DeleteMarker;

export interface UploadPart {
  readonly partNumber: number;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly content: Content;
  /** In the upload's algorithm, or in S3's default if the upload declared none. */
  readonly checksum?: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  readonly sequence: number;
  readonly initiatorAccountId: string;
  /** ARN of the user or of the session that began the upload; absent for the account itself. */
  readonly initiatorArn?: string;
  readonly properties: ObjectProperties;
  /** Headers of CreateMultipartUpload that policies see in the later requests of the upload. */
  readonly createdWith?: Readonly<Record<string, string>>;
  /** What CreateMultipartUpload declared; undefined is S3's "null checksum mode". */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

/** An upload that has become an object, with what its CompleteMultipartUpload was answered. */
export interface CompletedUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly completedAt: number;
  readonly createdWith?: Readonly<Record<string, string>>;
  /** Digest of the part numbers and ETags that the request listed. */
  readonly partsDigest: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BucketEncryption {
  readonly algorithm?: Encryption['algorithm'];
  /** As configured: an id, an ARN or an alias; undefined is the account's `aws/s3` key. */
  readonly kmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
  /** New buckets refuse SSE-C by default since April 2026. */
  readonly blocksCustomerKeys: boolean;
}

export interface DefaultRetention {
  readonly mode: Retention['mode'];
  readonly days?: number;
  readonly years?: number;
}

export interface LifecycleRule {
  readonly xml: string;
  readonly abortAfterDays?: number;
  /** When current versions expire: days after their creation, or at a date. */
  readonly expiration?: { readonly days?: number; readonly date?: number };
  /** What the rule requires of an object besides the prefix. Sizes exclude their bounds. */
  readonly tags?: readonly Tag[];
  readonly largerThan?: number;
  readonly smallerThan?: number;
  readonly prefix: string;
  readonly id?: string;
}

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export interface BucketSettings {
  readonly createdAt: number;
  readonly region: string;
  readonly ownerAccountId: string;
  readonly versioning?: VersioningStatus;
  readonly encryption: BucketEncryption;
  readonly tags: readonly Tag[];
  readonly policy?: string;
  readonly ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  /** Set if the controls were deleted, so that there are none to show. */
  readonly withoutOwnershipControls?: boolean;
  readonly grants?: readonly Grant[];
  readonly objectLock?: { readonly defaultRetention?: DefaultRetention };
  readonly requesterPays: boolean;
  readonly lifecycle?: readonly LifecycleRule[];
  /** Whether it is a directory bucket (S3 Express One Zone). */
  readonly directory: boolean;
  /** New buckets block all public access. */
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly accessPoints?: readonly AccessPoint[];
}

/** An access point of the bucket's own account. */
export interface AccessPoint {
  readonly name: string;
  /** A name that ends in `-s3alias` and can be used in place of a bucket name. */
  readonly alias?: string;
  /** JSON text. The bucket must allow a request too. Absent: other accounts cannot use the access point. */
  readonly policy?: string;
}

/**
 * States of a KMS key that matter to S3. The first three are KMS's own. Requests that need a `Throttled` or `Deleted` key fail as if
 * KMS throttled S3, or as if the key had been deleted.
 */
export const KMS_KEY_STATES = ['Enabled', 'Disabled', 'PendingDeletion', 'Throttled', 'Deleted'] as const;
export type KmsKeyState = (typeof KMS_KEY_STATES)[number];

/** A KMS key. It has no key material, since nothing is encrypted. */
export interface KmsKey {
  readonly keyId: string;
  readonly arn: string;
  readonly accountId: string;
  /** `AWS` for the account's `aws/s3` key, which no other account can use. */
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly state: KmsKeyState;
  readonly aliases: readonly string[];
  readonly createdAt: number;
  /** JSON text. Without one, the identity-based policies of any account decide. */
  readonly policy?: string;
}

/** A change of the state, written to the journal as one line. */
export type Change =
  | { readonly type: 'bucket'; readonly bucket: string; readonly settings: BucketSettings }
  | { readonly type: 'bucket-deleted'; readonly bucket: string }
  | { readonly type: 'version'; readonly bucket: string; readonly key: string; readonly version: Version }
  /** Changes tags, lock or ACL of a version but not its content, so conditions do not see it as a write. */
  | { readonly type: 'version-changed'; readonly bucket: string; readonly key: string; readonly version: ObjectVersion }
  | { readonly type: 'version-deleted'; readonly bucket: string; readonly key: string; readonly versionId: string }
  | {
      readonly type: 'upload';
      readonly bucket: string;
      readonly upload: Upload;
      /** Set by compaction, since the writes themselves are not in the compacted journal. */
      readonly keyChanged?: boolean;
    }
  | { readonly type: 'part'; readonly bucket: string; readonly uploadId: string; readonly part: UploadPart }
  | { readonly type: 'kms-key'; readonly key: KmsKey }
  | { readonly type: 'upload-completed'; readonly bucket: string; readonly completed: CompletedUpload }
  | { readonly type: 'upload-deleted'; readonly bucket: string; readonly uploadId: string };
