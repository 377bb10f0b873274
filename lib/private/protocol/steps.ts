/*
 * The worker steps, and what travels between them through the state machine. The output of Plan is the state. Begin adds
 * `upload` to it, CheckParts adds `expected`, Complete and CopyObject add `made`, Verify adds `result`, a Catch adds `error`.
 * definition.ts has the transitions.
 *
 * A step that changes S3 has one effect and returns the answer of S3, so that it is not lost when a later step is retried.
 */
import type { DeclaredChecksum, DestinationObject, ObjectProperties, SourceChecksum, SourceObject } from './objects';
import type { CopyResult } from './result';

/** Each step is a folder of `lambda/`, a bundle in `lambda/dist/` and a function of the construct. */
export const STEPS = [
  'plan',
  'restore',
  'begin',
  'copy-part',
  'check-parts',
  'complete',
  'verify',
  'abort',
  'copy-object',
] as const;

export type Step = (typeof STEPS)[number];

/** The context object (`$$`) of the execution, as the definition passes it to Plan. */
export interface ExecutionContext {
  readonly id: string;
  /** ISO 8601. */
  readonly startTime: string;
}

/** Input of Plan. */
export interface PlanEvent {
  /** The execution input as it was given. */
  readonly input: unknown;
  readonly execution: ExecutionContext;
  /** As in `AbortEvent`. */
  readonly beginFunctionName: string;
}

/** Output of Plan. The Choice state Route branches on `action`. */
export type CopyState = NothingToCopy | RestoreState | CopyObjectState | CopyPartsState;

export type CopyAction = CopyState['action'];

/** The copy is skipped, or was only planned: the result is known already. */
export interface NothingToCopy {
  readonly action: 'NOTHING';
  readonly result: CopyResult;
}

/** The source is archived. `RESTORE`: it has to be restored first. `WAIT_FOR_RESTORE`: a restore is in progress. */
export interface RestoreState {
  readonly action: 'RESTORE' | 'WAIT_FOR_RESTORE';
  readonly execution: ExecutionContext;
  readonly source: SourceObject;
  readonly restore: RestorePlan;
}

/** Parameters of RestoreObject, and the delay before Plan checks the source again. */
export interface RestorePlan {
  readonly tier: string;
  /** Absent for the archive tiers of INTELLIGENT_TIERING, which objects leave permanently. */
  readonly days?: number;
  readonly waitSeconds: number;
}

/** The state that both ways of copying share. */
export interface PlannedCopy {
  readonly execution: ExecutionContext;
  readonly source: SourceObject;
  readonly destination: DestinationObject;
  readonly overwrite: 'always' | 'never' | 'if-different';
  /** ETag that the object at the destination must have. */
  readonly ifMatch?: string;
  readonly properties: ObjectProperties;
  /** Absent: S3 chooses the checksum of the copy. */
  readonly declared?: DeclaredChecksum;
  readonly proof: ProofPlan;
  /** When Plan read the source, by S3's clock. ISO 8601. */
  readonly plannedAt: string;
  /** From the response to Plan's HeadObject of the source. */
  readonly requestCharged?: string;
}

/** What proves the copy equal to its source. */
export interface ProofPlan {
  /** `etag`: the size is used instead if the bucket encrypts otherwise than with SSE-S3, which only the answer to the write shows. */
  readonly by: 'checksum' | 'etag' | 'size';
  /** The source's checksum, if the copy can have it, too. The copy fails without it. */
  readonly checksum?: SourceChecksum;
  /** The copy fails unless it has the ETag of the source. */
  readonly sameEtag?: boolean;
}

/** One CopyObject copies the whole object. */
export interface CopyObjectState extends PlannedCopy {
  readonly action: 'COPY_OBJECT';
}

/** The object is copied by UploadPartCopy. */
export interface CopyPartsState extends PlannedCopy {
  readonly action: 'COPY_PARTS';
  readonly plan: PartPlan;
  /** Of 1..`plan.parts`, those that have to be copied: the items of the Map. */
  readonly partNumbers: number[];
  /** Whether a failed execution keeps the upload for a later one. */
  readonly onFailure: 'ABORT' | 'KEEP';
  /** Present if the execution resumes an upload that another one kept. */
  readonly upload?: Upload;
  /** Parts of that upload that are not copied again. */
  readonly reusedParts?: number;
  /** For the cause of an error of Begin. */
  readonly listUploadsCommand: string;
  /** Seconds within which the parts in flight end if another part fails. */
  readonly settleSeconds: number;
}

/** How the object is divided into parts. */
export interface PartPlan {
  readonly parts: number;
  /** First byte of the source that is copied. */
  readonly offset: number;
  /** Number of bytes that are copied. */
  readonly length: number;
  /** Bytes of every part but the last, which has the rest. With boundaries `SOURCE`: bytes of the first part. */
  readonly partSize: number;
  /** `SOURCE`: the copy has the parts of the source; a worker asks S3 for the range of its part. */
  readonly boundaries: 'EVEN' | 'SOURCE';
  readonly mapType: MapType;
  /** Of a Distributed Map. Absent: Standard. */
  readonly childType?: ChildType;
  readonly maxConcurrency: number;
}

/** Which of the two Map states runs the parts. */
export type MapType = 'INLINE' | 'DISTRIBUTED';

/** Type of the child executions of a Distributed Map, if it is not Standard. */
export type ChildType = 'EXPRESS';

/** From when to when something happened, by S3's clock. ISO 8601. */
export interface TimeWindow {
  readonly from: string;
  readonly to: string;
}

/** Output of Begin. */
export interface Upload {
  readonly uploadId: string;
  /** When S3 created the upload. S3 gives this date to the object, too, except in directory buckets. */
  readonly initiated: TimeWindow;
  /** The encryption that S3 answered with. Absent if another execution created the upload. */
  readonly encryption?: AppliedEncryption;
  /** For the cause of an error. */
  readonly abortCommand: string;
  /** When requests were sent whose answers were lost: each may have created an upload whose ID is unknown. */
  readonly lost?: readonly TimeWindow[];
  /** The answer shows that the copy cannot be made as planned. */
  readonly refused?: CaughtError;
}

/** The encryption of an object, as S3 returns it. */
export interface AppliedEncryption {
  readonly serverSideEncryption?: string;
  readonly ssekmsKeyId?: string;
  readonly sseCustomerAlgorithm?: string;
}

/** The state after Begin, and the input of CheckParts. */
export interface UploadState extends CopyPartsState {
  readonly upload: Upload;
}

/** Output of CheckParts: what identifies the object that S3 will make from these parts. */
export interface ExpectedObject {
  /** Absent if it is not known how S3 makes it. */
  readonly etag?: string;
  /** Combined from the checksums of the parts. Absent if S3 does not list them. */
  readonly checksum?: SourceChecksum;
  /** When the parts were listed, by S3's clock. ISO 8601. */
  readonly checkedAt: string;
}

/** The state after CheckParts. */
export interface CheckedState extends UploadState {
  readonly expected: ExpectedObject;
}

/** Output of Complete and of CopyObject: the object that S3 made, as it answered. */
export interface MadeObject {
  readonly etag: string;
  /** Empty if the bucket has no versions. */
  readonly versionId: string;
  /** From sending the request that made it to the answer. */
  readonly made: TimeWindow;
  readonly requestCharged?: string;
  /** Names the object, its ETag and its version, for the cause of an error in a later state. */
  readonly description: string;
}

/** The state after Complete or CopyObject. */
export type MadeState = (CheckedState | CopyObjectState) & { readonly made: MadeObject };

/** Input of steps that have to know whether they were tried before. */
export interface Attempt<S> {
  readonly state: S;
  /** Attempts before this one: the `$$.State.RetryCount` of Step Functions. */
  readonly retryCount: number;
}

/** Input of the steps that make the copy: Complete and CopyObject. */
export interface CopyAttempt<S> extends Attempt<S> {
  /** The `$$.Execution` of Step Functions, of which the steps need only the count of redrives. */
  readonly executionContext: { readonly RedriveCount?: number };
}

/** Input of Verify. */
export type VerifyEvent = Attempt<MadeState> & Pick<AbortEvent, 'beginFunctionName'>;

/** Input of the worker of one part. The ItemSelector of the Map builds it. */
export interface CopyPartEvent extends Pick<UploadState, 'execution' | 'source' | 'destination' | 'plan' | 'upload'> {
  readonly partNumber: number;
  /** Seconds after which the state that invokes the worker ends, if that is before the function does. */
  readonly trySeconds?: number;
}

/** Input of Abort. */
export interface AbortEvent {
  readonly state: Pick<PlannedCopy, 'destination' | 'plannedAt'> & {
    /** Only `abortCommand`, if Begin failed. */
    readonly upload: Pick<Upload, 'abortCommand' | 'lost'> & Partial<Pick<Upload, 'uploadId'>>;
    readonly error: CaughtError;
  };
  /** Name of the function of Begin: S3 lists it as the initiator of uploads. */
  readonly beginFunctionName: string;
}

/** What a Catch writes to `$.error`. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** Output of Abort. */
export interface AbortResult {
  /** Whether no upload is left. */
  readonly aborted: boolean;
  /** Why an upload may be left. */
  readonly problem: string;
}
