import { isObject, parseObject } from '../report/model/json';
import type { CopyProgress } from './copy-progress';

/**
 * The input of an execution that resumes the upload of an execution that has ended.
 *
 * @throws Error if there is no such upload
 */
export function resumeInput(progress: CopyProgress): object {
  const { name, status, uploadId, destination } = progress;
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
    throw new Error(`${name} still runs; to follow it: mpcopy status ${progress.executionArn} --watch`);
  }
  if (status === 'SUCCEEDED') throw new Error(`${name} has succeeded; there is nothing to go on with`);
  const input = parseObject(progress.input) ?? {};
  // The answer of Plan takes precedence, since the default of the workflow may have changed.
  const to = destination ? { bucket: destination.bucket, key: destination.key } : input.destination;
  if (uploadId === undefined || to === undefined) {
    throw new Error(`${name} has created no upload; start the copy again: mpcopy start`);
  }
  const options = isObject(input.options) ? input.options : {};
  return {
    // The source of an event is `aws.s3`.
    source: sourceOfEvent(input) ?? input.source ?? progress.source,
    destination: to,
    options: { ...options, resumeUploadId: uploadId },
  };
}

/** Of an `Object Created` event. */
function sourceOfEvent({ detail }: Record<string, unknown>): object | undefined {
  const { bucket, object } = (isObject(detail) ? detail : {}) as {
    bucket?: { name?: string };
    object?: { key?: string; 'version-id'?: string };
  };
  if (bucket?.name === undefined || object?.key === undefined) return undefined;
  const versionId = object['version-id'];
  return { bucket: bucket.name, key: object.key, ...(versionId !== undefined && { versionId }) };
}

/** The state machine of an execution. */
export function stateMachineOf(executionArn: string): string {
  return executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
}
