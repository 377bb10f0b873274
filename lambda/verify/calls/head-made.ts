import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type MadeState } from '../../../lib/private/protocol';
import { askS3, type S3 } from '../../shared/calls/s3';
import { checkSourceUnchanged } from '../../shared/calls/unchanged-source';
import { CopyError, isCopyError, sdkErrorOf } from '../../shared/errors';
import { differenceFromMade, identityOfMade } from '../../shared/identity';
import { isOtherEncryption } from '../../shared/other-encryption';

/** The object that was made. */
export interface FoundCopy {
  readonly head: HeadObjectCommandOutput;
  /** The version that calls on it have to name; absent if it has none, or if the role may not name it. */
  readonly versionId?: string;
}

/**
 * The object that was made, as S3 stores it.
 *
 * @throws ConcurrentWrite if it was replaced or deleted; SourceChanged if it has the properties of another source
 */
export async function headMade(s3: S3, state: MadeState): Promise<FoundCopy> {
  const { made } = state;
  const found = await headExactly(s3, state);
  const identity = identityOfMade(state);
  const difference = differenceFromMade(identity, found.head);
  if (difference === undefined) return found;
  // The source may have been replaced by an equal object with other properties, which fulfils the condition of CopyObject on the ETag.
  if (
    state.action === 'COPY_OBJECT' &&
    differenceFromMade({ ...identity, properties: undefined }, found.head) === undefined
  ) {
    await checkSourceUnchanged(s3, state.source, `${made.description} was made`);
  }
  // S3 may execute a CopyObject whose answer was lost after its repetition, and replace the copy by an equal object.
  const isEqual = state.action === 'COPY_OBJECT' && found.head.ETag === made.etag;
  const replacer = isEqual ? 'somebody else, or by an earlier request of this execution,' : 'somebody else';
  throw new CopyError(
    ErrorName.CONCURRENT_WRITE,
    `the copy ${made.description} was made, and then replaced by ${replacer} before it could be verified: ${difference}; start the copy again to replace that object`,
  );
}

async function headExactly(s3: S3, state: MadeState): Promise<FoundCopy> {
  const versionId = state.made.versionId || undefined;
  try {
    return { head: await head(s3, state, versionId), versionId };
  } catch (error) {
    // If versioning was enabled outside of the app, the role has no permissions on versions.
    if (versionId !== undefined && isCopyError(error, ErrorName.ACCESS_DENIED)) {
      return { head: await headCurrent(s3, state, error) };
    }
    throw explainMissing(state, error);
  }
}

/** The current version, if that is the one that was made. @throws `denied` if it is another */
async function headCurrent(s3: S3, state: MadeState, denied: CopyError): Promise<HeadObjectCommandOutput> {
  try {
    const current = await head(s3, state, undefined);
    if (current.VersionId === state.made.versionId) return current;
  } catch (error) {
    if (!isCopyError(error, ErrorName.ACCESS_DENIED) && !isMissing(error)) throw error;
  }
  throw denied;
}

function head(s3: S3, { destination, made }: MadeState, VersionId: string | undefined) {
  return askS3(s3, 'HeadObject', HeadObjectCommand, {
    destination,
    detail: 'of the copy',
    parameters: { VersionId, ChecksumMode: 'ENABLED' },
    effect: `${made.description} was made, and could not be verified`,
  });
}

function isMissing(error: unknown): boolean {
  return sdkErrorOf(error)?.$metadata?.httpStatusCode === 404;
}

function explainMissing({ made }: MadeState, error: unknown): unknown {
  if (isOtherEncryption(error)) {
    return new CopyError(
      ErrorName.CONCURRENT_WRITE,
      `the copy ${made.description} was made, and then replaced by somebody else before it could be verified: the current object has another customer-provided key, or none; start the copy again to replace that object`,
      { cause: error },
    );
  }
  if (!isMissing(error)) return error;
  return new CopyError(
    ErrorName.CONCURRENT_WRITE,
    `the copy ${made.description} was made, and then deleted by somebody else before it could be verified; start the copy again if you need it`,
    { cause: error },
  );
}
