import type { ChecksumAlgorithm, ChecksumType } from '../checksums/algorithms';
import type { Content } from '../content/extents';

/**
 * The state of the server as plain data, which is written to the journal unchanged. Times are in milliseconds since the epoch, sizes in
 * bytes, ETags without quotes, and checksums in base64.
 */
export type VersioningStatus = 'Enabled' | 'Suspended';

export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** ARN of the KMS key. */
  readonly kmsKeyArn?: string;
  readonly bucketKeyEnabled?: boolean;
  /** Encryption context as the client sent it (base64 JSON). */
  readonly context?: string;
}

/** A customer-provided key. Only its digest is stored. */
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
  /** Without the suffix `-N` of composite checksums. */
  readonly value: string;
}

export interface ObjectPart {
  readonly partNumber: number;
  readonly size: number;
  /** In the algorithm of the object's checksum. */
  readonly checksum?: string;
}

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly retainUntil: number;
}

/** The part of an event hold that a client can read. */
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

/** The properties that a client can specify when it creates an object, with PutObject, CopyObject or CreateMultipartUpload. */
export interface ObjectProperties {
  /** Content-Type, Cache-Control, …, by lower-case name, with the values that the client sent. */
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
  /** Time at which an ongoing restore will be complete. Absent if it never will. */
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
  /** In the algorithm of the upload, or in the default of S3 if the upload declared none. */
  readonly checksum?: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  readonly sequence: number;
  readonly initiatorAccountId: string;
  /** ARN of the user or of the session that created the upload; absent for the account itself. */
  readonly initiatorArn?: string;
  readonly properties: ObjectProperties;
  /** Headers of CreateMultipartUpload that also apply as condition keys to the later requests of the upload. */
  readonly createdWith?: Readonly<Record<string, string>>;
  /** The checksum that CreateMultipartUpload declared; undefined is the "null checksum mode" of S3. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

/** A completed upload, with the response to its CompleteMultipartUpload. */
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
  /** The configured ID, ARN or alias; undefined is the account's `aws/s3` key. */
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
  /** Time at which current versions expire: a number of days after their creation, or a date. */
  readonly expiration?: { readonly days?: number; readonly date?: number };
  /** Conditions of the rule in addition to the prefix. The bounds of sizes are exclusive. */
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
  /** Whether the ownership controls were deleted, so that GetBucketOwnershipControls fails. */
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
  /** JSON text. The bucket must allow a request, too. Without a policy, other accounts cannot use the access point. */
  readonly policy?: string;
}

/**
 * States of a KMS key that affect S3. The first three are states of KMS. With the others, requests that need the key fail as if KMS throttled
 * S3 (`Throttled`), or as if the key had been deleted (`Deleted`).
 */
export const KMS_KEY_STATES = ['Enabled', 'Disabled', 'PendingDeletion', 'Throttled', 'Deleted'] as const;
export type KmsKeyState = (typeof KMS_KEY_STATES)[number];

/** A KMS key. It has no key material, because nothing is encrypted. */
export interface KmsKey {
  readonly keyId: string;
  readonly arn: string;
  readonly accountId: string;
  /** `AWS` for the account's `aws/s3` key, which no other account can use. */
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly state: KmsKeyState;
  readonly aliases: readonly string[];
  readonly createdAt: number;
  /** JSON text. Without a key policy, the identity-based policies of any account can allow the use. */
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
      /** Set by compaction, because the compacted journal does not contain the writes themselves. */
      readonly keyChanged?: boolean;
    }
  | { readonly type: 'part'; readonly bucket: string; readonly uploadId: string; readonly part: UploadPart }
  | { readonly type: 'kms-key'; readonly key: KmsKey }
  | { readonly type: 'upload-completed'; readonly bucket: string; readonly completed: CompletedUpload }
  | { readonly type: 'upload-deleted'; readonly bucket: string; readonly uploadId: string };
