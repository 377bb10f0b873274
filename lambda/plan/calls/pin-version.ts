import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { deniedAction } from '../../shared/access-denied';
import { askS3, type S3 } from '../../shared/calls/s3';
import { isCopyError, sdkErrorOf } from '../../shared/errors';

/** The action that a HeadObject needs only if it names a version. */
const VERSION_ACTION = 's3:GetObjectVersion';

/**
 * Sends a HeadObject that names the version, to find out whether the role has the permission. The account that owns the bucket may have
 * granted only s3:GetObject (aws-sdk-java-v2#7117). Then the copy continues without the version, and only the condition on the ETag pins
 * the source.
 *
 * @param source with the version that HeadObject returned
 * @throws AccessDenied if the version is not the reason
 */
export async function pinVersion(s3: S3, source: SourceObject): Promise<SourceObject> {
  try {
    await askS3(s3, 'HeadObject', HeadObjectCommand, { source, detail: 'of the version' });
    return source;
  } catch (error) {
    if (!isCopyError(error, ErrorName.ACCESS_DENIED)) throw error;
    const action = deniedAction(sdkErrorOf(error)?.message ?? '');
    // S3 does not name the action to other organizations. The same request without the version has just succeeded.
    if (action !== undefined && action !== VERSION_ACTION) throw error;
    const { versionId: unnamedVersionId, ...unnamed } = source;
    return { ...unnamed, unnamedVersionId };
  }
}
