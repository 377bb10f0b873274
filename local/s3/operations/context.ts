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

/** What an operation works with. */
export interface OperationContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly digests: ContentDigests;
  readonly kms: Kms;
  readonly accounts: Accounts;
  /** Set when policies are enforced. */
  readonly authorizer: Authorizer | undefined;
  readonly region: string;
  /** The owner of the server's buckets unless they say otherwise. */
  readonly accountId: string;
  /** `http://127.0.0.1:PORT`, for the Location of a completed upload. */
  readonly endpoint: string;
  /** How long a restore from an archive takes. */
  readonly restoreMilliseconds: number;
  /** For how long a repeated CompleteMultipartUpload gets the same answer again. */
  readonly repeatCompleteMilliseconds: number;
  /** Whether a part that finishes after its upload was aborted opens the upload again. */
  readonly latePartsReopenUploads: boolean;
  readonly clock: Clock;
  /** Takes the time that a request takes which moves so many bytes. It is called before the request takes effect. */
  transfer(request: S3Request, bytes: number): Promise<void>;
}

export type Operation = (context: OperationContext, request: S3Request) => Promise<S3Response> | S3Response;

/** The operations that a module serves. */
export type Operations = Partial<Record<OperationName, Operation>>;
