import type { ObjectDescription, OperationEvent, S3Server } from '../../local/s3';

/** An object and the identity of its bytes, at one point in time. */
export interface Snapshot {
  readonly description: ObjectDescription;
  readonly identity: string;
}

/** An object that the workflow made. */
export interface Made extends Snapshot {
  /** ID of the upload, if the object was copied in parts. */
  readonly uploadId?: string;
}

export function snapshot(server: S3Server, bucket: string, key: string, versionId?: string): Snapshot | undefined {
  const description = server.describeObject(bucket, key, versionId);
  return description && { description, identity: server.contentIdentity(bucket, key, versionId) };
}

const CREATING_OPERATIONS = new Set(['CopyObject', 'CompleteMultipartUpload']);

/**
 * Records every object that the workflow makes at the destination, when it is made. Requests that make an object wait for each other,
 * because an object could otherwise be replaced before it was read.
 *
 * @param isLate whether S3 may execute such requests late. In this case they do not wait, because the test is about their order
 */
export function recordMadeObjects(server: S3Server, bucket: string, key: string, isLate: boolean): readonly Made[] {
  const made: Made[] = [];
  const waiting: (() => void)[] = [];
  let isBusy = false;
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else isBusy = false;
  };
  server.onOperation((event) => {
    if (event.bucket !== bucket || event.key !== key || !CREATING_OPERATIONS.has(event.operation)) return undefined;
    if (event.phase === 'done') return record(event);
    if (isLate) return undefined;
    if (event.phase === 'answered') return release();
    if (isBusy) return new Promise<void>((resolve) => waiting.push(resolve));
    isBusy = true;
    return undefined;
  });

  function record({ uploadId, answeredVersionId }: OperationEvent): void {
    // S3 repeats the answer of a CompleteMultipartUpload; only the first request made the object.
    if (uploadId !== undefined && made.some((earlier) => earlier.uploadId === uploadId)) return;
    const seen = snapshot(server, bucket, key, answeredVersionId);
    if (seen) made.push({ ...seen, ...(uploadId !== undefined && { uploadId }) });
  }
  return made;
}

/**
 * Counts the requests that S3 has received and not yet executed, including those whose clients have closed the connection.
 *
 * @returns waits until there are none
 */
export function trackOpenRequests(server: S3Server): () => Promise<void> {
  let open = 0;
  let waiting: (() => void)[] = [];
  server.onOperation(({ phase }) => {
    if (phase === 'received') open++;
    if (phase === 'answered') open--;
    if (open > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  });
  return async () => {
    if (open > 0) await new Promise<void>((resolve) => waiting.push(resolve));
  };
}
