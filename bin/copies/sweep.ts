import { priceOf, STORAGE } from '../../lib/private/estimates/prices';
import { isObject, parseObject } from '../report/model/json';
import type { CopyProgress } from './copy-progress';

/** A multipart upload that is neither completed nor aborted. */
export interface OpenUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** Milliseconds since 1970. */
  readonly initiatedAt: number;
  /** ARN of the user or the role's session that has created it. */
  readonly initiator: string;
  readonly storageClass: string;
}

/** An upload whose parts have been listed. */
export interface StoredUpload extends OpenUpload {
  /** Of all parts. */
  readonly bytes: number;
  readonly parts: number;
}

/**
 * `LEFT`: no execution will use it. `KEPT`: its execution failed and kept it, so that another one can resume it.
 * `RUNNING`: an execution runs, or may run, that uses it.
 */
export type UploadState = 'LEFT' | 'KEPT' | 'RUNNING';

export interface WorkflowUpload extends OpenUpload {
  readonly state: UploadState;
  /** ARN of the execution that has created or resumed it. Absent if Step Functions no longer has the execution. */
  readonly execution?: string;
}

/** The data by which the uploads of a workflow are recognized. */
export interface Ownership {
  /** Name of the function that creates uploads. Sessions of Lambda functions have the name of the function. */
  readonly beginFunction: string;
  /** Running executions, and executions that did not succeed. */
  readonly executions: readonly ExecutionUpload[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The upload of an execution. */
export type ExecutionUpload = Pick<
  CopyProgress,
  'executionArn' | 'status' | 'startedAt' | 'uploadId' | 'destination' | 'error' | 'input'
>;

/**
 * An upload without a known execution is not touched until it has this age, since its execution may not be listed yet.
 */
const MIN_AGE_MS = 60 * 60 * 1000;

/** The uploads of the workflow among those of a bucket. Uploads of others are not included. */
export function uploadsOfWorkflow(uploads: readonly OpenUpload[], ownership: Ownership): WorkflowUpload[] {
  // If an execution was read twice, the first result counts, in which it was running.
  const byId = new Map([...ownership.executions].reverse().map((execution) => [execution.uploadId, execution]));
  return uploads.flatMap((upload): WorkflowUpload[] => {
    const execution = byId.get(upload.uploadId);
    if (execution !== undefined) {
      return [{ ...upload, state: stateOf(execution), execution: execution.executionArn }];
    }
    if (!isSessionOf(upload.initiator, ownership.beginFunction)) return [];
    return [{ ...upload, state: mayBeRunning(upload, ownership) ? 'RUNNING' : 'LEFT' }];
  });
}

function stateOf(execution: ExecutionUpload): UploadState {
  if (execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE') return 'RUNNING';
  const { options } = parseObject(execution.input) ?? {};
  const isKept = isObject(options) && options.onFailure === 'KEEP';
  // An execution that fails without being stopped aborts its upload, unless it keeps it.
  const hasAborted = execution.status === 'FAILED' && execution.error !== 'AbortFailed';
  return isKept || hasAborted ? 'KEPT' : 'LEFT';
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/FUNCTION` */
function isSessionOf(initiator: string, functionName: string): boolean {
  const [, session] = /^arn:[^:]+:sts::\d{12}:assumed-role\/[^/]+\/([^/]+)$/.exec(initiator) ?? [];
  return session !== undefined && session === functionName;
}

/** Whether a running execution, whose upload is not known yet, may have created the upload. */
function mayBeRunning(upload: OpenUpload, { executions, now }: Ownership): boolean {
  if (now - upload.initiatedAt < MIN_AGE_MS) return true;
  return executions.some(
    ({ status, startedAt, uploadId, destination }) =>
      status === 'RUNNING' &&
      uploadId === undefined &&
      startedAt <= upload.initiatedAt &&
      (destination === undefined || (destination.bucket === upload.bucket && destination.key === upload.key)),
  );
}

const BYTES_PER_GB = 1024 ** 3;

/** US dollars at list prices; undefined if the storage class has no price in the table. */
export function monthlyUSD({ bytes, storageClass }: Pick<StoredUpload, 'bytes' | 'storageClass'>): number | undefined {
  const price = Object.hasOwn(STORAGE, storageClass) ? STORAGE[storageClass] : undefined;
  return price && priceOf(bytes / BYTES_PER_GB, price);
}

/** Name of the function of a Task state. @param definition Amazon States Language */
export function functionOfState(definition: string, state: string): string | undefined {
  const { States } = parseObject(definition) ?? {};
  const task = isObject(States) && Object.hasOwn(States, state) ? JSON.stringify(States[state]) : '';
  return /:function:([\w-]+)/.exec(task)?.[1];
}
