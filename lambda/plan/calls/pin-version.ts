import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { deniedAction } from '../../shared/access-denied';
import { askS3, type S3 } from '../../shared/calls/s3';
import { isCopyError, sdkErrorOf } from '../../shared/errors';

/** What a call needs only because it names a version. */
const TO_NAME_A_VERSION = 's3:GetObjectVersion';

/**
 * Whether a version that nobody asked for may be named is known only by asking, where another account decides: the owner of the bucket may
 * have granted s3:GetObject alone, as for readers that know nothing of versions (aws-sdk-java-v2#7117). If it may not, the copy goes on without the version, and
 * the condition on the ETag alone pins the source.
 *
 * @param source with the version that HeadObject returned
 * @throws AccessDenied if something else than the version is refused
 */
export async function pinVersion(s3: S3, source: SourceObject): Promise<SourceObject> {
  try {
    await askS3(s3, 'HeadObject', HeadObjectCommand, { source, detail: 'of the version' });
    return source;
  } catch (error) {
    if (!isCopyError(error, ErrorName.ACCESS_DENIED)) throw error;
    const action = deniedAction(sdkErrorOf(error)?.message ?? '');
    // S3 names no action to other organizations. The same request without the version has just passed.
    if (action !== undefined && action !== TO_NAME_A_VERSION) throw error;
    const { versionId: unnamedVersionId, ...unnamed } = source;
    return { ...unnamed, unnamedVersionId };
  }
}
