import type { Clock } from '../base/clock';
import type { BlobStore } from '../content/blobs';
import type { ContentDigests } from '../content/digests';
import type { Accounts } from '../iam/accounts';
import type { Authorizer } from '../iam/authorizer';
import type { Kms } from '../kms/kms';
import type { Store } from '../store/store';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';
import type { S3Response } from '../wire/response';

/** The state and settings that operations use. */
export interface OperationContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly digests: ContentDigests;
  readonly kms: Kms;
  readonly accounts: Accounts;
  /** Absent if policies are not enforced. */
  readonly authorizer: Authorizer | undefined;
  readonly region: string;
  /** The default owner of buckets. */
  readonly accountId: string;
  /** `http://127.0.0.1:PORT`, for the Location of a completed upload. */
  readonly endpoint: string;
  /** Duration of a restore. */
  readonly restoreMilliseconds: number;
  /** How long a repeated CompleteMultipartUpload gets the response of the first. */
  readonly repeatCompleteMilliseconds: number;
  /** Whether a part that was in flight when its upload was aborted reopens the upload. */
  readonly latePartsReopenUploads: boolean;
  readonly clock: Clock;
  /** Waits for the simulated duration of a transfer. Called before the request takes effect. */
  transfer(request: S3Request, bytes: number): Promise<void>;
}

export type Operation = (context: OperationContext, request: S3Request) => Promise<S3Response> | S3Response;

/** Operations by name. */
export type Operations = Partial<Record<OperationName, Operation>>;
