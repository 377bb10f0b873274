import type { ObjectDescription, OperationEvent, S3Server } from '../../local/s3';

/** An object, and what its bytes are. */
export interface Snapshot {
  readonly description: ObjectDescription;
  readonly identity: string;
}

/** An object that the workflow made. */
export interface Made extends Snapshot {
  /** Of a copy in parts. */
  readonly uploadId?: string;
}

export function snapshot(server: S3Server, bucket: string, key: string, versionId?: string): Snapshot | undefined {
  const description = server.describeObject(bucket, key, versionId);
  return description && { description, identity: server.contentIdentity(bucket, key, versionId) };
}

const CREATING_OPERATIONS = new Set(['CopyObject', 'CompleteMultipartUpload']);

/**
 * Notes every object that the workflow makes at the destination, at the moment it is made. Requests that make one wait for each
 * other, since an object that the next one replaces at once could not be looked at.
 *
 * @param isLate whether S3 may execute such requests late. They do not wait then: that one overtakes another is what is tried
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
    // S3 answers a repeated CompleteMultipartUpload as it answered the first one, which made the object.
    if (uploadId !== undefined && made.some((earlier) => earlier.uploadId === uploadId)) return;
    const seen = snapshot(server, bucket, key, answeredVersionId);
    if (seen) made.push({ ...seen, ...(uploadId !== undefined && { uploadId }) });
  }
  return made;
}

/** Waits until S3 has executed all requests that it has received, those too whose clients have gone. @returns the wait */
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
