/*
 * Events about copies that have ended: what the construct, the function that sends them, and those who read them have to agree on.
 * schema/copy-event.schema.json describes `CopyEventDetail`.
 */
import type { CopyResult, Integrity } from './result';

/** Environment variable of the notifier. */
export const ENV_NOTIFIER = 'MPCOPY_NOTIFIER';

/** Value of `MPCOPY_NOTIFIER`, as JSON. */
export interface NotifierSettings {
  readonly stateMachineArn: string;
  readonly eventBusArn: string;
}

/** `source` of the events. It is not that of S3's events, so no rule of `copyOnObjectCreated` matches them. */
export const EVENT_SOURCE = 'cdk-s3-multipart-copy';

/** `detail-type` of the events. */
export const DETAIL_TYPES = {
  SUCCEEDED: 'MultipartCopy Succeeded',
  FAILED: 'MultipartCopy Failed',
  SKIPPED: 'MultipartCopy Skipped',
} as const;

/** How executions end. */
export const ENDED_STATUSES = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export type EndedStatus = (typeof ENDED_STATUSES)[number];

/** Of the cause of an execution, which may have 32,768 characters. An event may have 256 KiB. */
export const MAX_CAUSE = 8_192;

/** One end of the copy, as far as it is known. */
export interface EventObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
  /** Bytes. */
  readonly size?: number;
  /** ISO 8601. */
  readonly lastModified?: string;
}

/** What an event says about an execution that has ended. */
export interface CopyEventDetail {
  /** Version of this format. Fields may be added to a version. */
  readonly version: '1';
  readonly status: Exclude<CopyResult['status'], 'PLANNED'> | Exclude<EndedStatus, 'SUCCEEDED'>;
  /** One sentence or two for people. */
  readonly message: string;
  readonly execution: {
    readonly arn: string;
    readonly name: string;
    readonly stateMachineArn: string;
    /** ISO 8601. */
    readonly startDate: string;
    /** ISO 8601. */
    readonly stopDate: string;
    readonly redriveCount: number;
    /** URL of the execution in the console. */
    readonly console: string;
  };
  readonly durationSeconds: number;
  /** Absent if the input names none. */
  readonly source?: EventObject;
  /** Absent if the execution ended before Plan had chosen it. */
  readonly destination?: EventObject;
  /** Why nothing was copied, if it was skipped. */
  readonly reason?: string;
  readonly parts?: number;
  readonly reusedParts?: number;
  /** Bytes. */
  readonly partSize?: number;
  /** What proved the copy equal. */
  readonly integrity?: Integrity;
  /** All that S3 keeps of the copy: Base64 by algorithm. */
  readonly checksums?: { readonly [algorithm: string]: string };
  /** Name of the error. */
  readonly error?: string;
  /** The message of the error, at most `MAX_CAUSE` characters. */
  readonly cause?: string;
}
