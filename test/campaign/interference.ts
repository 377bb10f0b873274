import type { S3Server } from '../../local/s3';
import type { Clock } from '../../local/workflow';
import type { Interference } from './cases';
import { snapshot, type Snapshot } from './observe';

export interface Ends {
  readonly source: { readonly bucket: string; readonly key: string };
  readonly destination: { readonly bucket: string; readonly key: string };
}

/** What other programs did, and the objects that they wrote, in order. */
export interface InterferenceLog {
  readonly done: Interference[];
  readonly sources: Snapshot[];
  readonly destinations: Snapshot[];
}

const KEY_OF = { raw: 'alias/raw', lake: 'alias/lake' } as const;

/** Changes the buckets and keys as other programs would, at the moments that the case specifies. */
export function interfere(
  server: S3Server,
  clock: Clock,
  interferences: readonly Interference[],
  ends: Ends,
): InterferenceLog {
  const interference: InterferenceLog = { done: [], sources: [], destinations: [] };
  for (const each of interferences) {
    let seen = 0;
    server.onOperation(({ phase, operation, uploadId }) => {
      if (phase !== each.phase || operation !== each.operation || seen++ !== each.skip) return;
      if (act(server, clock, each.what, uploadId, ends, interference)) interference.done.push(each);
    });
  }
  return interference;
}

/** @returns false if there was nothing to change */
function act(
  server: S3Server,
  clock: Clock,
  what: Interference['what'],
  uploadId: string | undefined,
  ends: Ends,
  interference: InterferenceLog,
): boolean {
  const { source, destination } = ends;
  try {
    switch (what) {
      case 'overwrite the source':
        server.putGenerated({ ...source, size: 12 * 1024 ** 2, seed: 'another source' });
        return record(server, source, interference.sources);
      case 'delete the source':
        server.deleteObject(source.bucket, source.key);
        return true;
      case 'overwrite the destination':
        server.putGenerated({ ...destination, size: 9, seed: 'another writer' });
        return record(server, destination, interference.destinations);
      case 'overwrite the destination with equal bytes': {
        const equal = server.describeObject(source.bucket, source.key);
        if (!equal) return false;
        server.putGenerated({ ...destination, size: equal.size, metadata: { writer: 'another' } });
        return record(server, destination, interference.destinations);
      }
      case 'delete the destination':
        server.deleteObject(destination.bucket, destination.key);
        return true;
      case 'abort the upload':
        if (uploadId === undefined) return false;
        server.abortUpload(destination.bucket, uploadId);
        return true;
      case 'delete the source bucket':
        server.deleteBucket(source.bucket);
        return true;
      case 'delete the destination bucket':
        server.deleteBucket(destination.bucket);
        return true;
      case 'disable the source key':
        server.setKmsKeyState(KEY_OF.raw, 'Disabled');
        return true;
      case 'disable the destination key':
        server.setKmsKeyState(KEY_OF.lake, 'Disabled');
        return true;
      case 'disable the source key for a minute':
        server.setKmsKeyState(KEY_OF.raw, 'Disabled');
        clock.schedule(60_000, () => server.setKmsKeyState(KEY_OF.raw, 'Enabled'));
        return true;
      case 'disable the destination key for a minute':
        server.setKmsKeyState(KEY_OF.lake, 'Disabled');
        clock.schedule(60_000, () => server.setKmsKeyState(KEY_OF.lake, 'Enabled'));
        return true;
      case 'enable versioning of the source':
        server.putBucketVersioning(source.bucket, 'Enabled');
        return true;
      case 'suspend versioning of the source':
        server.putBucketVersioning(source.bucket, 'Suspended');
        return true;
      case 'enable versioning of the destination':
        server.putBucketVersioning(destination.bucket, 'Enabled');
        return true;
      case 'suspend versioning of the destination':
        server.putBucketVersioning(destination.bucket, 'Suspended');
        return true;
    }
  } catch {
    // It does not exist: the object or upload was already deleted or aborted, or the bucket has no key.
    return false;
  }
}

function record(server: S3Server, { bucket, key }: Ends['source'], list: Snapshot[]): true {
  const seen = snapshot(server, bucket, key);
  if (seen) list.push(seen);
  return true;
}
