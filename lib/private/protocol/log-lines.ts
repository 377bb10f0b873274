/*
 * The lines that workers write to their logs: one JSON object each. The saved queries name these fields, docs/operations.md lists them.
 *
 * Lines never have secrets, customer-provided keys, or values of metadata, tags, grants and other properties of objects.
 */

/** What every line has. */
export interface LogLine {
  /** ISO 8601. */
  readonly timestamp: string;
  /** As Lambda names levels. */
  readonly level: LogLevel;
  readonly message: string;
  /** Folder of the worker in `lambda/`: `plan`, `begin`, `copy-part`, …, `sweep` or `notify`. */
  readonly step?: string;
  /** ID of the invocation of the function. Lambda's own lines name it in the same field. */
  readonly requestId?: string;
  /** Name of the execution. Parts that run in child executions have the name of the execution that copies the object. */
  readonly execution?: string;
  /** Retries of the state before this invocation, in steps whose input contains them. */
  readonly retryCount?: number;
}

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

/** One attempt of one call of AWS. */
export interface CallLine {
  /** As the API reference names it, such as `UploadPartCopy`. */
  readonly api: string;
  /** The bucket and the key that the call names: of the destination, if it has both ends. */
  readonly bucket?: string;
  readonly key?: string;
  /** The source, in calls that copy. */
  readonly sourceBucket?: string;
  readonly sourceKey?: string;
  /** ARN of the secret, the state machine or the execution that the call names. */
  readonly resource?: string;
  readonly partNumber?: number;
  /** Attempts within this invocation, from 1. */
  readonly attempt: number;
  /** From the request to the answer. */
  readonly milliseconds: number;
  /** Bytes that the call copied. */
  readonly bytes?: number;
  readonly httpStatus?: number;
  /** `x-amz-request-id`. */
  readonly s3RequestId?: string;
  /** `x-amz-id-2`. */
  readonly s3ExtendedRequestId?: string;
  /** Of services other than S3. */
  readonly serviceRequestId?: string;
  /** The name that this library gives to the error. Absent if the call succeeded. */
  readonly errorName?: string;
  /** The error code of the service, or what the SDK or Node.js call it. */
  readonly errorCode?: string;
}

/** How an execution ended, if it succeeded. */
export interface ResultLine extends Pick<CallLine, 'bucket' | 'key' | 'sourceBucket' | 'sourceKey'> {
  readonly status: string;
  /** What proved the copy. Empty if nothing was copied. */
  readonly verifiedBy: string;
  /** Bytes of the copy. */
  readonly size: number;
  readonly parts: number;
  readonly elapsedSeconds: number;
}

/** An invocation that failed. */
export interface FailureLine {
  readonly errorName: string;
}
