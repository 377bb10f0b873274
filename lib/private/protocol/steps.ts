/*
 * The worker steps, and what travels between them through the state machine. The output of Plan is the state. Begin adds
 * `upload` to it, Complete and CopyObject add `result`, a Catch adds `error`. definition.ts draws the transitions.
 */
import type { DeclaredChecksum, DestinationObject, ObjectProperties, SourceChecksum, SourceObject } from './objects';
import type { CopyResult } from './result';

/** Each step is a folder of `lambda/`, a bundle in `lambda/dist/` and a function of the construct. */
export const STEPS = ['plan', 'restore', 'begin', 'copy-part', 'complete', 'abort', 'copy-object'] as const;

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

/** What both ways of copying need to know. */
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
  /** From the response to Plan's HeadObject of the source. */
  readonly requestCharged?: string;
}

/** What proves the copy equal to its source. */
export interface ProofPlan {
  /** The source's checksum, if the planned copy will have it too. */
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
  /** 1..`plan.parts`: the items of the Map. */
  readonly partNumbers: number[];
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
  readonly maxConcurrency: number;
}

/** Which of the two Map states runs the parts. */
export type MapType = 'INLINE' | 'DISTRIBUTED';

/** Output of Begin. */
export interface Upload {
  readonly uploadId: string;
}

/** The state after Begin, and the input of Complete. */
export interface UploadState extends CopyPartsState {
  readonly upload: Upload;
}

/** Input of the worker of one part. The ItemSelector of the Map builds it. */
export interface CopyPartEvent extends Pick<UploadState, 'source' | 'destination' | 'plan' | 'upload'> {
  readonly partNumber: number;
}

/** Input of Abort: the state after Begin, and what a Catch adds to it. */
export interface AbortEvent extends Pick<UploadState, 'execution' | 'destination' | 'upload'> {
  readonly error: CaughtError;
}

/** What a Catch writes to `$.error`. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** Output of Abort: the error and cause with which the execution fails. */
export interface Failure {
  readonly error: string;
  readonly cause: string;
}
