import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type Integrity, type MadeState, type SourceChecksum } from '../../lib/private/protocol';
import { bucketKindOf } from '../../lib/private/protocol/bucket-kinds';
import { describeObject } from './describe-object';
import { CopyError } from './errors';
import { hasMd5Etag } from './identity';
import { provenBy, storedChecksum } from './integrity';

/**
 * Proves that the object that was made equals its source, by the proof that Plan chose. The copy fails if a planned checksum or a required
 * ETag is missing. An ETag that is only planned is replaced by the size if the bucket encrypts otherwise than with SSE-S3.
 *
 * @param head of the object that was made
 * @throws SizeMismatch, ChecksumMismatch, IntegrityUnavailable, EtagNotPreservable
 */
export function proveCopy(state: MadeState, head: HeadObjectCommandOutput): Integrity {
  const { proof, source } = state;
  const size = state.action === 'COPY_PARTS' ? state.plan.length : source.size;
  if (head.ContentLength !== size) {
    throw unequal(ErrorName.SIZE_MISMATCH, state, `it has ${head.ContentLength} bytes instead of ${size}`);
  }
  // The object must have the checksum of the parts, whatever the proof is.
  if (state.action === 'COPY_PARTS') compareChecksum(state, state.expected.checksum, head);
  const isSame = head.ETag === source.etag;
  if (proof.sameEtag && !isSame) throw otherEtag(state, head);
  if (proof.checksum) return provenByChecksum(state, proof.checksum, head);
  const actual = storedChecksum(head);
  const stored = { algorithm: actual?.algorithm ?? '', checksum: actual?.value ?? '' };
  if (proof.by === 'size') return { verifiedBy: 'size', ...stored };
  if (isSame) return { verifiedBy: 'etag', ...stored };
  if (hasComparableEtag(state, head)) {
    throw unequal(ErrorName.CHECKSUM_MISMATCH, state, `its ETag is ${head.ETag} instead of ${source.etag}`);
  }
  return { verifiedBy: 'size', ...stored };
}

/** How the bucket encrypts is known only from the answer of S3. */
function hasComparableEtag({ destination }: MadeState, head: HeadObjectCommandOutput): boolean {
  return bucketKindOf(destination.bucket).etagsAreMd5 && hasMd5Etag(head);
}

function provenByChecksum(state: MadeState, planned: SourceChecksum, head: HeadObjectCommandOutput): Integrity {
  if (compareChecksum(state, planned, head)) return provenBy(planned);
  const actual = storedChecksum(head);
  const found = actual ? `its ${actual.type} ${actual.algorithm}` : 'no checksum';
  throw new CopyError(
    ErrorName.INTEGRITY_UNAVAILABLE,
    `${state.made.description} was made, but not proven equal to ${describeObject(state.source)}: S3 returns ${found} instead of its ${planned.type} ${planned.algorithm} ${planned.value}`,
  );
}

/** @returns whether the object has a checksum of this kind, and so the same. @throws ChecksumMismatch */
function compareChecksum(
  state: MadeState,
  expected: SourceChecksum | undefined,
  head: HeadObjectCommandOutput,
): boolean {
  const actual = storedChecksum(head);
  if (!expected || actual?.algorithm !== expected.algorithm || actual.type !== expected.type) return false;
  if (actual.value === expected.value) return true;
  const text = `its ${expected.algorithm} is ${actual.value} instead of ${expected.value}`;
  throw unequal(ErrorName.CHECKSUM_MISMATCH, state, text);
}

function unequal(name: ErrorName, { made, source }: MadeState, text: string): CopyError {
  return new CopyError(
    name,
    `${made.description} was made, and is not equal to ${describeObject(source)}: ${text}; start the copy again to replace it`,
  );
}

function otherEtag({ made, source }: MadeState, head: HeadObjectCommandOutput): CopyError {
  return new CopyError(
    ErrorName.ETAG_NOT_PRESERVABLE,
    `${made.description} was made without the ETag ${source.etag} of its source, because its bucket encrypts with ${head.ServerSideEncryption ?? 'SSE-C'}; set options.serverSideEncryption 'AES256', or leave options.preserveEtag and options.integrity out`,
  );
}
